"""What waits and what is owed are the same things (I-23), and somebody who stands above each would hear of it."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from bot.ladder import Step
from bot.state import (
    companionship,
    contact,
    conversation,
    forward,
    handover,
    notice,
    offline_duty,
    queue,
    staff,
    supplement,
    verification,
    waiting,
)

Rows = Callable[[sa.Executable], list[Any]]
ABOVE = ("lead", "cdc", "admin")
ON_THE_ROAD = [contact.State.AWAITING_TRANSPORT, contact.State.ISSUED, contact.State.LISTED, contact.State.ABOARD]
BORN_BY_HAND_OVER = (Step.ACCEPT_FORWARD, Step.DOOR_SENSOR, Step.HOTEL_CONFIRM)


def unlike(rows: Rows) -> Iterator[str]:
    """Whatever is owed and nobody will be reminded of; whatever nobody owes and people will be reminded of."""
    waits = _waits(rows)
    owed = {step: {row[0] for row in rows(asked)} for step, asked in OWED.items()}
    shared = {row[0] for row in rows(_TOGETHER)}  # a 陪护 submitted with its supplement: the CDC judges both at once
    owed[Step.SUPPLEMENT_DECISION] |= {row[0] for row in rows(_ASKED)} - (shared - waits[Step.SUPPLEMENT_DECISION])
    under_way = bool(rows(_HAND_OVERS))
    for step, there in owed.items():
        if not (under_way and step in BORN_BY_HAND_OVER):
            yield from (f"{step} {one} is owed and nobody will be reminded" for one in sorted(there - waits[step]))
        yield from (f"{step} {one} is owed by nobody and waits" for one in sorted(waits[step] - there))
    untouched = {row[0] for row in rows(_UNTOUCHED)}
    yield from (f"first_touch {one} was made and waits" for one in sorted(waits[Step.FIRST_TOUCH] - untouched))


def unheard(rows: Rows) -> Iterator[str]:
    """Whatever waits where no lead, no CDC and no owner stands above it."""
    granted = sa.select(staff.grants.c.path).join(staff.table).where(staff.grants.c.role.in_(ABOVE))
    above = {row[0] for row in rows(granted.distinct())}
    open_ones = sa.select(waiting.table.c.step, waiting.table.c.ref, waiting.table.c.path)
    for step, ref, path in rows(open_ones.where(waiting.table.c.ended_at.is_(None))):
        if above and not any(path.startswith(one) for one in above):
            yield f"{step} {ref} waits under {path}, where nobody would ever hear of it"


def _waits(rows: Rows) -> dict[str, set[str]]:
    """The refs of every open wait, by step."""
    found: dict[str, set[str]] = defaultdict(set)
    open_ones = sa.select(waiting.table.c.step, waiting.table.c.ref).where(waiting.table.c.ended_at.is_(None))
    for step, ref in rows(open_ones):
        found[step].add(ref)
    return found


def _in(table: sa.Table, *states: str) -> sa.Select[Any]:
    return sa.select(table.c.id).where(table.c.state.in_(states))


_talk, _request = conversation.table.c, companionship.table.c
_HAND_OVERS = sa.select(queue.outbox.c.id).where(queue.outbox.c.kind == "start", queue.outbox.c.ended_at.is_(None))
_UNTOUCHED = _in(verification.table, verification.State.OPEN)
_ASKED = _in(companionship.table, companionship.State.REQUESTED)
_TOGETHER = _ASKED.join(contact.table, contact.table.c.id == _request.companion_id).join(
    supplement.table, supplement.table.c.contact_id == contact.table.c.id
)
_TOGETHER = _TOGETHER.where(supplement.table.c.state.in_([supplement.State.UNDECIDED, supplement.State.RETURNED]))
OWED: dict[Step, sa.Select[Any]] = {
    Step.FEEDBACK: _in(verification.table, verification.State.OPEN, verification.State.TAKEN),
    Step.OFFLINE_DUTY: _in(offline_duty.table, offline_duty.State.OPEN),
    Step.ACCEPT_FORWARD: _in(forward.table, forward.State.OFFERED, forward.State.DISPUTED),
    Step.SUPPLEMENT_DECISION: _in(supplement.table, supplement.State.UNDECIDED),
    Step.DISPATCHER_ACCEPT: _in(notice.table, notice.State.SENT),
    Step.TRANSFER: _in(contact.table, *ON_THE_ROAD),
    Step.HOTEL_CONFIRM: _in(handover.table, handover.State.SENT, handover.State.DISPUTED),
    Step.DOOR_SENSOR: sa.select(_talk.ref).where(_talk.flow == "door_sensor", _talk.step == "owed"),
}
"""Who owes what, as the nouns say, by the step that waits for it."""
