"""待线下反馈: the offline duties that are still owed in the member's communities; a number or a tap opens one."""

from bot import custody, offered
from bot.flow import Flow
from bot.state import offline_duty, staff
from bot.state.permission import Action
from bot.state.staff import Role
from bot.turn import Turn
from cards import duties as card
from cards import parts, stamps, words

MOST = 20
flow = Flow("duties", steps=["idle", "listed"], personal=True)
flow.expects = card.EXPECTS


@flow.word(words.OFFLINE_PENDING, then="listed", may=Action.DO_OFFLINE_DUTY)
def ask(turn: Turn) -> None:
    """The list, the most urgent first."""
    paths = [grant.path for grant in turn.actor.grants if grant.role in (Role.COMMUNITY, Role.LEAD)]
    found = offline_duty.open_under(turn.tx, paths, MOST)
    turn.talk.facts = {"refs": [duty.id for duty in found]}
    turn.focus()
    if not found:
        turn.lock(stamps.ALL_DONE)
        turn.reply(card.nothing())
        return
    lines = [_line(turn, number, duty) for number, duty in enumerate(found, 1)]
    turn.reply(card.listing(lines))
    turn.answer(card.chooser(lines[:10], turn.keys), "list")


@flow.tap("list", then="listed", may=Action.DO_OFFLINE_DUTY, fresh=False)
def from_digest(turn: Turn) -> None:
    """A digest's button is the same as the word."""
    ask(turn)


@flow.tap("open", when="listed", may=Action.DO_OFFLINE_DUTY)
def opened(turn: Turn) -> None:
    """One is chosen in the drop-down."""
    if ref := offered.picked(turn, "who", card.no_such_number):
        turn.start("offline_duty", ref, "open", to=turn.actor.id)


@flow.text(when="listed", may=Action.DO_OFFLINE_DUTY)
def said(turn: Turn) -> None:
    """A number opens."""
    if ref := offered.typed(turn, card.no_such_number, awaited=True):
        turn.start("offline_duty", ref, "open", to=turn.actor.id)


@flow.late
def late(turn: Turn) -> None:
    """An older list."""
    turn.reply(card.old_list())
    turn.lock_this(stamps.OUTDATED)


def _line(turn: Turn, number: int, duty: offline_duty.OfflineDuty) -> card.Line:
    person = custody.load(turn, duty.verification_id).person
    who = parts.person(person.name, person.category)
    holder = staff.name_of(turn.tx, duty.holder)
    return card.Line(number, duty.id, who.name, who.category, parts.left(duty.due_at, turn.now), holder)
