"""The figures of 进度 and 汇报: every person of an area counted once, and every sum the sum of its parts.

Law: each state of a contact belongs to exactly one leaf of `PARTS`, so nobody is left out or counted twice. Not counted
are records merged into another, and people whose community is not known yet (they are told apart).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import area, contact, verification
from bot.state.base import among
from bot.state.contact import Contact, State
from bot.state.unit import Tx


class Figure(StrEnum):
    """One number of a report; its words stand in `cards.progress`."""

    TOTAL = "total"
    PENDING = "pending"
    REPORTED = "reported"
    FORWARDED = "forwarded"
    UNDECIDED = "undecided"
    EXCLUDED = "excluded"
    CENTRAL = "central"
    AWAITING_TRANSPORT = "awaiting_transport"
    ISSUED = "issued"
    LISTED = "listed"
    ABOARD = "aboard"
    PICKED_UP = "picked_up"
    ARRIVED = "arrived"
    HOME = "home"
    AWAY = "away"
    AWAITING_OFFLINE = "awaiting_offline"
    OFFLINE_DONE = "offline_done"


PARTS: Mapping[Figure, tuple[Figure, ...]] = {
    Figure.TOTAL: (Figure.PENDING, Figure.REPORTED, Figure.FORWARDED, Figure.UNDECIDED, Figure.EXCLUDED),
    Figure.REPORTED: (Figure.CENTRAL, Figure.HOME, Figure.AWAY),
    Figure.CENTRAL: (
        Figure.AWAITING_TRANSPORT, Figure.ISSUED, Figure.LISTED, Figure.ABOARD, Figure.PICKED_UP, Figure.ARRIVED,
    ),
    Figure.AWAY: (Figure.AWAITING_OFFLINE, Figure.OFFLINE_DONE),
}  # fmt: skip
LEAVES: Mapping[Figure, State] = {
    Figure.PENDING: State.PENDING,
    Figure.FORWARDED: State.FORWARDED,
    Figure.UNDECIDED: State.UNDECIDED,
    Figure.EXCLUDED: State.EXCLUDED,
    Figure.AWAITING_TRANSPORT: State.AWAITING_TRANSPORT,
    Figure.ISSUED: State.ISSUED,
    Figure.LISTED: State.LISTED,
    Figure.ABOARD: State.ABOARD,
    Figure.PICKED_UP: State.PICKED_UP,
    Figure.ARRIVED: State.ARRIVED,
    Figure.HOME: State.AT_HOME,
    Figure.AWAITING_OFFLINE: State.AWAITING_OFFLINE,
    Figure.OFFLINE_DONE: State.OFFLINE_DONE,
}
NOT_COUNTED = frozenset({State.MERGED, State.UNPLACED})


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people of an area are in each state, and how many verifications are past their time."""

    counts: Mapping[str, int] = field(default_factory=dict)
    late: int = 0

    def of(self, figure: Figure) -> int:
        """One number: that of its state, or the sum of its parts."""
        if figure in LEAVES:
            return self.counts.get(LEAVES[figure], 0)
        return sum(self.of(part) for part in PARTS[figure])

    def __add__(self, other: "Tally") -> "Tally":
        states = {*self.counts, *other.counts}
        counts = {state: self.counts.get(state, 0) + other.counts.get(state, 0) for state in states}
        return Tally(counts, self.late + other.late)


def states_of(figure: Figure) -> list[State]:
    """The states of a contact that a number counts."""
    if figure in LEAVES:
        return [LEAVES[figure]]
    return [state for part in PARTS[figure] for state in states_of(part)]


def _inside(path: str) -> sa.ColumnElement[bool]:
    return area.table.c.path.startswith(path, autoescape=True)


def by_area(tx: Tx, path: str) -> dict[str, Tally]:
    """The tallies of every area under a path (itself included) that has anybody, by the area's path."""
    person, task = contact.table.c, verification.table.c
    counted = sa.select(area.table.c.path, person.state, sa.func.count())
    counted = counted.join_from(contact.table, area.table, area.table.c.code == person.area_code).where(_inside(path))
    found: dict[str, dict[str, int]] = {}
    rows: Sequence[Any] = tx.all(counted.group_by(area.table.c.path, person.state))
    for place, state, count in rows:
        found.setdefault(place, {})[state] = int(count)
    waits = among(task.state, verification.State.OPEN, verification.State.TAKEN)
    overdue = sa.select(area.table.c.path, sa.func.count())
    overdue = overdue.join_from(verification.table, area.table, area.table.c.code == task.area_code)
    over: Sequence[Any] = tx.all(overdue.where(waits, task.due_at < tx.now, _inside(path)).group_by(area.table.c.path))
    late = {place: int(count) for place, count in over}
    return {place: Tally(found.get(place, {}), late.get(place, 0)) for place in {*found, *late}}


def total(tallies: Mapping[str, Tally], path: str = "/") -> Tally:
    """The sum of those that lie under a path."""
    whole = Tally()
    for place, one in tallies.items():
        if place.startswith(path):
            whole = whole + one
    return whole


def people(tx: Tx, path: str, figure: Figure, start: int, limit: int) -> list[Contact]:
    """The people behind a number under a path, in the order in which they came."""
    codes = sa.select(area.table.c.code).where(_inside(path))
    counted = contact.table.c.state.in_([state.value for state in states_of(figure)])
    wanted = contact.noun.select.where(counted, contact.table.c.area_code.in_(codes))
    wanted = wanted.order_by(contact.table.c.created_at, contact.table.c.id).offset(start).limit(limit)
    return [contact.noun.read(tx.keys, row) for row in tx.all(wanted)]
