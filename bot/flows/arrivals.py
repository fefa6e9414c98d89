"""待接收: the manifests on their way to the member's hotels, the oldest first; a number or a tap opens one."""

from bot import offered
from bot.flow import Flow
from bot.state import coming, handover, hotel
from bot.state.coming import Coming
from bot.state.handover import State
from bot.state.permission import Action
from bot.state.staff import Role
from bot.turn import Turn
from cards import arrivals as card
from cards import parts, stamps, words

MOST = 20
SLOT = "list"
flow = Flow("arrivals", steps=["idle", "listed"], personal=True)
flow.expects = card.EXPECTS


@flow.word(words.ARRIVALS, then={"": "listed", "none": "idle"}, may=Action.RECEIVE_GUESTS)
def ask(turn: Turn) -> str:
    """Every manifest that is not settled."""
    return _list(turn)


def _list(turn: Turn) -> str:
    codes = [grant.area_code for grant in turn.actor.grants if grant.role == Role.HOTEL]
    found = coming.under(turn.tx, codes, MOST)
    turn.talk.facts = {"refs": [one.id for one in found]}
    if not found:
        turn.lock(stamps.LIST_EMPTY)
        turn.focus(on=False)
        turn.reply(card.nothing())
        return "none"
    turn.focus()
    lines = [_line(turn, number, one) for number, one in enumerate(found, 1)]
    turn.reply(card.listing(lines))
    turn.answer(card.chooser(lines, turn.keys), SLOT)
    return ""


@flow.tap("list", then={"": "listed", "none": "idle"}, may=Action.RECEIVE_GUESTS, fresh=False)
def from_digest(turn: Turn) -> str:
    """A digest's button is the same as the word."""
    return _list(turn)


@flow.tap("open", when="listed", may=Action.RECEIVE_GUESTS)
def opened(turn: Turn) -> None:
    """One is chosen in the drop-down."""
    if ref := offered.picked(turn, "which", card.no_such_number):
        _open(turn, ref)


@flow.text(when="listed", may=Action.RECEIVE_GUESTS)
def said(turn: Turn) -> None:
    """A number opens."""
    if ref := offered.typed(turn, card.no_such_number, awaited=True):
        _open(turn, ref)


@flow.late
def late(turn: Turn) -> None:
    """An older list."""
    turn.require(Action.RECEIVE_GUESTS, "")
    turn.reply(card.old_list())
    turn.lock_this(stamps.OUTDATED)


def _open(turn: Turn, ref: str) -> None:
    """Its own scenario shows it; whoever serves another hotel by now is told so here, where they asked."""
    turn.require(Action.RECEIVE_GUESTS, hotel.path_of(handover.hotels_of(turn.tx, [ref]).get(ref, "")))
    turn.start("hotel", ref, "open", to=turn.actor.id)


def _line(turn: Turn, number: int, one: Coming) -> card.Line:
    title, at = parts.notice(one.place, one.number), parts.clock(one.departed_at, turn.now)
    return card.Line(number, one.id, title, one.plate, at, State(one.state).label, one.left, one.people)
