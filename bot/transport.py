"""What every scenario about a transport notice shares: the notice behind the talk, its name, its cars, who is told."""

from collections import Counter
from collections.abc import Iterable, Sequence

from bot import planner
from bot.planner import Group
from bot.state import area, companionship, notice, staff, trip, vehicle
from bot.state.machine import Refused
from bot.state.notice import Notice, NoticePerson
from bot.state.vehicle import Equipment, Vehicle
from bot.turn import Turn
from cards import dispatch as card
from cards import my_notices as named
from cards import parts, refusals

GONE = (notice.On.DISPOSED, notice.On.DROPPED)


def load(turn: Turn, ref: str | None = None) -> Notice:
    """The notice of an id (by default the talk's own), locked, with its community; kept for the turn."""
    found = trip.paper(turn.tx, ref or turn.ref)
    if found is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    turn.room |= dict(zip(("notice", "place"), found, strict=True))
    return found[0]


def of(turn: Turn) -> Notice:
    """The notice that was loaded."""
    row: Notice = turn.room["notice"]
    return row


def place(turn: Turn) -> area.Area:
    """Its community."""
    found: area.Area = turn.room["place"]
    return found


def title(turn: Turn) -> str:
    """`前埔南社区 第3单`."""
    return named.title(place(turn).name, of(turn).number)


def riding(people: Iterable[NoticePerson]) -> list[NoticePerson]:
    """Those who are still to ride, or do."""
    return [one for one in people if one.state not in GONE]


def groups(turn: Turn, people: Sequence[NoticePerson]) -> dict[str, Group]:
    """Who rides together, by the id of each place: households of one class; a 120 takes a patient and who cares."""
    if "wards" not in turn.room:
        turn.room["wards"] = companionship.together(turn.tx, [one.contact_id for one in people])
    wards: dict[str, str] = turn.room["wards"]
    by_contact = {one.contact_id: one for one in people}
    together: dict[str, list[NoticePerson]] = {}
    for one in people:
        ward = by_contact.get(wards.get(one.contact_id, ""), one)
        lain = ward if _lies(ward) else one
        key = lain.id if _lies(lain) else f"{one.household}{one.travel_class}"
        together.setdefault(key, []).append(one)
    found: dict[str, Group] = {}
    for key, those in together.items():
        lies = any(_lies(one) for one in those)
        lift = not lies and any("wheelchair" in one.needs.split(",") for one in those)
        group = Group(key, len(those), those[0].travel_class, lift, lies)
        found |= {one.id: group for one in those}
    return found


def _lies(one: NoticePerson) -> bool:
    """Whether somebody goes by 120."""
    return "ambulance" in one.needs.split(",")


def proposal(turn: Turn, people: Sequence[NoticePerson]) -> list[planner.Run]:
    """The runs that the usual cars of the rule pack would make."""
    seating = turn.rules.at(turn.now).seating
    cars = [planner.Car(seats, planner.room(seats, seating.ratio), count) for seats, count in seating.cars]
    return planner.plan(set(groups(turn, people).values()), cars)


def seating(turn: Turn, people: Sequence[NoticePerson], cars: Sequence[Vehicle]) -> dict[str, Vehicle]:
    """In which car each person should ride, by the id of their place; whoever has no seat yet is left out.

    A household rides together where a car has room for all of it. It is advice: class and room are the law.
    """
    standing = {car.id: car for car in cars if car.standing}
    sizes = {the_id: (car.travel_class, car.room, car.equipment) for the_id, car in standing.items()}
    grouped = groups(turn, people)
    seated = planner.seat(set(grouped.values()), sizes)
    return {the_id: standing[seated[group.key]] for the_id, group in grouped.items() if group.key in seated}


def room(turn: Turn, seats: int, equipment: str) -> int:
    """How many may sit in a car: the seat rule of the pack; an ambulance's places are for patients as they are."""
    return seats if equipment == Equipment.AMBULANCE else planner.room(seats, turn.rules.at(turn.now).seating.ratio)


def lacking(turn: Turn, people: Sequence[NoticePerson], cars: Sequence[Vehicle]) -> dict[str, int]:
    """How many have no seat yet, by word: each class as asked for, wheelchairs and 120 as listed."""
    row, lying = of(turn), [group for group in set(groups(turn, people).values()) if group.ambulance]
    chairs = sum("wheelchair" in one.needs.split(",") for one in people if not _lies(one))
    places, beds, lifts = Counter[str](), 0, 0
    for car in cars:
        if car.equipment == Equipment.AMBULANCE:
            beds += car.room
        else:
            places[car.travel_class] += car.room
            lifts += car.room if car.equipment == Equipment.LIFT else 0
    short = {}
    for travel_class, asked in ((vehicle.Class.CLOSE, row.close_count), (vehicle.Class.OTHER, row.other_count)):
        listed = sum(one.travel_class == travel_class for one in people)
        apart = sum(group.size for group in lying if group.travel_class == travel_class)
        short[travel_class.label] = max(0, min(asked, listed) - apart - places[travel_class])
    short[Equipment.LIFT.label] = max(0, chairs - lifts)
    short[Equipment.AMBULANCE.label] = max(0, sum(group.size for group in lying) - beds)
    return short


def label(travel_class: str, equipment: str) -> str:
    """Whom a car carries and what it has, in words."""
    return card.label(vehicle.Class(travel_class).label, Equipment(equipment).label)


def shown(turn: Turn, car: Vehicle) -> card.Car:
    """A car as staff read it."""
    return card.Car(
        car.id, car.plate, label(car.travel_class, car.equipment), car.seats, car.room, car.driver, car.phone,
        parts.clock(car.eta, turn.now), vehicle.State(car.state).label,
    )  # fmt: skip


def escorts(turn: Turn) -> list[str]:
    """Who fetches this community's people."""
    return staff.above(turn.tx, staff.Role.ESCORT, place(turn))


def dispatchers(turn: Turn) -> list[str]:
    """The 转运组 of this community."""
    return staff.above(turn.tx, staff.Role.DISPATCHER, place(turn))


def authors(turn: Turn) -> list[str]:
    """Who hears how it goes on: who wrote it, or the community's staff when they are no longer there."""
    return staff.in_charge(turn.tx, of(turn).created_by, place(turn).path)
