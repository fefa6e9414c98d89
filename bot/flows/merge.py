"""Two records with one 证件号码, found when a worker corrects a number: the CDC says whether it is one person."""

from bot import custody
from bot.flow import Flow
from bot.state import area, contact, staff, verification
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.turn import Turn
from cards import merge as card
from cards import parts, refusals, stamps, words

flow = Flow("merge", steps=["asked", "settled"])


@flow.where
def place(turn: Turn) -> str:
    """The community of the record that would end."""
    case = verification.case(turn.tx, str(turn.talk.facts.get("verification", "")))
    if case is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    turn.room["case"] = case
    return case.place.path


@flow.start("collision", then="asked")
def collision(turn: Turn) -> None:
    """Lay both records, masked, before the CDC of the community."""
    data = turn.event.data
    turn.talk.facts = {"other": data["other"], "by": data["by"], "verification": data["verification"]}
    place(turn)
    case, other = turn.room["case"], contact.noun.load(turn.tx, str(data["other"]))
    there = area.find(turn.tx, other.area_code)
    people = staff.above(turn.tx, staff.Role.CDC, case.place)
    drawn = card.ask(
        _who(case.person), case.place.name, _who(other), there.name if there else words.UNASSIGNED,
        contact.State(other.state).label, turn.keys,
    )  # fmt: skip
    turn.send(people, drawn, "merge")


@flow.tap("same", when="asked", then="settled", may=Action.MERGE)
def same(turn: Turn) -> None:
    """同一人: the worker's record ends in the other one; both histories are kept."""
    case = turn.room["case"]
    other = contact.noun.load(turn.tx, turn.talk.facts["other"], lock=True)
    verification.noun.fire(turn.tx, case.task, "merged", {"into": other.id}, ended_at=turn.now)
    contact.noun.fire(turn.tx, case.person, "merged", {"into": other.id})
    custody.closed(turn, case.task.id)
    turn.lock(stamps.by(turn.actor.name, stamps.MERGED))
    turn.start("verification", case.task.id, "merged")
    turn.start("push", case.place.code, "refill")
    turn.reply(card.merged())
    turn.say([turn.talk.facts["by"]], card.told_merged(_who(case.person)))


@flow.tap("different", when="asked", then="settled", may=Action.MERGE)
def different(turn: Turn) -> None:
    """不是同一人: one of the two numbers is wrong; the worker asks again."""
    turn.lock(stamps.by(turn.actor.name, stamps.DECIDED))
    turn.reply(card.kept())
    turn.say([turn.talk.facts["by"]], card.told_different(_who(turn.room["case"].person)))


@flow.late
def late(turn: Turn) -> None:
    """Decided already."""
    turn.require(Action.MERGE, turn.room["case"].place.path)
    turn.reply(card.settled_already())
    turn.lock_this(stamps.SETTLED)


def _who(person: contact.Contact) -> parts.Person:
    return parts.person(person.name, person.category, person.phone, person.id_number, person.address)
