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


def by_area(tx: Tx, path: str) -> dict[str, Tally]:
    """The tallies of every area under a path (itself included) that has anybody, by the area's path."""
    person, task = contact.table.c, verification.table.c
    found: dict[str, dict[str, int]] = {}
    for place, state, count in _counted(tx, path, person.area_code, person.state):
        found.setdefault(place, {})[state] = int(count)
    waits = among(task.state, verification.State.OPEN, verification.State.TAKEN)
    late = {
        place: int(count) for place, count in _counted(tx, path, task.area_code, where=(waits, task.due_at < tx.now))
    }
    return {place: Tally(found.get(place, {}), late.get(place, 0)) for place in {*found, *late}}


def _counted(tx: Tx, path: str, code: sa.Column[str], *by: sa.Column[str], where: Any = ()) -> Sequence[Any]:
    """How many rows there are of every area under a path: counted within an index, named by their path afterwards."""
    counted = sa.select(code.label("code"), *by, sa.func.count().label("many"))
    counted = counted.where(code.in_(area.codes([path])), *where).group_by(code, *by)
    group = counted.subquery()
    shown = [group.c[column.name] for column in by]
    return tx.all(sa.select(area.table.c.path, *shown, group.c.many).join(group, group.c.code == area.table.c.code))


def total(tallies: Mapping[str, Tally], path: str = "/") -> Tally:
    """The sum of those that lie under a path."""
    whole = Tally()
    for place, one in tallies.items():
        if place.startswith(path):
            whole = whole + one
    return whole


def people(tx: Tx, path: str, figure: Figure, start: int, limit: int) -> list[Contact]:
    """The people behind a number under a path, in the order in which they came."""
    counted = contact.table.c.state.in_([state.value for state in states_of(figure)])
    wanted = contact.noun.select.where(counted, contact.table.c.area_code.in_(area.codes([path])))
    wanted = wanted.order_by(contact.table.c.created_at, contact.table.c.id).offset(start).limit(limit)
    return [contact.noun.read(tx.keys, row) for row in tx.all(wanted)]
