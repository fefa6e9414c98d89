"""The steps of a hand-over, whose it is, and what every step may need: its people, its title, who is told."""

from dataclasses import dataclass

from bot import ladder
from bot.flow import Flow
from bot.state import area, handover, hotel, notice, staff, vehicle
from bot.state.area import Area
from bot.state.contact import Contact
from bot.state.handover import Guest, Handover, Is
from bot.state.hotel import Hotel
from bot.state.machine import Refused
from bot.state.notice import Notice
from bot.state.vehicle import Class, Vehicle
from bot.turn import Turn
from cards import hotel as card
from cards import mask, parts, refusals

SLOT, ASK, ANSWER, LOST = "manifest", "ask", "answer", "lost"
BY_OTHERS = ("true", "recheck", "resend")
AT_HOTEL = ("expected", "checking", "fault", "note")
flow = Flow("hotel", steps=[*AT_HOTEL, "disputed", "agreed"])
flow.expects = card.EXPECTS


@dataclass(frozen=True, slots=True)
class Load:
    """A hand-over, its row held, with where it comes from and where it goes."""

    row: Handover
    notice: Notice
    vehicle: Vehicle
    place: Area
    hotel: Hotel


@flow.where
def place(turn: Turn) -> str:
    """The hotel; for those who answer it, the community whose people rode."""
    load = take(turn)
    return load.place.path if turn.verb in BY_OTHERS else load.hotel.path


def take(turn: Turn) -> Load:
    """Load the hand-over of this talk, once a turn: the notice's row first, as everywhere."""
    if "load" not in turn.room:
        seen = handover.noun.load(turn.tx, turn.ref)
        paper = notice.noun.load(turn.tx, seen.notice_id, lock=True)
        row = handover.noun.load(turn.tx, turn.ref, lock=True)
        where, to = area.find(turn.tx, paper.area_code), hotel.find(turn.tx, row.hotel_code)
        if where is None:
            raise Refused(refusals.UNKNOWN_AREA, "unknown_area")
        to = to or Hotel(row.hotel_code, row.hotel_code, "", 0, "", "")
        turn.room["load"] = Load(row, paper, vehicle.noun.load(turn.tx, row.vehicle_id), where, to)
    found: Load = turn.room["load"]
    return found


def title(load: Load) -> str:
    """`前埔南社区 第3单`."""
    return parts.notice(load.place.name, load.notice.number)


def people(turn: Turn) -> list[tuple[Guest, Contact]]:
    """The people of the hand-over by number, their rows held."""
    return handover.roster(turn.tx, turn.ref, lock=True)


def line(guest: Guest, who: Contact) -> card.Line:
    """A guest as chat may show them."""
    return card.Line(guest.number, mask.name(who.name), who.category, Is(guest.state).label, guest.room)


def staff_there(turn: Turn, load: Load) -> list[str]:
    """The hotel's people."""
    return staff.serving(turn.tx, staff.Role.HOTEL, load.hotel.path)


def draw(turn: Turn, to: list[str]) -> None:
    """Lay the manifest of this moment on the hotel's phones."""
    load, found = take(turn), handover.roster(turn.tx, turn.ref)
    done = sum(guest.state == Is.ARRIVED for guest, _ in found)
    label, at = Class(load.vehicle.travel_class).label, parts.clock(load.row.departed_at, turn.now)
    drawn = card.manifest(
        load.hotel.name, title(load), load.vehicle.plate, label, at, len(found) - done, done, turn.keys
    )
    turn.send(to, drawn, SLOT)


def others(turn: Turn, load: Load) -> list[str]:
    """Escort, dispatcher, community, CDC: everybody who brought them here, each once."""
    near = [load.row.departed_by, load.notice.taken_by, load.notice.created_by]
    near += staff.above(turn.tx, staff.Role.CDC, load.place)
    return [one for one in dict.fromkeys(near) if one]


def settle(turn: Turn, missing: list[str]) -> None:
    """Both sides agree: the hand-over ends, and with the last one the notice."""
    load = take(turn)
    found = handover.roster(turn.tx, turn.ref)
    handover.noun.fire(turn.tx, load.row, "agreed", settled_by=turn.tx.actor, settled_at=turn.now)
    arrived = sum(guest.state == Is.ARRIVED for guest, _ in found)
    told = card.told_all(load.hotel.name, title(load), load.vehicle.plate, arrived, missing)
    turn.say([one for one in others(turn, load) if one != turn.actor.id], told)
    rest = [one for one in handover.of_notice(turn.tx, load.notice.id) if one.state != handover.State.AGREED]
    if not rest and load.notice.state == notice.State.DEPARTED:
        notice.noun.fire(turn.tx, load.notice, "closed", ended_by=turn.tx.actor, ended_at=turn.now)
    ladder.end(turn, ladder.Step.HOTEL_CONFIRM, turn.ref)
