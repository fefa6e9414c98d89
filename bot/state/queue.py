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

from bot.state import bulk, pace
from bot.state.mailbox import Outcome, Post, Priority, deliveries, inbox, outbox, timers, tokens
from bot.state.pace import MESSAGES, PER_HOUR, PER_MINUTE

__all__ = [
    "MESSAGES",
    "PER_HOUR",
    "PER_MINUTE",
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
    return {row.card for row in conn.execute(_withdraw, {"cards": cards, "now": now})}


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


def _free(table: sa.Table, now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(table.c.lease_until.is_(None), table.c.lease_until < now)


def claim_letters(conn: sa.Connection, now: datetime, lease: str, limit: int) -> list[Letter]:
    """Lease up to `limit` due letters, best priority first, one lease holder per recipient and within their pace.

    A recipient who already has a leased letter is left alone, so that one person's messages keep their order; one at
    the edge of the pace (25 a minute, 900 an hour) is left for later. Each claimed message to a person is entered in
    the delivery log here: pace is reserved before the wire, so that two senders cannot both use the last place.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(sa.text("SELECT pg_advisory_xact_lock(7263)"))  # pace is a sum over rows: one claimer at a time
    busy = outbox.alias()
    held = sa.exists().where(
        busy.c.recipient == outbox.c.recipient, busy.c.state == Post.LEASED.value, busy.c.lease_until >= now
    )
    wanted = (
        sa.select(outbox.c.id, outbox.c.recipient, outbox.c.kind)
        .where(
            outbox.c.state.in_([Post.WAITING.value, Post.LEASED.value]),
            outbox.c.not_before <= now,
            _free(outbox, now),
            sa.or_(outbox.c.recipient == "", ~held),
        )
        .order_by(outbox.c.priority, outbox.c.seq)
        .limit(limit)
    )
    rows = conn.execute(wanted).all()
    if not rows:
        return []
    chosen = pace.within(conn, now, [(row.id, row.recipient, row.kind) for row in rows])
    change = (
        outbox.update()
        .where(outbox.c.id.in_(chosen))
        .values(state=Post.LEASED.value, lease=lease, lease_until=now + LEASE, attempts=outbox.c.attempts + 1)
    )
    claimed = conn.execute(change.returning(*[outbox.c[name] for name in _COLUMNS])).all() if chosen else []
    return sorted((Letter(*row) for row in claimed), key=lambda letter: (letter.priority, letter.seq))


def end_letter(conn: sa.Connection, letter: Letter, state: Post, now: datetime, reason: str = "") -> bool:
    """Mark a claimed letter as ended; False when the lease was lost meanwhile (a zombie must not write)."""
    mine = (outbox.c.id == letter.id, outbox.c.lease == letter.lease, outbox.c.state == Post.LEASED.value)
    change = outbox.update().where(*mine).values(state=state.value, ended_at=now, lease_until=None, reason=reason[:64])
    return conn.execute(change).rowcount == 1


def give_back(conn: sa.Connection, letter: Letter, not_before: datetime, reason: str, *, counted: bool = True) -> bool:
    """Return a claimed letter to wait until `not_before`; `counted=False` does not hold the attempt against it."""
    mine = (outbox.c.id == letter.id, outbox.c.lease == letter.lease, outbox.c.state == Post.LEASED.value)
    attempts = outbox.c.attempts if counted else outbox.c.attempts - 1
    change = (
        outbox.update()
        .where(*mine)
        .values(
            state=Post.WAITING.value,
            lease="",
            lease_until=None,
            not_before=not_before,
            attempts=attempts,
            reason=reason[:64],
        )
    )
    return conn.execute(change).rowcount == 1


def letters_due(conn: sa.Connection, now: datetime) -> bool:
    """Whether anything may be claimed: a look that needs no writer's place, for the many rounds in which nothing is."""
    live = outbox.c.state.in_([Post.WAITING.value, Post.LEASED.value])
    due = sa.select(outbox.c.seq).where(live, outbox.c.not_before <= now, _free(outbox, now)).limit(1)
    return conn.execute(due).first() is not None


def timers_due(conn: sa.Connection, now: datetime) -> bool:
    """Whether any promise has come due."""
    due = sa.select(timers.c.id).where(timers.c.ended_at.is_(None), timers.c.due_at <= now, _free(timers, now)).limit(1)
    return conn.execute(due).first() is not None


def claim_timers(conn: sa.Connection, now: datetime, limit: int) -> list[Due]:
    """Lease up to `limit` due timers. Each becomes an Event; the runner ends the row in the event's own transaction."""
    due = (
        sa.select(timers.c.id)
        .where(timers.c.ended_at.is_(None), timers.c.due_at <= now, _free(timers, now))
        .order_by(timers.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    change = timers.update().where(timers.c.id.in_(due)).values(lease_until=now + LEASE)
    columns = [timers.c[name] for name in ("id", "flow", "ref", "name", "turn", "due_at")]
    rows = conn.execute(change.returning(*columns)).all()
    return sorted((Due(*row) for row in rows), key=lambda due: due.due_at)


def end_timer(conn: sa.Connection, the_id: str, now: datetime) -> bool:
    """End a timer once; False when it had ended already."""
    change = timers.update().where(timers.c.id == the_id, timers.c.ended_at.is_(None)).values(ended_at=now)
    return conn.execute(change).rowcount == 1


def pending(conn: sa.Connection) -> dict[str, Any]:
    """Figures for health and metrics: waiting letters, the oldest one, open timers."""
    live = outbox.c.state.in_([Post.WAITING.value, Post.LEASED.value])
    letters = conn.execute(sa.select(sa.func.count(), sa.func.min(outbox.c.not_before)).where(live)).one()
    open_timers = conn.execute(sa.select(sa.func.count()).where(timers.c.ended_at.is_(None))).scalar_one()
    return {"outbox_pending": letters[0], "outbox_oldest": letters[1], "timers_open": open_timers}
