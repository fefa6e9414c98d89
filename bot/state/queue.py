"""Claiming what is to be said and what is promised: under a lease, done, marked. The tables stand in `mailbox`.

An inbox row seals "this has been handled, and this was the answer". A row of the outbox or of the timers is claimed
under a lease by one statement, done by its claimer, and marked; a claimer that dies gives it back when the lease runs
out. Nothing here speaks to a network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.state import bulk, pace, prepared
from bot.state.base import Utc, among
from bot.state.mailbox import Outcome, Post, Priority, deliveries, inbox, outbox, photo_lane, timers, tokens
from bot.state.pace import MESSAGES, PER_HOUR, PER_MINUTE

__all__ = [
    "MESSAGES",
    "PER_HOUR",
    "PER_MINUTE",
    "TIMER_DUE",
    "Due",
    "Letter",
    "Outcome",
    "Post",
    "Priority",
    "claim_letters",
    "claim_timers",
    "deliveries",
    "end_letter",
    "end_timer",
    "give_back",
    "inbox",
    "letters_due",
    "outbox",
    "pending",
    "photo_lane",
    "post",
    "promise",
    "timers",
    "timers_due",
    "tokens",
    "withdraw",
]


def post(conn: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put letters into the outbox, as the rows of its table."""
    bulk.insert(conn, outbox, rows)


def promise(conn: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep timers, as the rows of their table."""
    bulk.insert(conn, timers, rows)


_withdraw = (
    outbox.update()
    .where(outbox.c.card.in_(sa.bindparam("cards", expanding=True)), outbox.c.kind == "card")
    .where(outbox.c.state == Post.WAITING.value)
    .values(state=Post.SUPERSEDED.value, ended_at=sa.bindparam("now"))
    .returning(outbox.c.card)
)


def withdraw(conn: sa.Connection, cards: Sequence[str], now: datetime) -> set[str]:
    """End the letters of cards that have not been sent yet; the cards that will now never be."""
    return {row.card for row in prepared.rows(conn, _withdraw, {"cards": cards, "now": now})}


LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed outgoing row: yours until `lease_until`, if `lease` is still written on it."""

    seq: int
    id: str
    kind: str
    recipient: str
    priority: int
    card: str
    payload: bytes
    attempts: int
    expires_at: datetime
    lease: str
    cause: str


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed timer."""

    id: str
    flow: str
    ref: str
    name: str
    turn: int
    due_at: datetime


_COLUMNS = (
    "seq",
    "id",
    "kind",
    "recipient",
    "priority",
    "card",
    "payload",
    "attempts",
    "expires_at",
    "lease",
    "cause",
)


_now = sa.bindparam("now", type_=Utc)
_waits = among(outbox.c.state, Post.WAITING, Post.LEASED)


def _free(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.or_(table.c.lease_until.is_(None), table.c.lease_until < _now)


_busy = outbox.alias()
_held = sa.exists().where(
    _busy.c.recipient == outbox.c.recipient,
    among(_busy.c.state, Post.WAITING, Post.LEASED),  # for the index
    _busy.c.state == Post.LEASED.value,
    _busy.c.lease_until >= _now,
)
_wanted = (
    sa.select(outbox.c.id, outbox.c.recipient, outbox.c.kind, outbox.c.priority)
    .where(_waits, outbox.c.not_before <= _now, _free(outbox), sa.or_(outbox.c.recipient == "", ~_held))
    .order_by(outbox.c.priority, outbox.c.seq)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_claim = (
    outbox.update()
    .where(outbox.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(
        state=Post.LEASED.value,
        lease=sa.bindparam("by"),
        lease_until=sa.bindparam("until"),
        attempts=outbox.c.attempts + 1,
    )
    .returning(*[outbox.c[name] for name in _COLUMNS])
)


def claim_letters(conn: sa.Connection, now: datetime, lease: str, limit: int) -> list[Letter]:
    """Lease up to `limit` due letters, best priority first, one lease holder per recipient and within their pace.

    A recipient who already has a leased letter is left alone, so that one person's messages keep their order; one at
    the edge of the pace (25 a minute, 900 an hour) is left for later. Each claimed message to a person is entered in
    the delivery log here: pace is reserved before the wire, so that two senders cannot both use the last place.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(sa.text("SELECT pg_advisory_xact_lock(7263)"))  # pace is a sum over rows: one claimer at a time
    rows = prepared.rows(conn, _wanted, {"now": now, "most": limit})
    chosen = pace.within(conn, now, [(row.id, row.recipient, row.kind, row.priority) for row in rows]) if rows else []
    if not chosen:
        return []
    claimed = prepared.rows(conn, _claim, {"ids": chosen, "by": lease, "until": now + LEASE})
    return sorted((Letter(*row) for row in claimed), key=lambda letter: (letter.priority, letter.seq))


_mine = outbox.update().where(
    outbox.c.id == sa.bindparam("the_id"),
    outbox.c.lease == sa.bindparam("held"),
    outbox.c.state == Post.LEASED.value,
)
_end = _mine.values(
    state=sa.bindparam("to"), ended_at=sa.bindparam("now"), lease_until=None, reason=sa.bindparam("why")
)
_back = _mine.values(
    state=Post.WAITING.value,
    lease="",
    lease_until=None,
    not_before=sa.bindparam("until"),
    attempts=outbox.c.attempts - sa.bindparam("uncounted", type_=sa.Integer),
    reason=sa.bindparam("why"),
)


def end_letter(conn: sa.Connection, letter: Letter, state: Post, now: datetime, reason: str = "") -> bool:
    """Mark a claimed letter as ended; False when the lease was lost meanwhile (a zombie must not write)."""
    values = {"the_id": letter.id, "held": letter.lease, "to": state.value, "now": now, "why": reason[:64]}
    return prepared.run(conn, _end, values) == 1


def give_back(conn: sa.Connection, letter: Letter, not_before: datetime, reason: str, *, counted: bool = True) -> bool:
    """Return a claimed letter to wait until `not_before`; `counted=False` does not hold the attempt against it."""
    values = {"the_id": letter.id, "held": letter.lease, "until": not_before, "why": reason[:64]}
    return prepared.run(conn, _back, values | {"uncounted": 0 if counted else 1}) == 1


_letter_due = sa.select(outbox.c.seq).where(_waits, outbox.c.not_before <= _now, _free(outbox)).limit(1)
_open_timer = (timers.c.ended_at.is_(None), timers.c.due_at <= _now, _free(timers))
TIMER_DUE = sa.select(timers.c.due_at).where(*_open_timer).order_by(timers.c.due_at).limit(1)
"""The first timer that has come due by `now` and that nobody holds; its order makes it one step into the index."""
_due = (
    sa.select(timers.c.id).where(*_open_timer).order_by(timers.c.due_at).limit(sa.bindparam("most", type_=sa.Integer))
)
_claim_timers = (
    timers.update()
    .where(timers.c.id.in_(_due.with_for_update(skip_locked=True)))
    .values(lease_until=sa.bindparam("until"))
    .returning(*[timers.c[name] for name in ("id", "flow", "ref", "name", "turn", "due_at")])
)
_end_timer = timers.update().where(timers.c.id == sa.bindparam("the_id"), timers.c.ended_at.is_(None))


def letters_due(conn: sa.Connection, now: datetime) -> bool:
    """Whether anything may be claimed: a look that needs no writer's place, for the many rounds in which nothing is."""
    return conn.execute(_letter_due, {"now": now}).first() is not None


def timers_due(conn: sa.Connection, now: datetime) -> bool:
    """Whether any promise has come due."""
    return conn.execute(TIMER_DUE, {"now": now}).first() is not None


def claim_timers(conn: sa.Connection, now: datetime, limit: int) -> list[Due]:
    """Lease up to `limit` due timers. Each becomes an Event; the runner ends the row in the event's own transaction."""
    rows = prepared.rows(conn, _claim_timers, {"now": now, "most": limit, "until": now + LEASE})
    return sorted((Due(*row) for row in rows), key=lambda due: due.due_at)


def end_timer(conn: sa.Connection, the_id: str, now: datetime) -> bool:
    """End a timer once; False when it had ended already."""
    return prepared.run(conn, _end_timer, {"the_id": the_id, "ended_at": now}) == 1


_queued = sa.select(sa.func.count()).where(
    _waits, outbox.c.recipient == sa.bindparam("who"), outbox.c.kind.in_(MESSAGES), outbox.c.state == Post.WAITING.value
)


def waiting_for(conn: sa.Connection, person: str) -> int:
    """How many messages to a member wait to be sent, most of them for the member's pace."""
    return int(conn.execute(_queued, {"who": person}).scalar_one())


def pending(conn: sa.Connection) -> dict[str, Any]:
    """Figures for health and metrics: waiting letters, the oldest one, open timers."""
    letters = conn.execute(sa.select(sa.func.count(), sa.func.min(outbox.c.not_before)).where(_waits)).one()
    open_timers = conn.execute(sa.select(sa.func.count()).where(timers.c.ended_at.is_(None))).scalar_one()
    return {"outbox_pending": letters[0], "outbox_oldest": letters[1], "timers_open": open_timers}
