"""The steps of a pickup, its trip, who is at it, and what every step may need: titles, names, the tally's card."""

from datetime import timedelta

from bot.flow import Flow
from bot.state import handover, notice, staff, trip, vehicle
from bot.state.contact import Contact
from bot.state.machine import Refused
from bot.state.notice import NoticePerson, On
from bot.state.permission import Action, can
from bot.state.trip import Trip
from bot.turn import Turn
from cards import boarding as door
from cards import mask, parts, refusals, stamps
from cards import pickup as card

TALLY, COUNT, SECOND = "tally", "count", "second"
HELD_FOR = timedelta(minutes=5)
BUSY = ("counting", "mismatch", "reason", "second", "ready")
flow = Flow("pickup", steps=["open", *BUSY, "departed"])
flow.expects = card.EXPECTS


@flow.where
def place(turn: Turn) -> str:
    """The community whose people ride; the notice's row is held."""
    car = vehicle.noun.load(turn.tx, turn.ref)
    found = trip.load(turn.tx, car.notice_id, car.id)
    if found is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    turn.room["trip"] = found
    return found.place.path


def of(turn: Turn) -> Trip:
    """The trip that `Flow.where` has loaded."""
    found: Trip = turn.room["trip"]
    return found


def title(on: Trip) -> str:
    """`前埔南社区 第3单`."""
    return parts.notice(on.place.name, on.notice.number)


def names(turn: Turn) -> list[str]:
    """Who sits in it, masked, in the order in which they boarded."""
    return [mask.name(person.name) for _, person in handover.riders(turn.tx, of(turn).vehicle.id)]


def explained(at: NoticePerson, who: Contact) -> str:
    """`林*英 未到`: what became of somebody who did not board."""
    return f"{mask.name(who.name)} {door.DISPOSITIONS.get(at.disposition, On.DISPOSED.label)}"


def draw(turn: Turn, people: list[str]) -> None:
    """Lay the tally of this moment on the phones of these escorts."""
    on = of(turn)
    roster = [one for one in notice.roster(turn.tx, on.notice.id) if one[0].travel_class == on.vehicle.travel_class]
    missing = [(at.id, mask.name(who.name)) for at, who in roster if at.state == On.LISTED]
    told = [explained(at, who) for at, who in roster if at.state == On.DISPOSED]
    drawn = card.tally(
        title(on), on.vehicle.plate, on.expected, on.boarded, on.here, missing, told,
        turn.keys_for(flow.name, turn.ref, 0)("finish"), turn.keys_for("boarding", "", 0)("one"),
    )  # fmt: skip
    turn.lock(stamps.REPLACED, slot=TALLY, only=people, blank=card.REDRAWN)  # a head count must find no older figures
    turn.send(people, drawn, TALLY)


def watchers(turn: Turn) -> list[str]:
    """The escorts at this vehicle who may still be."""
    found = staff.several(turn.tx, turn.talk.facts.get("watchers", []))
    return [one.id for one in found if can(one, Action.BOARD, of(turn).place.path)]


def standing(turn: Turn) -> bool:
    """Whether it can still be boarded and finished; if not, why, and the actor's card is greyed."""
    on = of(turn)
    if on.vehicle.standing and on.notice.state in (notice.State.ASSIGNED, notice.State.BOARDING):
        return True
    turn.stay()
    state = vehicle.State(on.vehicle.state) if not on.vehicle.standing else notice.State(on.notice.state)
    turn.reply(card.over(on.vehicle.plate, state.label))
    turn.lock(state.label)
    return False


def mine(turn: Turn) -> bool:
    """Whether the actor is the one who counts; else who is, kindly, unless they have left it or lost the right."""
    if turn.talk.holder == turn.actor.id:
        return True
    since = turn.talk.held_at or turn.now
    holder = staff.find(turn.tx, turn.talk.holder)
    if holder is None or turn.now - since > HELD_FOR or not can(holder, Action.BOARD, of(turn).place.path):
        turn.hold(turn.actor.id)
        return True
    turn.stay()
    turn.reply(card.held(holder.name, parts.clock(since, turn.now)))
    return False
