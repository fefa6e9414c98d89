"""The ladder of DOMAIN §3: a step begins to wait and ends; its holder, the lead and the CDC are told as time passes.

`begin` where a step starts to wait, `end` where it is done or falls away, in the same turn as the deed itself. Nothing
is said here: rows come due, `flows/reminders` climbs them and gathers what each person has to hear into one digest.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.state import waiting
from bot.state.rules import Pack, Rules, day
from bot.state.staff import Role
from bot.state.waiting import Wait
from bot.turn import Turn


class Step(StrEnum):
    """What can wait; the names are those of `[deadlines]` in a rule pack."""

    FIRST_TOUCH = "first_touch"
    FEEDBACK = "feedback"
    ACCEPT_FORWARD = "accept_forward"
    OFFLINE_DUTY = "offline_duty"
    SUPPLEMENT_DECISION = "supplement_decision"
    DISPATCHER_ACCEPT = "dispatcher_accept"
    TRANSFER = "transfer"
    DOOR_SENSOR = "door_sensor"
    HOTEL_CONFIRM = "hotel_confirm"


ROLES = {
    Step.SUPPLEMENT_DECISION: Role.CDC,
    Step.DISPATCHER_ACCEPT: Role.DISPATCHER,
    Step.HOTEL_CONFIRM: Role.HOTEL,
}
"""Who has a step that nobody holds; any other belongs to the community's staff."""
SAID_ELSEWHERE = frozenset({Step.FIRST_TOUCH, Step.FEEDBACK, Step.ACCEPT_FORWARD})
"""Steps whose own scenario tells the lead at once that nobody is on duty."""


class To(StrEnum):
    """Whom a rung tells."""

    HOLDER = "holder"
    LEAD = "lead"
    CDC = "cdc"


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one wait, as (time, whom), the earliest first; after the last all are told again, each `again`."""

    rungs: tuple[tuple[datetime, To], ...]
    again: timedelta

    def at(self, rung: int) -> datetime:
        """When the rung of a number (from 0) comes; there is always a next one."""
        if rung < len(self.rungs):
            return self.rungs[rung][0]
        return self.rungs[-1][0] + self.again * (rung - len(self.rungs) + 1)

    def to(self, rung: int) -> frozenset[To]:
        """Whom a rung tells."""
        return frozenset({self.rungs[rung][1]}) if rung < len(self.rungs) else frozenset(To)

    def climb(self, rung: int, now: datetime) -> tuple[int, frozenset[To]]:
        """The first rung that is still to come, and whom those climbed on the way tell, each once.

        Whoever comes late (an outage, a clock set forward) is told of everything in one.
        """
        told: frozenset[To] = frozenset()
        while rung < len(self.rungs) and self.at(rung) <= now:
            told, rung = told | self.to(rung), rung + 1
        if rung >= len(self.rungs) and self.at(rung) <= now:
            told, rung = frozenset(To), rung + 1 + (now - self.at(rung)) // self.again
        return rung, told


def ladder(pack: Pack, began: datetime, due: datetime) -> Ladder:
    """The rungs of a pack between a beginning and a deadline (both aware)."""
    rule = pack.ladder
    rungs = [(began + (due - began) * share, To.HOLDER) for share in rule.remind_at]
    rungs += [(due + rule.lead_after, To.LEAD), (due + rule.cdc_after, To.CDC)]
    return Ladder(tuple(sorted(rungs, key=lambda rung: rung[0])), rule.cdc_after)


def of(rules: Rules, wait: Wait) -> Ladder:
    """The ladder of a wait, by the pack of its day of determination."""
    return ladder(rules.on(wait.day), wait.began, wait.due)


def begin(
    turn: Turn,
    step: str,
    ref: str,
    area_path: str,
    holders: Iterable[str] = (),
    *,
    determined: datetime | None = None,
    began: datetime | None = None,
    due: datetime | None = None,
) -> None:
    """A step of `ref` starts to wait under `area_path`; without holders whoever is on duty there has it.

    `determined` is when the person was put on the list (the pack of that day applies; by default today's), `began` and
    `due` are given where a clock goes on that somebody else has started.
    """
    wait = _wait(turn, Step(step), ref, area_path, tuple(holders), determined, began, due)
    _of(turn).begun[wait.step, ref] = wait


def begin_all(turn: Turn, step: str, refs: Sequence[str], paths: Sequence[str]) -> None:
    """The same step of many things just made, each with the path of its area, starts to wait, in bulk."""
    waiting.begin_fresh(turn.tx, _wait(turn, Step(step), "", "", (), None, None, None), refs, paths)


def hold(turn: Turn, step: str, ref: str, holders: Iterable[str]) -> None:
    """Others have the step from now on; the clock goes on."""
    deeds, key = _of(turn), (Step(step), ref)
    if key in deeds.begun:
        deeds.begun[key] = replace(deeds.begun[key], holders=tuple(holders))
    else:
        deeds.changed[key] = tuple(holders)


def end(turn: Turn, step: str, ref: str) -> None:
    """The step is done or has fallen away: nobody hears of it again, not even by a letter that is on its way."""
    deeds = _of(turn)
    deeds.begun.pop((Step(step), ref), None)
    deeds.changed[Step(step), ref] = None


@dataclass(slots=True)
class _Deeds:
    """What a turn begins, hands on and ends; written at its end, whatever happened, in one statement or two."""

    begun: dict[tuple[str, str], Wait] = field(default_factory=dict)
    changed: dict[tuple[str, str], tuple[str, ...] | None] = field(default_factory=dict)

    def write(self, turn: Turn) -> None:
        """Endings first: what ends and begins in one turn has begun anew."""
        ended = [key for key, holders in self.changed.items() if holders is None and key not in self.begun]
        changed = {key: to for key, to in self.changed.items() if not self.begun or to is not None}
        if changed:
            waiting.change(turn.tx, changed)
        if self.begun:
            waiting.begin(turn.tx, self.begun.values(), ended)


def _of(turn: Turn) -> _Deeds:
    if "waits" not in turn.room:
        turn.room["waits"] = deeds = _Deeds()
        turn.at_end.append(deeds.write)
    found: _Deeds = turn.room["waits"]
    return found


def _wait(
    turn: Turn,
    step: Step,
    ref: str,
    path: str,
    holders: tuple[str, ...],
    determined: datetime | None,
    began: datetime | None,
    due: datetime | None,
) -> Wait:
    since, on = began or turn.now, day(determined or turn.now)
    pack = turn.rules.on(on)
    until = due or since + pack.deadline(step)
    rungs = ladder(pack, since, until)
    passed, _ = rungs.climb(0, turn.now)
    first = _catch_up(rungs, passed)
    vacant = not holders and step not in SAID_ELSEWHERE  # asked by the sweep, which sees many at once
    at = turn.now if vacant or first < passed else rungs.at(first)
    return Wait(step, ref, path, holders, on, since, until, first, at)


def _catch_up(rungs: Ladder, passed: int) -> int:
    """The rung to begin with on a clock that others started: the highest already passed, unless it only reminds."""
    last = min(passed, len(rungs.rungs)) - 1
    return last if last >= 0 and To.HOLDER not in rungs.to(last) else passed


# ── when people are told ──────────────────────────────────────────────────────────────────────────────────────────────

FLOW, HOUSE = "reminders", "(house)"  # the flow that climbs and tells, and the conversation in which it climbs
EARLIEST, SPREAD = 20, 30  # seconds: time for what comes due together to come together, and no peak of the whole house
BUSY_MINUTES = (0, 30)  # when everybody's clocks and other systems ring


def slot(person: str, now: datetime) -> datetime:
    """When a person's next digest goes: within a minute, each at their own second, never at minute :00 or :30."""
    at = now + timedelta(seconds=EARLIEST + chance(person, now) % SPREAD)
    if at.minute in BUSY_MINUTES:
        at = at.replace(second=0, microsecond=0) + timedelta(seconds=61 + chance(person, now) % SPREAD)
    return at


def chance(person: str, now: datetime) -> int:
    """A number that is another for each person and hour, and the same in every process."""
    return zlib.crc32(f"{person}{now:%j%H}".encode())
