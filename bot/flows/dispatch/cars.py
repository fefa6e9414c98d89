"""派车: a car typed in one line or field by field, checked, saved; 车已到; 撤回车辆."""

from datetime import datetime

from bot import transport
from bot.flows.dispatch import order, telling
from bot.flows.dispatch.table import SLOT, WORKING, flow
from bot.flows.dispatch.telling import News
from bot.state import area, boarding, fields, moments, notice, vehicle, vehicle_fields
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.turn import Turn
from cards import dispatch as card
from cards import my_notices as named
from cards import parts, refusals, stamps


@flow.tap("assign", when=("taken", "vehicle", "check"), then="vehicle", may=Action.DISPATCH, fresh=False)
def assign(turn: Turn) -> None:
    """派车, also 重填: a new car; where only one class rides, its class is known."""
    if not order.mine(turn):
        return
    classes = {one.travel_class for one in order.people(turn)}
    turn.draft = {"car": {"travel_class": classes.pop()} if len(classes) == 1 else {}}
    turn.lock_this(stamps.SEE_NEXT)
    turn.focus()
    turn.reply(card.ask_vehicle(transport.title(turn)))


@flow.text(when="vehicle", then={"more": "vehicle", "check": "check"}, may=Action.DISPATCH)
def typed(turn: Turn) -> str | None:
    """A car in one line, or the field that was asked for."""
    if not order.mine(turn):
        return None
    known: dict[str, str] = dict(turn.draft.get("car", {}))
    try:
        found = vehicle_fields.read(turn.event.text, turn.now, str(turn.draft.get("asked", "")))
    except fields.FieldError as wrong:
        turn.stay()
        turn.reply(card.wrong(wrong.field, wrong.what, wrong.cure))
        return None
    if not found:
        turn.stay()
        turn.reply(card.unread())
        return None
    turn.draft["car"] = known | found
    if lack := vehicle_fields.missing(turn.draft["car"]):
        turn.draft["asked"] = lack
        turn.reply(card.ask_field(lack, _known(turn)))
        return "more"
    turn.draft.pop("asked", None)
    turn.answer(card.check(transport.title(turn), transport.shown(turn, _car(turn)), _warning(turn), turn.keys), SLOT)
    return "check"


@flow.text(when="check", then={"more": "vehicle", "check": "check"}, may=Action.DISPATCH)
def mended(turn: Turn) -> str | None:
    """One more line before 确认派车 puts right what it names."""
    return typed(turn)


@flow.tap("save", when="check", then={"saved": "taken", "again": "vehicle"}, may=Action.DISPATCH)
def save(turn: Turn) -> str | None:
    """确认派车: the car is on its way; community and escorts hear plate, driver and time."""
    if not order.mine(turn):
        return None
    row, car = transport.of(turn), _car(turn)
    if car.eta < turn.now - moments.FORGIVEN:
        turn.draft["car"].pop("eta")
        turn.draft["asked"] = "eta"
        turn.reply(card.ask_field("eta", _known(turn)))
        return "again"
    if any(one.plate == car.plate and one.standing for one in order.cars(turn)):
        turn.draft = {}
        turn.reply(card.assigned_already(car.plate))
        turn.answer(order.working(turn), SLOT)
        return "saved"
    turn.room["notice"] = row = notice.noun.fire(turn.tx, row, "assigned", {"vehicle": car.id})
    vehicle.noun.insert(turn.tx, car, "assigned", notice=row.id, seats=car.seats, room=car.room)
    turn.room["cars"] = [*order.cars(turn), car]
    turn.draft = {}
    turn.lock_this(stamps.CAR_SENT)
    shown = transport.shown(turn, car)
    lack = card.lacking(transport.lacking(turn, order.people(turn), order.cars(turn)))
    turn.reply(card.saved(shown, lack))
    turn.answer(order.working(turn), SLOT)
    telling.of_car(turn, News.SENT, car)
    return "saved"


@flow.tap("arrived", when=WORKING, may=Action.DISPATCH, fresh=False)
def arrived(turn: Turn) -> None:
    """车已到: community and escorts are called; what the dispatcher was typing stays."""
    car = _chosen(turn)
    if car.state != vehicle.State.ASSIGNED:
        turn.reply(card.arrived_already(car.plate, vehicle.State(car.state).label))
        return
    there = vehicle.noun.fire(turn.tx, car, "arrived", arrived_at=turn.now)
    turn.room["cars"] = [there if one.id == car.id else one for one in order.cars(turn)]
    turn.reply(card.arrived(car.plate))
    telling.of_car(turn, News.ARRIVED, there)
    _again(turn)


@flow.tap("recall", when=WORKING, may=Action.DISPATCH, fresh=False)
def recall(turn: Turn) -> None:
    """撤回车辆: it does not come after all, as long as nobody sits in it, even while others are boarded."""
    if not order.mine(turn):
        return
    car, row = _chosen(turn), transport.of(turn)
    if not car.standing or boarding.aboard(turn.tx, car.id):
        raise Refused(card.boarded_there(car.plate), "too_late")
    vehicle.noun.fire(turn.tx, car, "withdrawn")
    turn.room["cars"] = left = [one for one in order.cars(turn) if one.id != car.id]
    if not left:
        turn.room["notice"] = row = notice.noun.fire(turn.tx, row, "unassigned")
    turn.reply(card.recalled(car.plate, card.lacking(transport.lacking(turn, order.people(turn), left))))
    telling.of_car(turn, News.RECALLED, car)
    turn.start("pickup", car.id, "over")
    _again(turn)


def _again(turn: Turn) -> None:
    """The order's card as it is now, unless the dispatcher is in the middle of something."""
    if turn.talk.step == "taken":
        turn.answer(order.working(turn), SLOT)


def _chosen(turn: Turn) -> vehicle.Vehicle:
    """The car of the drop-down, if it belongs to this notice."""
    chosen = (turn.event.answers.get("car") or ("",))[0]
    found = vehicle.noun.find(turn.tx, chosen, lock=True) if chosen else None
    if found is None or found.notice_id != turn.ref:
        raise Refused(card.choose_car() if not chosen else refusals.NOT_OFFERED, "option_not_offered")
    return found


def _car(turn: Turn) -> vehicle.Vehicle:
    """The car of the draft as a row."""
    typed = turn.draft["car"]
    seats, equipment = int(typed["seats"]), typed.get("equipment", "")
    return vehicle.Vehicle(
        turn.tx.id(), vehicle.State.ASSIGNED, 1, turn.ref, typed["plate"], typed["travel_class"], equipment, seats,
        transport.room(turn, seats, equipment), typed["driver"], typed["phone"], datetime.fromisoformat(typed["eta"]),
        turn.actor.id, turn.now,
    )  # fmt: skip


def _known(turn: Turn) -> list[str]:
    """What was understood so far, as it will be read."""
    typed = dict(turn.draft["car"])
    if "travel_class" in typed:
        typed["travel_class"] = transport.label(typed.pop("travel_class"), typed.pop("equipment", ""))
    if "eta" in typed:
        typed["eta"] = parts.clock(datetime.fromisoformat(typed["eta"]), turn.now)
    return [typed[name] for name in vehicle_fields.NEEDED if name in typed]


def _warning(turn: Turn) -> str:
    """What the dispatcher should look at before 确认派车: a class nobody has, a plate that drives elsewhere."""
    typed = turn.draft["car"]
    if not any(one.travel_class == typed["travel_class"] for one in order.people(turn)):
        return card.no_such_people(vehicle.Class(typed["travel_class"]).label)
    elsewhere = vehicle.busy_elsewhere(turn.tx, typed["plate"], turn.ref)
    if elsewhere is None:
        return ""
    other = notice.noun.load(turn.tx, elsewhere.notice_id)
    there = area.find(turn.tx, other.area_code)
    return card.busy(named.title(there.name if there else "", other.number))
