"""Pushing what waits to a community's staff: a digest first, then a few cards each, the next as one is finished.

One conversation per community. One member can receive 30 messages a minute and the surplus is lost without an error
(WECOM §7), so nobody has more than `OPEN_CARDS` open at a time; the rest waits in the list, counted in the digest.
"""

from collections.abc import Callable

from bot.flow import Flow
from bot.state import area, conversation, staff, verification
from bot.state.machine import Refused
from bot.state.queue import Priority
from bot.turn import Turn
from cards import refusals
from cards import worklist as card

OPEN_CARDS = 5
SLOT = "task"
flow = Flow("push", steps=["watching"])


@flow.start("arrived")
def arrived(turn: Turn) -> None:
    """A list has brought people to this community: tell who is on duty, or the lead at once."""
    place, fresh = _place(turn), int(turn.event.data.get("count", 0))
    people = staff.serving(turn.tx, staff.Role.COMMUNITY, place.path)
    total, late = verification.open_count(turn.tx, place.path)
    if not people:
        above = staff.above(turn.tx, staff.Role.LEAD, place) or staff.above(turn.tx, staff.Role.CDC, place)
        turn.say(above, card.nobody_on_duty(place.name, total), Priority.TASK)
        return
    turn.send(people, card.digest(place.name, fresh, total, late, _list_key(turn)), "digest", Priority.TASK)
    _fill(turn, place, people)


@flow.start("refill")
def refill(turn: Turn) -> None:
    """Somebody has finished or taken one: bring everyone up to a few cards again."""
    place = _place(turn)
    _fill(turn, place, staff.serving(turn.tx, staff.Role.COMMUNITY, place.path))


def _fill(turn: Turn, place: area.Area, people: list[str]) -> None:
    """Choose the most urgent cases that a member does not have yet, and let each case draw its own card."""
    room = {person: OPEN_CARDS - laid for person, laid in conversation.open_counts(turn.tx, people, SLOT).items()}
    most = max(room.values(), default=0)
    if most <= 0:
        return
    cases = verification.open_cases(turn.tx, place.path, OPEN_CARDS * 2, untaken=True)
    holding = conversation.holders_of(turn.tx, "verification", [case.task.id for case in cases], SLOT)
    wanted: dict[str, list[str]] = {}
    for case in cases:
        for person in people:
            if room[person] > 0 and person not in holding.get(case.task.id, ()):
                room[person] -= 1
                wanted.setdefault(case.task.id, []).append(person)
    for ref, to in wanted.items():
        turn.start("verification", ref, "push", to=to, room=OPEN_CARDS)


def _place(turn: Turn) -> area.Area:
    place = area.find(turn.tx, turn.ref)
    if place is None:
        raise Refused(refusals.UNKNOWN_AREA, "unknown_area")
    return place


def _list_key(turn: Turn) -> Callable[..., str]:
    return turn.keys_for("worklist", "me", 0)


@flow.late
def late(turn: Turn) -> None:
    """This flow draws no buttons of its own."""
