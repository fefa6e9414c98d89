"""The wire log: what went over the line in both directions, plain and encrypted, newest first."""

import shlex
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

from integrations.wecom.sandbox import envelope
from integrations.wecom.sandbox.world import World

LENGTH = 3_000
BODY_SHOWN = 20_000


@dataclass(slots=True)
class Record:
    """One call or one delivery. direction: `api` = the bot called WeCom, `callback` = WeCom called the bot.

    `status` is an HTTP status, or the word for what happened instead (timeout, refused, dropped …); `ms` milliseconds.
    """

    direction: str
    name: str
    users: list[str]
    plain: str
    at: float
    url: str = ""
    query: dict[str, str] = field(default_factory=dict)
    encrypted: str = ""
    reply: str = ""
    errcode: int | None = None
    status: int | str = 200
    attempt: int = 1
    ms: float = 0.0
    notes: list[str] = field(default_factory=list)
    id: int = 0

    def curl(self) -> str:
        """A line for a shell that does the same again; the access token is left for the reader to fill in."""
        body = self.encrypted or self.plain
        kind = "text/xml" if self.encrypted else "application/json"
        words = ["curl", "-sS", f"{self.url}?{urlencode(self.query, safe='$')}" if self.query else self.url]
        if self.name == "media/upload":
            words += ["-F", "media=@FILE"]
        elif body:
            words += ["-H", f"Content-Type: {kind}", "--data-binary", body]
        return shlex.join(words)

    def sealed(self) -> envelope.Sealed:
        """The very envelope that went out."""
        return envelope.Sealed(self.query, self.encrypted)

    def shown(self) -> dict[str, Any]:
        """The record as JSON, long bodies cut."""
        shown = asdict(self)
        for name in ("plain", "reply", "encrypted"):
            shown[name] = shown[name][:BODY_SHOWN]
        shown["curl"] = self.curl()
        return shown


class Log:
    """A ring of records; numbers are never used twice, not even after a reset."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._records: deque[Record] = deque(maxlen=LENGTH)
        self._last = 0

    def add(self, record: Record) -> Record:
        """Number a record, keep it, tell the watchers its number."""
        with self._lock:
            self._last += 1
            record.id = self._last
            self._records.append(record)
        self._world.publish("wire", data=record.id)
        return record

    def get(self, number: int) -> Record | None:
        """The record of that number while it is kept."""
        return next((record for record in self._newest() if record.id == number), None)

    def find(
        self, user: str = "", *, direction: str = "", name: str = "", after: int = 0, limit: int = 200
    ) -> list[Record]:
        """Records newest first, of one member, direction or name if given."""
        found = [
            record
            for record in self._newest()
            if record.id > after
            and (not user or user.lower() in {one.lower() for one in record.users})
            and (not direction or record.direction == direction)
            and (not name or record.name == name)
        ]
        return found[:limit]

    def clear(self) -> None:
        """Forget everything but the numbering."""
        with self._lock:
            self._records.clear()

    def _newest(self) -> Iterable[Record]:
        with self._lock:
            return list(reversed(self._records))
