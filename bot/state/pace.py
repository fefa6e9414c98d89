"""The pace of messages to one member: below WeCom's 30 a minute and 1,000 an hour, beyond which it drops in silence.

Places are counted in the delivery log and taken before the wire, by one claimer at a time (`queue.claim_letters`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.state import bulk, prepared
from bot.state.base import Utc, among
from bot.state.mailbox import Post, Priority, deliveries, outbox

PER_MINUTE, PER_HOUR = 25, 900  # WECOM §7
RESERVED = 7  # places of either that only answers may take: somebody is waiting for those
MESSAGES = frozenset({"text", "card"})  # what counts against a member's pace; an update of a card does not


def within(conn: sa.Connection, now: datetime, rows: Sequence[tuple[str, str, str, int]]) -> list[str]:
    """Of (id, recipient, kind, priority) rows the ids that may go now; they take their places, the others rest."""
    people = {recipient for _, recipient, kind, _ in rows if kind in MESSAGES}
    room = _rooms(conn, now, people)
    chosen, entries = [], []
    delayed: dict[str, int] = {}  # the person, and the best priority that has to wait
    for the_id, recipient, kind, priority in rows:
        if kind in MESSAGES:
            if room[recipient] <= (0 if priority == Priority.ANSWER else RESERVED):
                delayed.setdefault(recipient, priority)
                continue
            room[recipient] -= 1
            entries.append({"outbox_id": the_id, "recipient": recipient, "at": now})
        chosen.append(the_id)
    bulk.insert(conn, deliveries, entries)
    for person, priority in delayed.items():
        _postpone(conn, now, person, priority)
    return chosen


_in_minute = sa.case((deliveries.c.at > sa.bindparam("minute_ago", type_=Utc), 1), else_=0)
_counts = (
    sa.select(deliveries.c.recipient, sa.func.count(), sa.func.sum(_in_minute))
    .where(deliveries.c.recipient.in_(sa.bindparam("people", expanding=True)))
    .where(deliveries.c.at > sa.bindparam("hour_ago"))
    .group_by(deliveries.c.recipient)
)


def _rooms(conn: sa.Connection, now: datetime, people: Collection[str]) -> dict[str, int]:
    """How many messages each of them may still get now: one question for all."""
    spans = {"minute_ago": now - timedelta(minutes=1), "hour_ago": now - timedelta(hours=1)}
    rooms = dict.fromkeys(people, min(PER_HOUR, PER_MINUTE))
    if people:
        for person, hour, minute in prepared.rows(conn, _counts, spans | {"people": list(people)}):
            rooms[person] = int(min(PER_HOUR - hour, PER_MINUTE - minute))
    return rooms


_oldest = (
    sa.select(deliveries.c.at)
    .where(deliveries.c.recipient == sa.bindparam("person"), deliveries.c.at > sa.bindparam("minute_ago"))
    .order_by(deliveries.c.at)
    .limit(1)
)
_rest = (
    outbox.update()
    .where(among(outbox.c.state, Post.WAITING, Post.LEASED), outbox.c.state == Post.WAITING.value)  # for the index
    .where(outbox.c.recipient == sa.bindparam("person"), among(outbox.c.kind, *sorted(MESSAGES)))
    .where(outbox.c.priority >= sa.bindparam("least"), outbox.c.not_before < sa.bindparam("until"))
    .values(not_before=sa.bindparam("until"))
)


def _postpone(conn: sa.Connection, now: datetime, person: str, priority: int) -> None:
    """Let the person's letters from a priority on rest until a place is free, lest they fill the next claim."""
    first = prepared.first(conn, _oldest, {"person": person, "minute_ago": now - timedelta(minutes=1)})
    until = (now if first is None else first.at) + timedelta(minutes=1)
    prepared.run(conn, _rest, {"person": person, "least": priority, "until": until})
