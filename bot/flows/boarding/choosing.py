"""接人上车 → 扫码上车 → the open 转运单 of this escort → 查看详情."""

from bot.flow import Aside
from bot.flows.boarding.table import AT_THE_DOOR, flow, in_hand, show, shown, take
from bot.state import trip
from bot.state.machine import Refused
from bot.state.notice import State
from bot.state.permission import Action
from bot.state.staff import Role
from bot.turn import Turn
from cards import boarding as card
from cards import refusals, stamps, words

SLOT = "trip"
MOST = 30


@flow.word(words.BOARDING, then="idle", may=Action.BOARD)
def ask(turn: Turn) -> None:
    """How many vehicles wait for people, and the way to them."""
    found = trip.open_trips(turn.tx, _paths(turn), MOST)
    turn.focus()
    turn.draft = {}
    if not found:
        turn.lock(stamps.LIST_EMPTY, slot=SLOT)
        turn.reply(card.nothing())
        return
    turn.answer(card.start(len(found), turn.keys), SLOT)


@flow.tap("trips", then={"": "listed", "none": "idle"}, may=Action.BOARD, fresh=False)
def trips(turn: Turn) -> str:
    """扫码上车: the open 转运单."""
    found = trip.open_trips(turn.tx, _paths(turn), MOST)
    turn.focus()
    turn.draft = {}
    if not found:
        turn.lock(stamps.LIST_EMPTY, slot=SLOT)
        turn.reply(card.nothing())
        return "none"
    runs = [shown(*one, turn.now) for one in found]
    turn.talk.facts = {"refs": [[row.id, car.id] for row, car, _ in found]}
    turn.reply(card.listing(runs))
    turn.answer(card.chooser(runs, turn.keys), SLOT)
    return ""


@flow.tap("details", when="listed", then="scanning", may=Action.BOARD)
def details(turn: Turn) -> None:
    """查看详情 of the one in the drop-down."""
    chosen = (turn.event.answers.get("trip") or ("",))[0]
    refs = [ref for ref in turn.talk.facts.get("refs", []) if ref[1] == chosen]
    if not refs:
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    _open(turn, *refs[0])


@flow.text(when="listed", then="scanning", may=Action.BOARD)
def number(turn: Turn) -> None:
    """A number of the list; anything else may be a code that came too early."""
    refs = list(turn.talk.facts.get("refs", []))
    said = words.number(turn.event.text, 99)
    if said is None or said > len(refs):
        turn.stay()
        turn.reply(card.choose_first() if said is None else card.no_such_number(len(refs)))
        return
    _open(turn, *refs[said - 1])


@flow.scan(when=("idle", "listed"), may=Action.BOARD)
def too_early(turn: Turn) -> None:
    """A scan before a 转运单 was chosen."""
    turn.reply(card.choose_first())


@flow.text(when="idle", may=Action.BOARD)
def typed_too_early(turn: Turn) -> None:
    """A code typed before a 转运单 was chosen."""
    turn.reply(card.choose_first())


@flow.aside(Aside.BACK, when=AT_THE_DOOR, then="scanning", may=Action.BOARD)
def back(turn: Turn) -> None:
    """返回: on with the scanning."""
    turn.draft = {}
    turn.reply(card.back())


@flow.aside(Aside.CANCEL, when=("listed", *AT_THE_DOOR), then={"": "idle", "on": "scanning"}, may=Action.BOARD)
def cancel(turn: Turn) -> str:
    """取消: from one person back to the door, from the door away."""
    if turn.talk.step in ("person", "reason"):
        back(turn)
        return "on"
    turn.draft = {}
    turn.focus(on=False)
    turn.reply(card.left())
    return ""


@flow.aside(Aside.WHY, when=AT_THE_DOOR, may=Action.BOARD)
def why(turn: Turn) -> None:
    """为什么: where the trip stands and what is missing."""
    on = in_hand(turn)
    turn.reply(card.explained(show(turn, on), State(on.notice.state).label, on.expected, on.boarded))


@flow.start("resume", when=AT_THE_DOOR)
def resume(turn: Turn) -> None:
    """The departure was put off: the escort's words belong to the door again."""
    turn.act_for(turn.ref)
    turn.focus()


@flow.late
def late(turn: Turn) -> None:
    """An older card."""
    turn.require(Action.BOARD, "")
    turn.reply(card.old())
    turn.lock_this(stamps.OUTDATED)


def _open(turn: Turn, notice_id: str, vehicle_id: str) -> None:
    """Take a trip in hand, and have its tally sent."""
    on = take(turn, notice_id, vehicle_id)
    turn.require(Action.BOARD, on.place.path)
    turn.talk.facts = {"notice": notice_id, "vehicle": vehicle_id}
    turn.focus()
    turn.lock(words.DETAILS, slot=SLOT)
    turn.reply(card.chosen(show(turn, on), on.expected, on.boarded))
    turn.start("pickup", vehicle_id, "watch", to=turn.actor.id)


def _paths(turn: Turn) -> list[str]:
    """The escort's areas, none inside another."""
    paths = sorted({grant.path for grant in turn.actor.grants if grant.role == Role.ESCORT})
    return [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
