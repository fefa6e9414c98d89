"""What every scenario about a verification shares: the case behind the talk, who has it, how it is taken.

The case is loaded and locked once a turn. The first press takes the task; whoever comes second is told who has it and
since when, with 接手 to take it over, and nothing of theirs is written.
"""

from collections.abc import Iterable

from bot import ladder
from bot.state import area, places, staff, verification
from bot.state.machine import Refused
from bot.state.verification import Case
from bot.turn import Turn
from cards import parts, refusals, stamps
from cards import verification as card
from cards import verification_words as say

SLOT = "task"  # the person's card: stays till the end, with 显示电话 on it
ASK = "ask"  # the question of the moment: each gives way to the next


def load(turn: Turn, ref: str | None = None) -> Case:
    """The case of a verification (by default the talk's own), locked."""
    case = verification.case(turn.tx, ref or turn.ref)
    if case is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    turn.room["case"] = case
    return case


def case_of(turn: Turn) -> Case:
    """The case that `Flow.where` has loaded."""
    found: Case = turn.room["case"]
    return found


def who(case: Case) -> parts.Person:
    """The person as chat may show them."""
    person = case.person
    return parts.person(person.name, person.category, person.phone, person.id_number, person.address, person.index_case)


def take(turn: Turn) -> bool:
    """Make the actor the holder if nobody is; False, with a kind answer, when a colleague is."""
    case = case_of(turn)
    if turn.talk.holder == turn.actor.id:
        return True
    if turn.talk.holder:
        held_by_other(turn)
        return False
    task = verification.noun.fire(turn.tx, case.task, "taken", holder=turn.actor.id, taken_at=turn.now)
    turn.room["case"] = Case(task, case.person, case.place)
    turn.hold(turn.actor.id)
    taken(turn, case.task.id, turn.actor.id)
    others = {live.recipient for live in turn.live_cards()} - {turn.actor.id}
    if others:
        turn.lock(stamps.by(turn.actor.name, stamps.TAKEN), only=others)
        turn.focus_alone(turn.actor.id)
    turn.start("push", case.place.code, "refill")
    return True


def taken(turn: Turn, ref: str, by: str) -> None:
    """The first touch has been made; the feedback is theirs to give, on the same clock."""
    ladder.end(turn, ladder.Step.FIRST_TOUCH, ref)
    ladder.hold(turn, ladder.Step.FEEDBACK, ref, [by])


def closed(turn: Turn, ref: str) -> None:
    """The custody waits for nothing any more: it was reported, passed on or merged."""
    ladder.end(turn, ladder.Step.FIRST_TOUCH, ref)
    ladder.end(turn, ladder.Step.FEEDBACK, ref)


def reopened(turn: Turn, case: Case, holders: Iterable[str], *, anew: bool = False) -> None:
    """The custody waits for its feedback again: on the clock it had, or (`anew`) on one of its own."""
    began, due = (None, None) if anew else (case.task.created_at, case.task.due_at)
    path, listed = case.place.path, case.person.created_at
    ladder.begin(turn, ladder.Step.FEEDBACK, case.task.id, path, holders, determined=listed, began=began, due=due)


def mine(turn: Turn) -> bool:
    """Whether the actor still has the task; if not, who has, kindly, and nothing moves."""
    if turn.talk.holder == turn.actor.id:
        return True
    turn.stay()
    held_by_other(turn)
    return False


def held_by_other(turn: Turn) -> None:
    """Say who has it and since when, with a card to take it over."""
    by, since = staff.name_of(turn.tx, turn.talk.holder), parts.clock(turn.talk.held_at or turn.now, turn.now)
    turn.stay()
    turn.reply(say.held_by_other(by, since))
    drawn = card.held(who(case_of(turn)), by, since, turn.keys("take_over", turn.talk.holder))
    turn.answer(drawn, "held")


def resolver(turn: Turn) -> places.Resolver:
    """The place resolver over the directory of this moment, asked for once a turn."""
    if "resolver" not in turn.room:
        turn.room["resolver"] = area.resolver(turn.tx.conn)
    found: places.Resolver = turn.room["resolver"]
    return found


def label(turn: Turn, code: str) -> str:
    """区, 街道 and 社区 of a code, in words."""
    found = resolver(turn).get(code)
    return resolver(turn).label(found) if found else code
