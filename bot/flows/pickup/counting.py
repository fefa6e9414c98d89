"""完成接人: nobody is forgotten, the blind head count agrees, or a second person takes it upon them."""

from bot.flow import Aside
from bot.flows.pickup.table import BUSY, COUNT, SECOND, TALLY, draw, flow, mine, names, of, standing, title, watchers
from bot.state import boarding, fields, handover, hotel, notice, staff, trip, vehicle
from bot.state.permission import Action
from bot.state.queue import Priority
from bot.turn import Turn
from cards import mask, stamps
from cards import pickup as card

MOST = 200


@flow.tap("finish", when="open", then={"": "counting", "empty": "departed"}, may=Action.BOARD, fresh=False)
def finish(turn: Turn) -> str:
    """完成接人: everybody aboard or explained? Then the head count, with no figure of ours in sight."""
    on = of(turn)
    others = trip.others_standing(turn.tx, on)
    if not standing(turn):
        return ""
    if open_ := trip.unresolved(turn.tx, on, others):
        turn.stay()
        turn.reply(card.not_yet([mask.name(who.name) for _, who in open_]))
        return ""
    if on.here == 0:
        return _empty(turn, bool(others))
    turn.hold(turn.actor.id)
    turn.lock(stamps.COUNTING, slot=TALLY, blank=card.COUNTING)
    turn.draft = {}
    turn.focus()
    turn.reply(card.ask_count(on.vehicle.plate))
    return ""


def _empty(turn: Turn, others: bool) -> str:
    """Nobody sits in it: home with it, if others have taken people; else the notice is to be cancelled."""
    on = of(turn)
    left = any(one.state != boarding.State.UNDONE for one in boarding.of_notice(turn.tx, on.notice.id))
    if not left:
        turn.stay()
        turn.reply(card.nobody_aboard())
        return ""
    vehicle.noun.fire(turn.tx, on.vehicle, "withdrawn")
    if not others:
        handover.end_pickup(turn.tx, on)
        turn.start("dispatch", on.notice.id, "departed")
    turn.lock(stamps.SENT_BACK)
    turn.reply(card.sent_back_empty(on.vehicle.plate))
    return "empty"


@flow.text(when="counting", then={"ready": "ready", "mismatch": "mismatch"}, may=Action.BOARD)
def counted(turn: Turn) -> str:
    """The head count is typed."""
    if not mine(turn) or not standing(turn):
        return "ready"
    heads = card.heads(turn.event.text)
    if not 1 <= heads <= MOST:
        turn.stay()
        turn.reply(card.count_again(MOST))
        return "ready"
    turn.draft = {"counted": heads}
    aboard = names(turn)
    if heads == len(aboard):
        ask_where(turn, turn.actor.id)
        return "ready"
    turn.reply(card.mismatch_names(heads, aboard))
    turn.answer(card.mismatch(heads, len(aboard), turn.keys), COUNT)
    return "mismatch"


@flow.tap("recount", when="mismatch", then="counting", may=Action.BOARD)
def recount(turn: Turn) -> None:
    """重新清点."""
    if mine(turn):
        turn.lock_this(stamps.COUNTING)
        turn.focus()
        turn.reply(card.ask_count(of(turn).vehicle.plate))


@flow.tap("override", when="mismatch", then="reason", may=Action.BOARD)
def override(turn: Turn) -> None:
    """人数不符仍发车: it needs a reason first."""
    if mine(turn):
        turn.lock_this(stamps.WRITE_REASON)
        turn.focus()
        turn.reply(card.ask_reason())


@flow.text(when="reason", then="second", may=Action.BOARD)
def reason(turn: Turn) -> None:
    """The reason is written: somebody else must agree."""
    said = turn.event.text.strip()[:200]
    if not mine(turn):
        return
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.reason_again())
        return
    on, people = of(turn), _others(turn)
    turn.draft["reason"] = said
    turn.reply(card.second_asked(list(people.values())))
    boarded, counted_ = on.here, int(turn.draft["counted"])
    drawn = card.ask_second(title(on), on.vehicle.plate, counted_, boarded, said, turn.actor.name, turn.keys)
    turn.send(people, drawn, SECOND)


@flow.tap("agree", when="second", then="ready", may=Action.SECOND_DEPARTURE)
def agree(turn: Turn) -> None:
    """The second person takes it upon them."""
    if turn.actor.id == turn.talk.holder:
        turn.stay()
        turn.reply(card.not_yourself())
        return
    turn.draft["second"] = turn.actor.id
    turn.lock(stamps.by(turn.actor.name, stamps.SECONDED), slot=SECOND)
    turn.reply(card.thanks())
    turn.say([turn.talk.holder], card.agreed(turn.actor.name), Priority.ANSWER)
    ask_where(turn, turn.talk.holder)


@flow.tap("disagree", when="second", then="counting", may=Action.SECOND_DEPARTURE)
def disagree(turn: Turn) -> None:
    """The second person does not."""
    turn.lock(stamps.by(turn.actor.name, stamps.DISAGREED), slot=SECOND)
    turn.reply(card.thanks())
    turn.draft = {}
    turn.focus_of(turn.talk.holder)
    turn.say([turn.talk.holder], card.disagreed(turn.actor.name), Priority.ANSWER)


@flow.tap("resume", when=("mismatch", "ready"), then="open", may=Action.BOARD)
@flow.aside(Aside.BACK, when=BUSY, then="open", may=Action.BOARD)
@flow.aside(Aside.CANCEL, when=BUSY, then="open", may=Action.BOARD)
def resume(turn: Turn) -> None:
    """继续上车: no departure yet; the escort's words belong to the door again."""
    if not mine(turn):
        return
    turn.lock(stamps.GOES_ON)
    turn.draft = {}
    turn.release()
    turn.reply(card.resumed())
    draw(turn, watchers(turn))
    turn.start("boarding", turn.actor.id, "resume")


@flow.aside(Aside.WHY, when=BUSY, may=Action.BOARD)
def why(turn: Turn) -> None:
    """为什么: what is missing."""
    on = of(turn)
    state = notice.State(on.notice.state).label
    turn.reply(card.explained(title(on), on.vehicle.plate, state, flow.expects.get(turn.talk.step, "")))


def ask_where(turn: Turn, escort: str) -> None:
    """Everything fits: which hotel? The nearest that still has room for all stands first."""
    on = of(turn)
    found = destinations(turn)
    if not found:
        turn.say([escort], card.no_hotel(), Priority.ANSWER)
        return
    options = [(one.code, one.name, free) for one, free in found]
    turn.send([escort], card.ready(title(on), on.vehicle.plate, on.here, options, turn.keys), COUNT, Priority.ANSWER)


def destinations(turn: Turn) -> list[tuple[hotel.Hotel, int | None]]:
    """The hotels with their free places (None where nobody has said), the best first."""
    on = of(turn)
    free = handover.free_places(turn.tx, turn.rules.at(turn.now).durations["central"])
    found = [(one, free.get(one.code)) for one in hotel.near(turn.tx, on.place)]
    return sorted(found, key=lambda one: one[1] is not None and one[1] < on.here)


def _others(turn: Turn) -> dict[str, str]:
    """Who may be the second person, by name: the other escorts, the dispatcher, the community that asked."""
    on = of(turn)
    near = [*staff.above(turn.tx, staff.Role.ESCORT, on.place), on.notice.taken_by, on.notice.created_by]
    found = staff.several(turn.tx, [one for one in dict.fromkeys(near) if one and one != turn.actor.id])
    return {one.id: one.name for one in found if one.active}
