"""The cards of one conversation that lie on phones, as one turn sees and changes them.

Law: whatever a turn closes is closed in one statement (what nobody has looked at need not be read first), and a click's
response code is kept in the same one where it can be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.state import conversation
from bot.state.base import Utc
from bot.state.conversation import Card, Conversation, cards
from bot.state.unit import Tx


@dataclass(frozen=True, slots=True)
class Press:
    """Who pressed which card, and the click's response code (good once for 72 h, WECOM §4.2)."""

    card: str
    by: str
    code: str


class Closed(NamedTuple):
    """A card that has just been closed: on whose phone it lies, and since when (None: it was not sent yet)."""

    id: str
    recipient: str
    sent_at: datetime | None


_open = cards.c.closed_at.is_(None)
_now = sa.bindparam("now", type_=Utc)
_mine = (cards.c.id == sa.bindparam("the_id")) & (cards.c.recipient == sa.bindparam("by"))
_opened = sa.func.coalesce(cards.c.opened_at, _now)
_pressed = cards.update().where(_mine).values(opened_at=_opened)


def _if_pressed(column: sa.Column[Any], value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.case((_mine, value), else_=column)


_close = cards.update().values(
    closed_at=_now,
    code=_if_pressed(cards.c.code, sa.bindparam("code", type_=cards.c.code.type)),
    code_at=_if_pressed(cards.c.code_at, _now),
    opened_at=_if_pressed(cards.c.opened_at, _opened),
)
_close_these = _close.where(cards.c.id.in_(sa.bindparam("ids", expanding=True)))
_kind = sa.bindparam("kind", type_=sa.String)  # "": of every slot
_close_all = _close.where(
    cards.c.conversation == sa.bindparam("talk"), _open, sa.or_(_kind == "", cards.c.slot == _kind)
).returning(cards.c.id, cards.c.recipient, cards.c.sent_at)
_close_theirs = _close_all.where(cards.c.recipient.in_(sa.bindparam("people", expanding=True)))


class Laid:
    """The live cards of the conversation, read when somebody asks for them; `press` is what was clicked.

    A closed card is no longer pressable here; what lies on the phones is changed by the sender.
    """

    def __init__(self, tx: Tx, talk: Conversation) -> None:
        self.tx, self.talk = tx, talk.id
        self.press: Press | None = None
        self.pressed = ""  # the card that was clicked: it lies on a phone, though its sending may not be marked yet
        self.closed: list[str] = []
        self.unsent: list[str] = []
        self._live: list[Card] | None = [] if talk.fresh else None
        self._to_close: list[str] = []
        self._emptied: list[tuple[str, set[str] | None]] = []  # (slot, members) where nothing lies any more

    def live(self) -> list[Card]:
        """Every card of the conversation that can still be pressed, on whosever phone."""
        if self._live is None:
            self._live = conversation.live_cards(self.tx, self.talk)
        return list(self._live)

    def close(self, slot: str | None, only: Iterable[str] | None) -> Sequence[Card | Closed]:
        """Close the live cards (of a slot; of some members), the oldest first; which they were."""
        people = None if only is None else set(only)
        if self._live is None:
            return self._close_unread(slot or "", people)
        found = [one for one in self._live if slot in (None, one.slot) and (people is None or one.recipient in people)]
        for one in found:
            self.close_one(one)
        return found

    def close_one(self, card: Card) -> None:
        """Close one card, at the end of the turn."""
        self._to_close.append(card.id)
        self._gone(card)
        if self._live is not None:
            self._live = [other for other in self._live if other.id != card.id]

    def _close_unread(self, slot: str, people: set[str] | None) -> list[Closed]:
        if self._is_empty(slot, people):
            return []
        self._emptied.append((slot, people))
        given = {"talk": self.talk, "kind": slot, "now": self.tx.now} | self._code()
        statement, whose = (_close_all, {}) if people is None else (_close_theirs, {"people": list(people)})
        rows = self.tx.all(statement, given | whose)
        found = [Closed(row.id, row.recipient, row.sent_at) for row in sorted(rows) if row.id not in self.closed]
        for one in found:
            self._gone(one)
        if self.press is not None and any(row.id == self.press.card for row in rows):
            self.press = None
        if people is None and not slot:
            self._live = []
        return found

    def _is_empty(self, slot: str, people: set[str] | None) -> bool:
        closed = [of for was, of in self._emptied if was in ("", slot)]
        return any(of is None or (people is not None and people <= of) for of in closed)

    def _gone(self, card: Card | Closed) -> None:
        self.closed.append(card.id)
        if card.sent_at is None and card.id != self.pressed:
            self.unsent.append(card.id)

    def write(self) -> None:
        """Keep what is not written yet: the clicked card's newest code, and which cards are closed.

        The code is kept only where the card was sent to whoever pressed it.
        """
        given = {"now": self.tx.now} | self._code()
        if self.press is not None and self.press.card not in self._to_close:
            self.tx.run(_pressed, given | {"code_at": self.tx.now})
        if self._to_close:
            self.tx.run(_close_these, given | {"ids": self._to_close})

    def _code(self) -> dict[str, Any]:
        if self.press is None:
            return {"the_id": "", "by": "", "code": b""}
        box = self.tx.keys.seal(self.press.code, "card", "code", self.press.card)
        return {"the_id": self.press.card, "by": self.press.by, "code": box}
