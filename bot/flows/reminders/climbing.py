"""The sweep: rungs that have come due are climbed, and laid aside for the digests of those they tell.

One conversation holds the sweep, so that any number of schedulers may call it: they climb one after another, and what
one has climbed has its next time already when the other looks.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot import ladder
from bot.flows.reminders.table import flow
from bot.ladder import ROLES, Step, To
from bot.state import handover, hotel, nudge, staff, waiting
from bot.state.nudge import Nudge, Why
from bot.state.staff import Role
from bot.state.unit import Tx
from bot.state.waiting import Wait
from bot.turn import Turn

MOST = 500  # rows a sweep: a transaction of some tens of milliseconds
SUMMED_UP = (Role.COMMUNITY, Role.LEAD, Role.CDC)
SPREAD = 600  # seconds over which the summaries of a whole district are sent
DEEDS = {Why.HOLDER: "reminded", Why.LEAD: "lead_told", Why.CDC: "cdc_told", Why.VACANT: "vacancy_told"}


@flow.start("climb")
def climb(turn: Turn) -> None:
    """Everything whose time has come, up to `MOST`; `turn.result["climbed"]` says how many."""
    duty, climbed = _Duty(turn.tx), []
    told: list[tuple[Wait, Why, list[str]]] = []
    waits = waiting.claim(turn.tx, MOST)
    duty.meet(waits)
    for wait in waits:
        rungs = ladder.of(turn.rules, wait)
        rung, to = rungs.climb(wait.rung, turn.now)
        said = _whom(duty, wait, to, looked=not to)
        after = replace(wait, rung=rung, at=rungs.at(rung), told=wait.told + bool(said))
        told += [(after, why, people) for why, people in said.items()]
        climbed.append(after)
    waiting.climb(turn.tx, climbed)
    _lay_aside(turn, told)
    turn.result = {"climbed": len(climbed)}


def _whom(duty: "_Duty", wait: Wait, to: Iterable[To], *, looked: bool) -> dict[Why, list[str]]:
    """Who hears of a wait, each once and for the first reason that fits; an empty post is the lead's matter at once."""
    holders, to = duty.holders(wait), set(to)
    said: dict[Why, list[str]] = {}
    if not holders and (looked or To.HOLDER in to):
        said[Why.VACANT] = duty.leads(wait)
    if To.HOLDER in to and holders:
        said[Why.HOLDER] = holders
    if To.LEAD in to:
        said[Why.LEAD] = duty.leads(wait)
    if To.CDC in to:
        said[Why.CDC] = duty.over(Role.CDC, wait.path)
    heard: set[str] = set()
    for why, people in said.items():
        said[why] = [one for one in people if one not in heard]
        heard.update(people)
    return {why: people for why, people in said.items() if people}


def _lay_aside(turn: Turn, told: list[tuple[Wait, Why, list[str]]]) -> None:
    """One nudge for each person and rung, for the digest that the person has coming; the journal says who was told."""
    people = {person for _, _, several in told for person in several}
    coming = nudge.planned(turn.tx, people) if people else {}
    slots = {person: coming.get(person) or ladder.slot(person, turn.now) for person in people}
    nudge.add(
        turn.tx,
        [
            Nudge(turn.tx.id(), person, why, wait.step, wait.ref, wait.stamp, wait.told, slots[person])
            for wait, why, several in told
            for person in several
        ],
    )
    said: dict[str, tuple[Wait, dict[str, list[str]]]] = {}
    for wait, why, several in told:
        said.setdefault(f"wait:{wait.step}:{wait.ref}", (wait, {}))[1][why.value] = several
    for entity, (wait, facts) in said.items():
        highest = DEEDS[Why(list(facts)[-1])]
        turn.tx.note(entity, wait.told, highest, "waiting" if wait.told > 1 else "", "waiting", facts)


class _Duty:
    """Who is on duty where, asked once a sweep for each place."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self._known: dict[tuple[str, str], list[str]] = {}
        self._here: frozenset[str] = frozenset()
        self._hotels: dict[str, str] = {}

    def meet(self, waits: Iterable[Wait]) -> None:
        """Learn which of the holders are still with us, and to which hotels people are on their way."""
        self._here = staff.active(self.tx, {person for wait in waits for person in wait.holders})
        if awaited := [wait.ref for wait in waits if wait.step == Step.HOTEL_CONFIRM]:
            self._hotels = handover.hotels_of(self.tx, awaited)

    def holders(self, wait: Wait) -> list[str]:
        """Its own holders who are still with us, else whoever is on duty there in the step's role."""
        mine = [one for one in wait.holders if one in self._here]
        return mine or self._on_duty(wait)

    def _on_duty(self, wait: Wait) -> list[str]:
        """Whoever serves where the step has to be done: at a hotel, or in the community or above it."""
        role = ROLES.get(Step(wait.step), Role.COMMUNITY)
        if role is Role.HOTEL:
            return self.serving(role, hotel.path_of(self._hotels.get(wait.ref, "")))
        return self.serving(role, wait.path) if role is Role.COMMUNITY else self.over(role, wait.path)

    def leads(self, wait: Wait) -> list[str]:
        """The nearest leads; where there are none, the CDC; without a CDC, the system's owners."""
        return next((found for role in (Role.LEAD, Role.CDC, Role.ADMIN) if (found := self.over(role, wait.path))), [])

    def serving(self, role: Role, path: str) -> list[str]:
        """Those of a role on duty at exactly this place."""
        return self._ask(role, path, exactly=True)

    def over(self, role: Role, path: str) -> list[str]:
        """Those of a role at this place, or the nearest one above that has any."""
        return self._ask(role, path, exactly=False)

    def _ask(self, role: Role, path: str, *, exactly: bool) -> list[str]:
        if (role, path) not in self._known:
            ask = staff.serving if exactly else staff.over
            self._known[role, path] = ask(self.tx, role, path)
        return self._known[role, path]


# ── morning, and the end of a shift ───────────────────────────────────────────────────────────────────────────────────


@flow.start("summaries")
def summaries(turn: Turn) -> None:
    """Morning: everybody who has something open under them hears how much, spread over some minutes."""
    people = sorted({one for role in SUMMED_UP for one in staff.everybody(turn.tx, role)})
    summarise(turn, people, Why.MORNING, str(turn.event.data["day"]))


@flow.start("shift_end")
def shift_end(turn: Turn) -> None:
    """The end of a shift, from the roster: `to` leave and hear what they leave behind; `of` names the shift."""
    summarise(turn, list(turn.event.data["to"]), Why.SHIFT_END, str(turn.event.data["of"]))


def summarise(turn: Turn, people: list[str], why: Why, of: str) -> None:
    """Lay a summary aside for each person; the same one (`of`, at most 32 characters) once."""
    have = nudge.told_of(turn.tx, why, of)
    nudge.add(
        turn.tx,
        [Nudge(turn.tx.id(), one, why, why, of, 0, 0, _some_time(one, turn.now)) for one in people if one not in have],
    )


def _some_time(person: str, now: datetime) -> datetime:
    """Within ten minutes, each at their own time."""
    return ladder.slot(person, now + timedelta(seconds=ladder.chance(person, now) % SPREAD))
