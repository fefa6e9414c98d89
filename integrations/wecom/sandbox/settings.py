"""How a sandbox is set up: the app's credentials, the bot's address, and the members who sit at the phones."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class BadSetting(ValueError):
    """A setting that cannot work; the sentence names it and the cure."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the corp. `plugin` = reads in WeChat, where cards and markdown do not show."""

    userid: str
    name: str
    in_range: bool = True
    plugin: bool = False
    licensed: bool = True
    departments: tuple[int, ...] = (1,)
    tags: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse ids the platform refuses (page 90196: 1-64 bytes of letters, digits and _-@.)."""
        if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}", self.userid):
            raise BadSetting(f"userid {self.userid!r}: 1-64 letters, digits or _-@., beginning with a letter or digit")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Constructor settings. The values shown are invented, public, and good for nothing outside this machine.

    `callback_url` None means the app has no callback: 43012 for cards that need one. Durations are seconds.
    """

    corp_id: str = "ww5a4d60c0ffee5a4d"
    secret: str = "sandbox-secret"  # noqa: S105 -- the sandbox's own, not a real one
    agent_id: int = 1000002
    token: str = "sandboxtoken"  # noqa: S105
    encoding_aes_key: str = "SandboxSandboxSandboxSandboxSandboxSandboxA"
    callback_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 0
    bot_name: str = "社区转运助手"
    badge: str = "转运"
    members: tuple[Member, ...] = ()
    answer_limit: float = 5.0
    retry_delay: float = 1.0
    deliveries: int = 3
    bad_secrets_per_hour: int = 2000
    calls_per_minute: int = 10_000
    seed: int | None = None
    now: Callable[[], float] = field(default=time.time)

    def __post_init__(self) -> None:
        """Refuse what would only fail later, and anything that would leave this machine."""
        if self.host not in LOOPBACK:
            raise BadSetting(f"host {self.host!r}: the sandbox has no passwords, so it listens on 127.0.0.1 only")
        if not re.fullmatch(r"[0-9A-Za-z]{43}", self.encoding_aes_key):
            raise BadSetting("encoding_aes_key: exactly 43 letters and digits (page 90930)")
        if not re.fullmatch(r"[0-9A-Za-z]{1,32}", self.token):
            raise BadSetting("token: 1-32 letters and digits (page 90930)")
        check_callback(self.callback_url)


def check_callback(url: str | None) -> None:
    """Raise BadSetting unless `url` is None or an http address on this machine."""
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.hostname not in LOOPBACK:
        raise BadSetting(f"callback_url {url!r}: give an http address on 127.0.0.1, e.g. http://127.0.0.1:8000/wecom")
