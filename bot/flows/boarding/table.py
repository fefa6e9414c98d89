"""The steps at the door of the bus, the trip an escort has in hand, and how it is shown."""

from datetime import datetime, timedelta

from bot.flow import Flow
from bot.state import trip
from bot.state.area import Area
from bot.state.machine import Refused
from bot.state.notice import Notice
from bot.state.trip import Trip
from bot.state.vehicle import Class, Vehicle
from bot.turn import Kind, Turn
from cards import boarding as card
from cards import parts, refusals

AT_THE_DOOR = ("scanning", "person", "reason")
TALLY_EVERY = timedelta(seconds=6)  # ten cards a minute at most, and 25 may go to one phone
flow = Flow("boarding", steps=["idle", "listed", *AT_THE_DOOR], personal=True)
flow.expects = card.EXPECTS
flow.menu_first = frozenset({"scanning"})


@flow.where
def place(turn: Turn) -> str:
    """The community of the notice in hand, its row held; nowhere in particular while one is being chosen."""
    if turn.event.kind is Kind.WORD or turn.talk.step not in AT_THE_DOOR:
        return ""
    return in_hand(turn).place.path


def in_hand(turn: Turn) -> Trip:
    """The trip that was chosen, loaded and held once a turn."""
    if "trip" not in turn.room:
        facts = turn.talk.facts
        take(turn, str(facts.get("notice", "")), str(facts.get("vehicle", "")))
    found: Trip = turn.room["trip"]
    return found


def take(turn: Turn, notice_id: str, vehicle_id: str) -> Trip:
    """Load and hold a trip; `Refused` when it is not there."""
    found = trip.load(turn.tx, notice_id, vehicle_id)
    if found is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    turn.room["trip"] = found
    return found


def shown(row: Notice, car: Vehicle, where: Area, now: datetime) -> card.Run:
    """A trip as staff read it."""
    at = parts.clock(row.pickup_at, now)
    label = Class(car.travel_class).label
    return card.Run(car.id, parts.notice(where.name, row.number), car.plate, label, row.address, at)


def show(turn: Turn, on: Trip) -> card.Run:
    """The trip in hand as staff read it."""
    return shown(on.notice, on.vehicle, on.place, turn.now)


def tally_soon(turn: Turn, on: Trip) -> None:
    """Have the tally drawn anew, once for everything that happens within a few seconds."""
    due = str(turn.talk.facts.get("tally", ""))
    if due and turn.now < datetime.fromisoformat(due):
        return
    at = turn.now + TALLY_EVERY
    turn.talk.facts = {**turn.talk.facts, "tally": at.isoformat()}
    turn.remind("tally", at, bound=False, of=("pickup", on.vehicle.id))
