"""接收异常: 少人, 多人 or 串环, in words; escort or dispatcher answers, and what both sides say is what holds."""

from bot import ladder
from bot.flows.hotel.table import ANSWER, ASK, SLOT, draw, flow, others, people, settle, staff_there, take, title
from bot.state import fields, handover, staff
from bot.state.handover import Fault, Handover, Is
from bot.state.load import Load
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.turn import Turn
from cards import hotel as card
from cards import mask, refusals, stamps


@flow.tap("fault", when=("expected", "checking"), then="fault", may=Action.RECEIVE_GUESTS)
def ask(turn: Turn) -> None:
    """接收异常: which kind?"""
    turn.focus()
    turn.answer(card.ask_fault(turn.keys), ASK)


@flow.tap("kind", when="fault", then="note", may=Action.RECEIVE_GUESTS)
def kind(turn: Turn) -> None:
    """The kind is chosen; the rest is words."""
    chosen = (turn.event.answers.get("kind") or ("",))[0]
    if chosen not in set(Fault):
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    turn.draft["kind"] = chosen
    turn.lock_this(stamps.SUBMITTED)
    turn.focus()
    turn.reply(card.ask_note(chosen))


@flow.text(when="note", then="disputed", may=Action.RECEIVE_GUESTS)
def note(turn: Turn) -> None:
    """What is otherwise: the other side has to answer."""
    said = turn.event.text.strip()[:200]
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.note_again())
        return
    load, fault = take(turn), str(turn.draft["kind"])
    row = handover.noun.fire(turn.tx, load.row, "disputed", {"fault": fault}, fault=fault, fault_note=said)
    turn.draft = {}
    turn.focus(on=False)
    turn.lock(stamps.DISPUTED, slot=SLOT)
    turn.reply(card.fault_saved(fault))
    asked = _asked(load)
    missing = [mask.name(who.name) for guest, who in people(turn) if guest.state == Is.EXPECTED]
    turn.send(asked, card.disputed(*_about(load, row), missing, turn.actor.name, turn.keys), ANSWER)
    turn.start(flow.name, turn.ref, "tell_fault")


@flow.start("tell_fault", when="*")
def tell_fault(turn: Turn) -> None:
    """Community, leads and CDC hear of it, in a turn of its own."""
    load = take(turn)
    leads, asked = staff.above(turn.tx, staff.Role.LEAD, load.place), _asked(load)
    people_ = [one for one in dict.fromkeys([*others(turn, load), *leads]) if one not in asked]
    turn.say(people_, card.told_fault(*_about(load, load.row)))


def _asked(load: Load) -> list[str]:
    """Who has to answer the hotel."""
    return [one for one in dict.fromkeys([load.row.departed_by, load.notice.taken_by]) if one]


def _about(load: Load, row: Handover) -> tuple[str, str, str, str, str]:
    return load.hotel.name, title(load), load.vehicle.plate, row.fault, row.fault_note


@flow.tap("true", when="disputed", then={"": "expected", "agreed": "agreed"}, may=Action.ANSWER_HOTEL)
def true(turn: Turn) -> str:
    """情况属实: who is missing is looked for by the community; anything else is written down, and goes on."""
    load = take(turn)
    turn.lock(stamps.by(turn.actor.name, stamps.ANSWERED), slot=ANSWER)
    turn.reply(card.answer_saved())
    turn.say(staff_there(turn, load), card.answered_true(turn.actor.name, load.row.fault))
    if load.row.fault != Fault.MISSING:
        _goes_on(turn)
        return ""
    found = people(turn)
    lost = [one for one in found if one[0].state == Is.EXPECTED]
    handover.miss(turn.tx, lost)
    for _, who in lost:
        ladder.begin(turn, ladder.Step.TRANSFER, who.id, load.place.path, determined=who.created_at)
    settle(turn, len(found) - len(lost), [mask.name(who.name) for _, who in lost])
    turn.lock(stamps.ACCEPTED)
    return "agreed"


@flow.tap("recheck", when="disputed", then="expected", may=Action.ANSWER_HOTEL)
def recheck(turn: Turn) -> None:
    """请再核对."""
    load = take(turn)
    turn.lock(stamps.by(turn.actor.name, stamps.ANSWERED), slot=ANSWER)
    turn.reply(card.answer_saved())
    turn.say(staff_there(turn, load), card.answered_recheck(turn.actor.name))
    _goes_on(turn)


def _goes_on(turn: Turn) -> None:
    """Back to the hotel, which confirms the others."""
    load = take(turn)
    handover.noun.fire(turn.tx, load.row, "checked_again")
    draw(turn, staff_there(turn, load))
