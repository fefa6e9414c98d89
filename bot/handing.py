"""Open items change hands: because somebody leaves, or because a lead decides. Law: an open item always has a holder.

What is open is what the ladder waits for. `give` moves items and has both sides told; `sweep` finds those of an area
whose holder is away, gone from the directory or not of the place, and gives them to who is on duty there, or to the
lead. Here only rows are written: the scenario of each item lays its own card, `flows/relay` tells the people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot import custody, ladder
from bot.ladder import Step
from bot.state import area, offline_duty, staff, verification, waiting
from bot.state.staff import Role
from bot.state.waiting import Wait
from bot.turn import Turn
from cards import parts
from cards import relay as card

SCENARIOS = {Step.FEEDBACK: "verification", Step.OFFLINE_DUTY: "offline_duty", Step.DOOR_SENSOR: "door_sensor"}
"""Who lays the card of an item on its new holder's phone, as `start("reassign", to, was)`; `ref` is the wait's own."""
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
    """Give what lies under an area in absent hands to who is on duty there, else to the lead; how many moved."""
    held = waiting.held_under(turn.tx, [path])
    teams: dict[tuple[str, str], _Team] = {}
    moves, count = _Moves(), 0
    for wait in held:
        team = _team(turn, teams, wait, held)
        if team.keeps(wait.holders):
            continue
        if team.present:
            moves.add([team.next()], wait, vacant=False)
        elif team.stand_in and set(wait.holders) != {*team.stand_in}:
            moves.add(team.stand_in, wait, vacant=True)
        else:
            continue
        count += 1
    for (to, vacant), waits in moves.items.items():
        give(turn, waits, to, vacant=vacant)
    return count


def give(turn: Turn, waits: Sequence[Wait], to: Sequence[str], *, by: str = "", vacant: bool = False) -> None:
    """Let these open items be `to`'s from now on; old and new holders hear of it, the new ones have to acknowledge.

    `vacant`: nobody is on duty and `to` are those who see to it; the items stay with their scenario's holder till then.
    """
    for wait in waits:
        ladder.hold(turn, wait.step, wait.ref, to)
        scenario = SCENARIOS.get(Step(wait.step))
        if scenario and not vacant:
            turn.start(scenario, wait.ref, "reassign", to=to[0], was=list(wait.holders))
    items = [[wait.step, wait.ref, list(wait.holders)] for wait in waits]
    turn.tx.note(f"relay:{turn.tx.id()}", 1, "given", "", "given", {"to": list(to), "items": len(items), "by": by})
    places = sorted({wait.path for wait in waits})
    turn.start("relay", turn.tx.id(), "given", to=list(to), items=items, by=by, vacant=vacant, paths=places)


def lines(turn: Turn, items: Iterable[tuple[str, str]]) -> list[str]:
    """The first few items as (step, ref), each in a line for people: what is to be done, for whom, masked."""
    shown = []
    for step, ref in list(items)[:SHOWN]:
        who = _person(turn, Step(step), ref)
        shown.append(card.line(step, who.name if who else "", who.category if who else ""))
    return shown


def label(turn: Turn, paths: Iterable[str]) -> str:
    """The names of places by their paths, at most two of them."""
    found = [area.find(turn.tx, path.strip("/").rpartition("/")[2]) for path in paths]
    return card.places([place.name for place in found if place])


def members(turn: Turn, role: Role, path: str) -> set[str]:
    """Everybody who may have the items of a role at a place."""
    place = area.find(turn.tx, path.strip("/").rpartition("/")[2])
    return set(_people(turn, role, path, place)[0])


def _person(turn: Turn, step: Step, ref: str) -> parts.Person | None:
    """Whom an item is about, where that is one person of a verification."""
    if step is Step.OFFLINE_DUTY:
        duty = offline_duty.noun.find(turn.tx, ref)
        ref = duty.verification_id if duty else ""
    elif step not in (Step.FEEDBACK, Step.DOOR_SENSOR):
        return None
    case = verification.case(turn.tx, ref)
    return None if case is None else custody.who(case)


def _team(turn: Turn, teams: dict[tuple[str, str], _Team], wait: Wait, held: Sequence[Wait]) -> _Team:
    """The people of a wait's place, looked up once a sweep."""
    role = ladder.ROLES.get(Step(wait.step), Role.COMMUNITY)
    if (role, wait.path) not in teams:
        place = area.find(turn.tx, wait.path.strip("/").rpartition("/")[2])
        _, present = _people(turn, role, wait.path, place)
        load = {one: sum(one in other.holders for other in held) for one in present}
        stand_in = _above(turn, place)
        teams[role, wait.path] = _Team(present, load, stand_in)
    return teams[role, wait.path]


def _people(turn: Turn, role: Role, path: str, place: area.Area | None) -> tuple[list[str], list[str]]:
    """Everybody of a role for a place, and those of them who are on duty."""
    if role is Role.COMMUNITY or place is None:
        return [one for one, _ in staff.belonging(turn.tx, role, path)], staff.serving(turn.tx, role, path)
    members = staff.above(turn.tx, role, place)
    away = staff.away(turn.tx, members)
    return members, [one for one in members if one not in away]


def _above(turn: Turn, place: area.Area | None) -> list[str]:
    """The lead of a place, else its CDC."""
    if place is None:
        return []
    return staff.above(turn.tx, Role.LEAD, place) or staff.above(turn.tx, Role.CDC, place)
