"""WeCom's API as this bot uses it: send, update, recall, media, menu, members. Every failure is a `WeComError`."""

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from integrations.wecom import media, menu, plain, tokens, transport

Card = Mapping[str, object]
"""A `template_card` object as page 90236 describes it, drawn and checked elsewhere."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """A message WeCom took. That is not yet delivery: above 30 a minute it drops silently (page 90312)."""

    msgid: str
    response_code: str = dataclasses.field(default="", repr=False)
    """For one update within 72 hours; only cards that can be tapped have one."""
    invalid: tuple[str, ...] = ()
    """Userids it did not go to, in lower case: unknown, out of the app's visible range, or without licence."""


class WeCom:
    """One app of one corp; made once, used by many threads.

    All methods raise `errors.WeComError`: `Refused` for good, `Busy` for a while, `Down` when surely nothing was
    taken, `Ambiguous` when nobody knows. A refused token is renewed once and the call made once more, never again.
    """

    def __init__(
        self,
        base_url: str,
        corp_id: str,
        secret: str,
        agent_id: int,
        tokens: tokens.TokenStore,
        *,
        timeout: transport.Timeout = (3, 5),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take `base_url` with or without `/cgi-bin`, `timeout` as (connect, read) seconds, `clock` in Unix time.

        Raises `ValueError` naming a setting that cannot be right. Nothing is called yet.
        """
        if not corp_id or not secret:
            raise ValueError("corp_id and secret: must not be empty (console: 我的企业, and the app's page)")
        self._agent = agent_id
        self._api = transport.Transport(base_url, corp_id, secret, agent_id, tokens, timeout=timeout, clock=clock)

    def send_text(self, users: str | Sequence[str], text: str, dedupe: bool = True) -> Sent:
        """Send a text (page 90236).

        Cut with `…` at 2048 bytes, otherwise sent as it is: members see `<a href>` as a link, so escape what strangers
        wrote before it gets here. `dedupe` has WeCom drop an equal message to the same member for half an hour, which
        makes it safe to repeat after `Ambiguous`; switch it off for words that may be meant twice.
        """
        content = plain.cut(plain.clean(text))
        message = {"msgtype": "text", "text": {"content": content}, "enable_duplicate_check": int(dedupe)}
        return self._send(users, message)

    def send_card(self, users: str | Sequence[str], card: Card) -> Sent:
        """Send a template card with the `task_id` it carries.

        The task id is the idempotency key: `Refused` 42014 on repeating it after `Ambiguous` means it had arrived.
        """
        return self._send(users, {"msgtype": "template_card", "template_card": dict(card)})

    def update_card(self, users: str | Sequence[str], response_code: str, card: Card) -> tuple[str, ...]:
        """Replace the card of these members (page 94888); give those it did not reach. The code is then used up."""
        return self._update(users, response_code, {"template_card": dict(card)})

    def grey_card(self, users: str | Sequence[str], response_code: str, words: str) -> tuple[str, ...]:
        """Make the buttons of these members' card one grey button with `words`; give those it did not reach."""
        return self._update(users, response_code, {"button": {"replace_name": words}})

    def recall(self, msgid: str) -> None:
        """Take a message back from all who got it, within 24 hours (page 94867)."""
        self._api.post("message/recall", data={"msgid": msgid})

    def upload(self, kind: media.MediaKind | str, filename: str, data: bytes) -> str:
        """Upload a file and give its media id, good for three days. Raises `ValueError` above the limits of 90253."""
        kind = media.MediaKind(kind)
        media.check(kind, filename, data)
        answer = self._api.media.upload(kind.value, (filename, data, "application/octet-stream"))
        return str(answer.get("media_id", ""))

    def download(self, media_id: str, limit: int = media.MAX_DOWNLOAD) -> media.Media:
        """Get a file a member sent; `Refused` above `limit` bytes (page 90254)."""
        return self._api.stream("media/get", {"media_id": media_id}, lambda answer: media.read(answer, limit))

    def create_menu(self, entries: Mapping[str, object]) -> None:
        """Replace the app's menu. Raises `ValueError`, naming the entry, when it breaks a limit of page 90231."""
        menu.check(entries)
        self._api.menu.create(self._agent, dict(entries))

    def get_menu(self) -> dict[str, Any]:
        """Give the menu as it is now; `Refused` 46003 when there is none."""
        return dict(self._api.menu.get(self._agent))

    def user(self, userid: str) -> dict[str, Any]:
        """Give what the app may know of a member: userid, name, department, status … (page 90196)."""
        return dict(self._api.user.get(userid))

    def callback_ips(self) -> tuple[str, ...]:
        """Give the addresses callbacks come from, for a firewall; they change, so ask daily (page 90930)."""
        return tuple(str(address) for address in self._api.get("getcallbackip").get("ip_list", ()))

    def close(self) -> None:
        """Let go of the kept connections."""
        self._api.close()

    def _send(self, users: str | Sequence[str], message: dict[str, object]) -> Sent:
        answer = self._api.message.send(self._agent, _members(users), msg={**message, "enable_id_trans": 0})
        unreached = _names(answer.get("invaliduser")) + _names(answer.get("unlicenseduser"))
        return Sent(str(answer.get("msgid", "")), str(answer.get("response_code", "")), unreached)

    def _update(self, users: str | Sequence[str], response_code: str, change: dict[str, object]) -> tuple[str, ...]:
        target = {"userids": _members(users), "agentid": self._agent, "response_code": response_code}
        answer = self._api.post("message/update_template_card", data={**target, **change})
        return _names(answer.get("invaliduser"))


def _members(users: str | Sequence[str]) -> list[str]:
    """Give the userids as a list; refuse what would reach others than the members named."""
    members = [users] if isinstance(users, str) else list(users)
    if not 1 <= len(members) <= 1000:
        raise ValueError(f"users: {len(members)} members; 1 to 1000 are possible")
    if any(not member or "|" in member or member == "@all" for member in members):
        raise ValueError("users: a userid must not be empty, hold `|`, or be `@all`")
    return members


def _names(value: object) -> tuple[str, ...]:
    """Read a list of userids that WeCom gives joined by `|` in one answer and as an array in another."""
    names = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(str(name).strip().lower() for name in names if str(name).strip())
