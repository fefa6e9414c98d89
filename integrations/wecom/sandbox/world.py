"""Everything the sandbox remembers, behind one lock; every change is published to whoever watches."""

import copy
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from integrations.wecom.sandbox.entries import Entry
from integrations.wecom.sandbox.settings import Member, Settings, check_callback

Json = dict[str, Any]
MEDIA_LIFE = 3 * 86_400
FEED_LENGTH = 5_000
CHAT_LENGTH = 2_000


@dataclass(slots=True)
class Switches:
    """Behaviour that is open or can go wrong in the field; changed through the control API.

    preselect_first: a drop-down without a valid selected_id holds its first option (page 90236); off = 请选择.
    passive_card_update: honour an update_button reply to a card click (the documents contradict each other).
    retry_on_status: an answer other than 200 is delivered again. envelope_skew: seconds added to the timestamps.
    """

    trusted_ip: bool = True
    retry_on_status: bool = True
    deliveries: int = 3
    passive_card_update: bool = False
    preselect_first: bool = True
    envelope_skew: float = 0.0


@dataclass(slots=True)
class Sent:
    """A message the bot sent: who got it, and what is needed to update or recall it."""

    msgid: str
    at: float
    kind: str
    recipients: frozenset[str]
    card_type: str = ""


@dataclass(slots=True)
class Code:
    """A response_code: bound to one message, good for one update within 72 hours."""

    msgid: str
    at: float
    used: bool = False


@dataclass(frozen=True, slots=True)
class Media:
    """A temporary file, three days."""

    kind: str
    filename: str
    mime: str
    data: bytes
    at: float


@dataclass(slots=True)
class Book:
    """The state that reset clears and snapshot copies. Members and chats are keyed by lower-case userid."""

    members: dict[str, Member] = field(default_factory=dict)
    chats: dict[str, list[Entry]] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tasks: set[str] = field(default_factory=set)
    media: dict[str, Media] = field(default_factory=dict)
    menu: Json | None = None
    printed: list[Json] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    token: str = ""
    arrivals: dict[str, deque[float]] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    once: dict[str, float] = field(default_factory=dict)
    bad_secrets: deque[float] = field(default_factory=deque)
    calls: dict[str, tuple[int, int]] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Event:
    """One change: feed number, kind (entry, members, menu, printed, wire, reset), whose phone ("" = all), what."""

    seq: int
    kind: str
    user: str
    data: Any


class World:
    """The corp, its members, their chats. Hold `lock` to change the book; `publish` wakes everyone who waits."""

    def __init__(self, conf: Settings) -> None:
        self.conf = conf
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.rng: random.Random = random.Random(conf.seed) if conf.seed is not None else random.SystemRandom()  # noqa: S311
        self.callback_url = conf.callback_url
        self.base_url = ""
        self.sheet = ""  # HTML of printed codes, for whoever sits at the phones to look at, print or photograph
        self.closing = False
        self.seq = int(conf.now() * 1000)  # so that a page left open over a restart notices
        self.feed: deque[Event] = deque(maxlen=FEED_LENGTH)
        self.book = self._new_book()
        self._snapshots: dict[str, Book] = {}
        self._serial = 7_000_000_000_000_000_000 + int(conf.now()) * 1_000_000

    def _new_book(self) -> Book:
        members = {member.userid.lower(): member for member in self.conf.members}
        return Book(members=members, switches=Switches(deliveries=self.conf.deliveries))

    # --- facts the rules ask for ---

    @property
    def agent_id(self) -> int:
        return self.conf.agent_id

    def has_callback(self) -> bool:
        return self.callback_url is not None

    def is_task_taken(self, task_id: str) -> bool:
        return task_id in self.book.tasks

    def has_media(self, media_id: str) -> bool:
        media = self.book.media.get(media_id)
        return media is not None and self.now() - media.at <= MEDIA_LIFE

    # --- time, ids ---

    def now(self) -> float:
        """Seconds since 1970 on the sandbox's clock, which the control API can move."""
        return self.conf.now() + self.book.offset

    def token_hex(self, length: int = 32) -> str:
        """A fresh random id of `length` hex digits."""
        return f"{self.rng.getrandbits(4 * length):0{length}x}"

    def serial(self) -> int:
        """The next MsgId: a 64-bit number that only grows."""
        with self.lock:
            self._serial += 1
            return self._serial

    # --- members ---

    def member(self, userid: str) -> Member | None:
        """The member of that id, case-insensitively."""
        return self.book.members.get(userid.lower())

    def put_member(self, member: Member) -> None:
        """Add a member, or replace the one of that id."""
        with self.lock:
            self.book.members[member.userid.lower()] = member
            self.publish("members")

    def remove_member(self, userid: str) -> bool:
        """Forget a member and their chat; False when unknown."""
        with self.lock:
            gone = self.book.members.pop(userid.lower(), None) is not None
            self.book.chats.pop(userid.lower(), None)
            self.publish("members")
            return gone

    def configure(self, callback_url: str | None) -> None:
        """Set the app's callback address, as on the admin page (without its GET verification)."""
        check_callback(callback_url)
        with self.lock:
            self.callback_url = callback_url

    # --- chats ---

    def chat(self, userid: str) -> list[Entry]:
        return self.book.chats.setdefault(userid.lower(), [])

    def show(self, entry: Entry) -> None:
        """Put a new entry at the end of its member's chat."""
        with self.lock:
            chat = self.chat(entry.user)
            chat.append(entry)
            del chat[:-CHAT_LENGTH]
            self.touch(entry)

    def touch(self, entry: Entry) -> None:
        """Publish an entry that is new or has changed."""
        with self.lock:
            entry.version = self.seq + 1
            self.publish("entry", entry.user, entry.shown())

    def copies(self, msgid: str) -> list[Entry]:
        """Every member's copy of one message."""
        sent = self.book.sent.get(msgid)
        users = sent.recipients if sent else frozenset[str]()
        return [entry for user in users for entry in self.chat(user) if entry.msgid == msgid]

    def issue_code(self, msgid: str) -> str:
        """A new response_code for a message (one when sent, one for each click)."""
        with self.lock:
            code = self.token_hex(40)
            self.book.codes[code] = Code(msgid, self.now())
            return code

    # --- watchers ---

    def publish(self, kind: str, user: str = "", data: Any = None) -> None:
        """Number a change, keep it for those who reconnect, wake everyone who waits."""
        with self.changed:
            self.seq += 1
            self.feed.append(Event(self.seq, kind, user.lower(), data))
            self.changed.notify_all()

    def since(self, seq: int) -> list[Event] | None:
        """Changes after feed number `seq`; None when some of them are no longer kept (read everything anew)."""
        with self.lock:
            if not self.seq - len(self.feed) <= seq <= self.seq:
                return None
            missed = self.seq - seq
            return list(self.feed)[len(self.feed) - missed :] if missed else []

    def wait(self, found: Callable[[], Any], timeout: float) -> Any:
        """Wait in real time until `found()` is true; its value, or the last one when time is up or all stops."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while not (value := found()) and not self.closing:
                left = deadline - time.monotonic()
                if left <= 0 or not self.changed.wait(left):
                    return found()
            return value

    def close(self) -> None:
        """Release everyone who waits."""
        with self.changed:
            self.closing = True
            self.changed.notify_all()

    # --- reset, snapshot ---

    def reset(self) -> None:
        """Back to the constructor's state. The numbering of changes and MsgIds goes on."""
        self._replace(self._new_book())

    def snapshot(self, name: str) -> None:
        """Keep a copy of the whole state under a name."""
        with self.lock:
            self._snapshots[name] = copy.deepcopy(self.book)

    def restore(self, name: str) -> bool:
        """Go back to a kept copy; False when there is none of that name."""
        with self.lock:
            if name not in self._snapshots:
                return False
            self._replace(copy.deepcopy(self._snapshots[name]))
            return True

    def _replace(self, book: Book) -> None:
        with self.lock:
            self.book = book
            self.publish("reset")
