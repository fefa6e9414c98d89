"""Open items change hands: because somebody leaves, or because a lead decides. Law: an open item always has a holder.

What is open is what the ladder waits for. `give` moves items and has both sides told; `sweep` finds those of an area
whose holder is away, gone from the directory or not of the place, and gives them to who is on duty there, or to the
lead. Here only rows are written: the scenario of each item lays its own card, `flows/relay` tells the people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot import ladder
from bot.ladder import Step
from bot.state import area, matter, staff, waiting
from bot.state.contact import Contact
from bot.state.staff import Role
from bot.state.waiting import Wait
from bot.turn import Turn
from cards import parts
from cards import relay as card

SCENARIOS = {Step.FEEDBACK: "verification", Step.OFFLINE_DUTY: "offline_duty", Step.DOOR_SENSOR: "door_sensor"}
"""Who lays the card of an item on its new holder's phone, as `start("reassign", to)`; `ref` is the wait's own."""
HELD_BY = {**ladder.ROLES, Step.ACCEPT_FORWARD: Role.LEAD}
"""Whose a step is once it is in somebody's hands; any other is the community's. A forward is in hands only where two
communities cannot agree and a lead has to rule."""
SHOWN = 8


@dataclass(slots=True)
class _Team:
    """Who of a role is on duty at one place, how much they have, and who stands in when nobody is."""

    present: list[str]
    load: dict[str, int]
    stand_in: list[str]

    def keeps(self, holders: Iterable[str]) -> bool:
        """Whether one of the holders is of the place and there."""
        return any(one in self.present for one in holders)

    def next(self) -> str:
        """Who has least; they get one more."""
        chosen = min(self.present, key=lambda one: (self.load.get(one, 0), one))
        self.load[chosen] = self.load.get(chosen, 0) + 1
        return chosen


@dataclass(slots=True)
class _Moves:
    """What goes from whom to whom, gathered so that each receiver hears of all in one card."""

    items: dict[tuple[tuple[str, ...], bool], list[Wait]] = field(default_factory=dict)

    def add(self, to: Sequence[str], wait: Wait, *, vacant: bool) -> None:
        """One item for these."""
        self.items.setdefault((tuple(to), vacant), []).append(wait)


def sweep(turn: Turn, path: str) -> int:
    """Give what lies under an area in absent hands to who is on duty there, else to the lead; how many are the lead's.

    Costs four statements for each place and role met, and nothing more for each item.
    """
    held = waiting.held_under(turn.tx, [path])
    teams: dict[tuple[str, str], _Team] = {}
    moves, vacant = _Moves(), 0
    for wait in held:
        team = _team(turn, teams, wait, held)
        if team.keeps(wait.holders):
            continue
        if team.present:
            moves.add([team.next()], wait, vacant=False)
        elif team.stand_in and set(wait.holders) != {*team.stand_in}:
            moves.add(team.stand_in, wait, vacant=True)
            vacant += 1
    for (to, nobody_there), waits in moves.items.items():
        give(turn, waits, to, vacant=nobody_there)
    return vacant


def give(turn: Turn, waits: Sequence[Wait], to: Sequence[str], *, by: str = "", vacant: bool = False) -> None:
    """Let these open items be `to`'s from now on; old and new holders hear of it, the new ones have to acknowledge.

    `vacant`: nobody is on duty and `to` are those who see to it; the items stay with their scenario's holder till then.
    """
    for wait in waits:
        ladder.hold(turn, wait.step, wait.ref, to)
        scenario = SCENARIOS.get(Step(wait.step))
        if scenario and not vacant:
            turn.start(scenario, wait.ref, "reassign", to=to[0])
    items = [[wait.step, wait.ref, list(wait.holders)] for wait in waits]
    turn.tx.note(f"relay:{turn.tx.id()}", 1, "given", "", "given", {"to": list(to), "items": len(items), "by": by})
    places = sorted({wait.path for wait in waits})
    turn.start("relay", turn.tx.id(), "given", to=list(to), items=items, by=by, vacant=vacant, paths=places)


def given(turn: Turn, step: Step) -> Wait | None:
    """What a start "reassign" brings to its scenario; None when it is done, or has gone on to others since.

    The wait is the truth: who stood in for a while has moved it, and the scenario still names whoever had it before.
    """
    wait = waiting.find(turn.tx, step, turn.ref)
    return wait if wait is not None and wait.holders == (str(turn.event.data["to"]),) else None


def unmanned(turn: Turn, paths: Sequence[str]) -> card.Unmanned:
    """How much waits at places where nobody is on duty, in hands or not."""
    counts = dict.fromkeys((Step.FEEDBACK, Step.ACCEPT_FORWARD), (0, 0))
    for (_, name), (waits, late) in waiting.under(turn.tx, paths).items():
        if (step := Step(name)) in counts:
            counts[step] = (counts[step][0] + waits, counts[step][1] + late)
    return card.Unmanned(*counts[Step.FEEDBACK], counts[Step.ACCEPT_FORWARD][0])


def lines(turn: Turn, items: Iterable[tuple[str, str]]) -> list[str]:
    """The first few items as (step, ref), each in a line for people: what is to be done, for whom, masked."""
    shown = list(items)[:SHOWN]
    about = matter.people(turn.tx, [ref for _, ref in shown])
    return [_line(step, about.get(ref)) for step, ref in shown]


def _line(step: str, person: Contact | None) -> str:
    if person is None:
        return card.line(step, "", "")
    who = parts.person(person.name, person.category)
    return card.line(step, who.name, who.category)


def label(turn: Turn, paths: Iterable[str]) -> str:
    """The names of places by their paths, at most two of them."""
    names = area.names(turn.tx, paths)
    return card.places([names[path] for path in sorted(names)])


def team_of(turn: Turn, wait: Wait) -> set[str]:
    """Everybody who may have an item: the members of its place, on duty or not, in the role that does it."""
    role = HELD_BY.get(Step(wait.step), Role.COMMUNITY)
    known: dict[tuple[str, str], set[str]] = turn.room.setdefault("teams", {})
    if (role, wait.path) not in known:
        known[role, wait.path] = {*_members(turn, role, wait.path, _area(turn, wait.path))}
    return known[role, wait.path]


def _team(turn: Turn, teams: dict[tuple[str, str], _Team], wait: Wait, held: Sequence[Wait]) -> _Team:
    """The people of a wait's place, looked up once a sweep."""
    role = HELD_BY.get(Step(wait.step), Role.COMMUNITY)
    if (role, wait.path) not in teams:
        place = _area(turn, wait.path)
        present = _present(turn, role, wait.path, place)
        load = {one: sum(one in other.holders for other in held) for one in present}
        teams[role, wait.path] = _Team(present, load, _above(turn, place))
    return teams[role, wait.path]


def _members(turn: Turn, role: Role, path: str, place: area.Area | None) -> list[str]:
    """Everybody of a role for a place."""
    if role is Role.COMMUNITY or place is None:
        return [one for one, _ in staff.belonging(turn.tx, role, path)]
    return staff.above(turn.tx, role, place)


def _present(turn: Turn, role: Role, path: str, place: area.Area | None) -> list[str]:
    """Those of them who are on duty."""
    if role is Role.COMMUNITY or place is None:
        return staff.serving(turn.tx, role, path)
    members = _members(turn, role, path, place)
    away = staff.away(turn.tx, members)
    return [one for one in members if one not in away]


def _above(turn: Turn, place: area.Area | None) -> list[str]:
    """The lead of a place, else its CDC."""
    if place is None:
        return []
    return staff.above(turn.tx, Role.LEAD, place) or staff.above(turn.tx, Role.CDC, place)


def place_of(turn: Turn, code: str) -> area.Area | None:
    """The area of a code, asked once a turn."""
    known: dict[str, area.Area | None] = turn.room.setdefault("areas", {})
    if code not in known:
        known[code] = area.find(turn.tx, code)
    return known[code]


def _area(turn: Turn, path: str) -> area.Area | None:
    return place_of(turn, path.strip("/").rpartition("/")[2])
