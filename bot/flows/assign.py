"""待分派: people whose community nobody could tell; the CDC places them one at a time, from candidates or words."""

from bot import custody, ladder
from bot.flow import Aside, Flow
from bot.state import area, contact, listed, places, verification
from bot.state.contact import Contact
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.turn import Turn
from cards import assign as card
from cards import parts, refusals, stamps, words

SLOT = "assign"
PARTS = ("district", "street", "community")
flow = Flow("assign", steps=["idle", "asking"], personal=True)
flow.expects = card.EXPECTS


@flow.word(words.UNASSIGNED, then={"asking": "asking", "none": "idle"}, may=Action.ASSIGN_PLACE)
def ask(turn: Turn) -> str:
    """Begin with the first who has no place."""
    return _next(turn, after="")


@flow.tap("begin", then={"asking": "asking", "none": "idle"}, may=Action.ASSIGN_PLACE, fresh=False)
def begin(turn: Turn) -> str:
    """The notice's button is the same as the word."""
    return _next(turn, after="")


@flow.tap("skip", when="asking", then={"asking": "asking", "none": "idle"}, may=Action.ASSIGN_PLACE)
def skip(turn: Turn) -> str:
    """跳过: the next one; this one stays on the list."""
    return _next(turn, after=str(turn.talk.facts.get("who", "")))


@flow.text(when="asking", then={"asking": "asking"}, may=Action.ASSIGN_PLACE)
def where(turn: Turn) -> str | None:
    """A place is typed: candidates for it."""
    found = custody.resolver(turn).search(turn.event.text)
    if not found:
        turn.stay()
        turn.reply(card.no_such_place())
        return None
    _show(turn, _person(turn), found, card.typed())
    return "asking"


@flow.tap("place", when="asking", then={"asking": "asking", "none": "idle"}, may=Action.ASSIGN_PLACE)
def place(turn: Turn) -> str:
    """The community is chosen: the task is born there, and the next one is asked about."""
    code = (turn.event.answers.get("place") or ("",))[0]
    target = area.find(turn.tx, code) if code in turn.talk.facts.get("found", []) else None
    if target is None:
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    turn.require(Action.ASSIGN_PLACE, target.path)
    person = _person(turn)
    if person.state != contact.State.UNPLACED:
        turn.reply(card.placed_already(_who(person)))
    else:
        _place(turn, person, target)
        turn.reply(card.placed(_who(person), target.name))
    return _next(turn, after="")


@flow.aside(Aside.BACK, when="asking", then="idle")
@flow.aside(Aside.CANCEL, when="asking", then="idle")
def cancel(turn: Turn) -> None:
    """返回, 取消: the list stays."""
    turn.focus(on=False)
    turn.lock(stamps.PUT_DOWN)
    turn.reply(card.later())


@flow.late
def late(turn: Turn) -> None:
    """An older card: what waits now."""
    turn.reply(card.old_card())
    turn.lock_this(stamps.OUTDATED)


def _next(turn: Turn, after: str) -> str:
    """Ask about the next person without a place; say so when there is none."""
    person = contact.next_unplaced(turn.tx, after)
    if person is None:
        count = contact.unplaced_count(turn.tx)
        turn.lock(stamps.OUTDATED if count else stamps.ALL_PLACED)
        turn.focus(on=False)
        turn.talk.facts = {}
        turn.reply(card.all_seen(count) if count else card.nothing())
        return "none"
    answer = custody.resolver(turn).resolve(**dict(zip(PARTS, listed.parts_of(person.place), strict=True)))
    found = (answer.place,) if isinstance(answer, places.Found) else answer.places
    why = "" if isinstance(answer, places.Found) else answer.why.value
    _show(turn, person, found, why)
    return "asking"


def _show(turn: Turn, person: Contact, found: tuple[places.Place, ...], why: str) -> None:
    resolver = custody.resolver(turn)
    turn.talk.facts = {"who": person.id, "found": [one.code for one in found]}
    turn.focus()
    named = [(one.code, resolver.label(one)) for one in found]
    count = contact.unplaced_count(turn.tx)
    turn.answer(card.ask(_who(person), person.place, why, named, count, turn.keys), SLOT)


def _place(turn: Turn, person: Contact, target: area.Area) -> None:
    placed = contact.place(turn.tx, person, target.code)
    due = turn.now + turn.rules.at(placed.created_at).deadline("feedback")
    task = verification.Verification(turn.tx.id(), "open", 1, placed.id, target.code, "", None, turn.now, due)
    verification.noun.insert(turn.tx, task, "born", area=target.code)
    ladder.begin(turn, ladder.Step.FIRST_TOUCH, task.id, target.path, determined=placed.created_at)
    custody.reopened(turn, verification.Case(task, placed, target), [])
    turn.start("push", target.code, "arrived", count=1)


def _person(turn: Turn) -> Contact:
    return contact.noun.load(turn.tx, str(turn.talk.facts.get("who", "")), lock=True)


def _who(person: Contact) -> parts.Person:
    return parts.person(person.name, person.category, person.phone, person.id_number, person.address)
