"""The pace of messages to one member: below WeCom's 30 a minute and 1,000 an hour, beyond which it drops in silence.

Places are counted in the delivery log and taken before the wire, by one claimer at a time (`queue.claim_letters`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.state.mailbox import Post, deliveries, outbox

PER_MINUTE, PER_HOUR = 25, 900  # WECOM §7
MESSAGES = frozenset({"text", "card"})  # what counts against a member's pace; an update of a card does not


def within(conn: sa.Connection, now: datetime, rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """Of (id, recipient, kind) rows the ids that may go now; their places are taken, those of the others rest."""
    people = {recipient for _, recipient, kind in rows if kind in MESSAGES}
    room = {person: _room(conn, now, person) for person in people}
    chosen, entries, delayed = [], [], set()
    for the_id, recipient, kind in rows:
        if kind in MESSAGES:
            if room[recipient] <= 0:
                delayed.add(recipient)
                continue
            room[recipient] -= 1
            entries.append({"outbox_id": the_id, "recipient": recipient, "at": now})
        chosen.append(the_id)
    if entries:
        conn.execute(deliveries.insert(), entries)
    for person in delayed:
        _postpone(conn, now, person)
    return chosen


def _room(conn: sa.Connection, now: datetime, person: str) -> int:
    at = deliveries.c.at
    counts = sa.select(
        sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((at > now - timedelta(minutes=1), 1), else_=0)), 0)
    ).where(deliveries.c.recipient == person, at > now - timedelta(hours=1))
    hour, minute = conn.execute(counts).one()
    return int(min(PER_HOUR - hour, PER_MINUTE - minute))


def _postpone(conn: sa.Connection, now: datetime, person: str) -> None:
    """Let the person's letters rest until a place is free again, so that they do not fill the next claim."""
    full = outbox.update().where(
        outbox.c.recipient == person, outbox.c.state == Post.WAITING.value, outbox.c.kind.in_(MESSAGES)
    )
    oldest = (
        sa.select(deliveries.c.at)
        .where(deliveries.c.recipient == person, deliveries.c.at > now - timedelta(minutes=1))
        .order_by(deliveries.c.at)
        .limit(1)
    )
    first = conn.execute(oldest).scalar()
    until = (first + timedelta(minutes=1)) if first else now + timedelta(minutes=1)
    conn.execute(full.where(outbox.c.not_before < until).values(not_before=until))
