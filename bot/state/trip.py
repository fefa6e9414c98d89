"""Who may board which vehicle (上车, 下车, 中止): nobody twice, nobody a vehicle or a notice that is not theirs.

Lock order: the notice's row, then the contact, then the band. Whoever boards, goes off, leaves or cancels holds the
notice's row first, so that a notice cancelled in the second of its first boarding has either happened or not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import area, band, boarding, code, contact, issuance, notice, vehicle
from bot.state.area import Area
from bot.state.band import Band
from bot.state.base import among
from bot.state.boarding import Boarding, How, State
from bot.state.contact import Contact
from bot.state.notice import Notice, NoticePerson, On
from bot.state.unit import Tx
from bot.state.vehicle import Vehicle


class Why(StrEnum):
    """Why somebody cannot board now; a sentence of `cards.boarding` for each."""

    NOT_BOUND = "not_bound"
    RETIRED = "retired"
    UNDECIDED = "undecided"
    ALREADY = "already"
    GONE = "gone"
    NOT_LISTED = "not_listed"
    OTHER_NOTICE = "other_notice"
    WRONG_CLASS = "wrong_class"
    NO_SEAT = "no_seat"
    NOTICE_OVER = "notice_over"
    VEHICLE_GONE = "vehicle_gone"
    TIME_WRONG = "time_wrong"


class No(Exception):
    """The person does not board; nothing was written. `about` holds what the sentence needs."""

    def __init__(self, why: Why, person: Contact | None = None, **about: Any) -> None:
        super().__init__(why.value)
        self.why, self.person, self.about = why, person, about


@dataclass(frozen=True, slots=True)
class Trip:
    """A vehicle of a notice, the notice's row held; how many of its class are expected and aboard, and on itself."""

    notice: Notice
    vehicle: Vehicle
    place: Area
    expected: int
    boarded: int
    here: int

    @property
    def full(self) -> bool:
        """Whether the seat rule leaves no place."""
        return self.here >= self.vehicle.room


@dataclass(frozen=True, slots=True)
class Passenger:
    """Somebody at the door, their row held; the band is None where they show none."""

    person: Contact
    band: Band | None = None


# ── loading, in the order of locks ────────────────────────────────────────────────────────────────────────────────────

_AREA = ("code", "name", "level", "parent", "path")
_notice = (
    sa.select(*notice.noun.select.selected_columns, *[area.table.c[name] for name in _AREA])
    .join_from(notice.table, area.table, area.table.c.code == notice.table.c.area_code)
    .where(notice.table.c.id == sa.bindparam("the_id"))
)
_notice_held = _notice.with_for_update(of=notice.table)
_on = notice.people_table
_class = (_on.c.notice_id == vehicle.table.c.notice_id, _on.c.travel_class == vehicle.table.c.travel_class)
_riders = (On.ABOARD.value, On.DEPARTED.value, On.ARRIVED.value)


def _counted(*states: str) -> sa.ScalarSelect[int]:
    wanted: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{state}'") for state in states]
    counted = sa.select(sa.func.count()).select_from(_on).where(*_class, _on.c.state.in_(wanted))
    return counted.correlate(vehicle.table).scalar_subquery()


_here = (
    sa.select(sa.func.count())
    .select_from(boarding.table)
    .where(boarding.table.c.vehicle_id == vehicle.table.c.id, boarding.table.c.state == State.ABOARD.value)
    .correlate(vehicle.table)
    .scalar_subquery()
)
_vehicle = sa.select(
    *vehicle.noun.select.selected_columns, _counted(On.LISTED.value, *_riders), _counted(*_riders), _here
).where(vehicle.table.c.id == sa.bindparam("the_id"))
_SEATS = len(Vehicle.__dataclass_fields__)
_PAPER = len(Notice.__dataclass_fields__)


def paper(tx: Tx, notice_id: str, *, lock: bool = True) -> tuple[Notice, Area] | None:
    """A notice with its community, the notice's row held; None when it is not there."""
    row: Any = tx.one(_notice_held if lock else _notice, {"the_id": notice_id})
    return None if row is None else (notice.noun.read(tx.keys, row[:_PAPER]), Area(*row[_PAPER:]))


def load(tx: Tx, notice_id: str, vehicle_id: str, *, lock: bool = True) -> Trip | None:
    """The vehicle with its notice, the notice's row held; None when either is not there, or they do not belong."""
    found = paper(tx, notice_id, lock=lock)
    car: Any = tx.one(_vehicle, {"the_id": vehicle_id}) if found is not None else None
    if found is None or car is None:
        return None
    run = vehicle.noun.read(tx.keys, car[:_SEATS])
    return Trip(found[0], run, found[1], *car[_SEATS:]) if run.notice_id == notice_id else None


_worn = (
    sa.select(*contact.noun.select.selected_columns, *band.noun.select.selected_columns)
    .join_from(contact.table, band.table, band.table.c.contact_id == contact.table.c.id)
    .where(band.table.c.code == sa.bindparam("the_code"))
    .with_for_update(of=[contact.table, band.table])
)
_WHO = len(Contact.__dataclass_fields__)


def at_the_door(tx: Tx, text: str) -> Passenger:
    """Whose code was scanned or typed, held; `BadCode` when it is no code, `No` when it is nobody's now."""
    try:
        found = code.read(tx.keys, text)
        row: Any = tx.one(_worn, {"the_code": found.value})
    except code.BadCode:
        row = None
    if row is None:
        known = band.recognise(tx, text)  # says why not, or knows another maker's code
        row = tx.one(_worn, {"the_code": known.code}) if known.contact_id else None
        if row is None:
            raise No(Why.RETIRED if known.state == band.State.RETIRED else Why.NOT_BOUND)
    person, worn = contact.noun.read(tx.keys, row[:_WHO]), band.noun.read(tx.keys, row[_WHO:])
    if worn.state != band.State.BOUND:
        raise No(Why.RETIRED if worn.state == band.State.RETIRED else Why.NOT_BOUND, person)
    return Passenger(person, worn)


# ── deeds; the caller holds the trip ──────────────────────────────────────────────────────────────────────────────────


def board(
    tx: Tx, on: Trip, who: Passenger, at: datetime, how: How = How.SCAN, reason: str = ""
) -> tuple[Boarding, Trip]:
    """Let somebody aboard, and the trip as it is then; `No` says why not, and nothing was written."""
    place = may_board(tx, on, who)
    if place.state == On.DISPOSED:  # explained too early: here they are
        on = replace(on, expected=on.expected + 1)
    row = Boarding(
        tx.id(), State.ABOARD.value, 1, on.notice.id, on.vehicle.id, who.person.id, who.band.id if who.band else "",
        how.value, reason, tx.actor, at,
    )  # fmt: skip
    made = boarding.noun.insert(tx, row, "boarded", how=how.value, vehicle=on.vehicle.id, contact=who.person.id)
    notice.person_noun.fire(tx, place, "boarded", disposition="", reason="", ended_at=None)
    contact.noun.fire(tx, who.person, "boarded", {"notice": on.notice.id})
    paper = on.notice
    if paper.state != notice.State.BOARDING:
        paper = notice.noun.fire(tx, paper, "boarded")
    return made, replace(on, notice=paper, boarded=on.boarded + 1, here=on.here + 1)


def may_board(tx: Tx, on: Trip, who: Passenger) -> NoticePerson:
    """The person's place on this notice; `No` when they may not board this vehicle now, the plainest reason first."""
    person = who.person
    if person.state in (contact.State.UNDECIDED, contact.State.EXCLUDED):
        raise No(Why.UNDECIDED, person)
    if person.state in (contact.State.ABOARD, contact.State.PICKED_UP, contact.State.ARRIVED):
        raise _already(tx, person)
    if on.notice.state not in (notice.State.ASSIGNED, notice.State.BOARDING):
        raise No(Why.NOTICE_OVER, person, state=notice.State(on.notice.state).label)
    if not on.vehicle.standing:
        raise No(Why.VEHICLE_GONE, person, state=vehicle.State(on.vehicle.state).label)
    place = _place(tx, on, person)
    if place.travel_class != on.vehicle.travel_class:
        raise No(Why.WRONG_CLASS, person, theirs=vehicle.Class(place.travel_class).label)
    if on.full:
        raise No(Why.NO_SEAT, person, room=on.vehicle.room)
    return place


def _place(tx: Tx, on: Trip, person: Contact) -> NoticePerson:
    """Their place on this notice, also of one whose absence had been explained; `No` when they have none."""
    place = notice.open_of(tx, person.id)
    if place is not None and place.notice_id != on.notice.id:
        raise No(Why.OTHER_NOTICE, person, notice=place.notice_id)
    if place is None:
        here = (_on.c.notice_id == on.notice.id, _on.c.contact_id == person.id, _on.c.state == On.DISPOSED.value)
        places = notice.person_noun.where(tx, *here) if person.state == contact.State.LISTED else []
        place = places[0] if places else None
    if place is None or person.state != contact.State.LISTED:
        raise No(Why.NOT_LISTED, person, state=contact.State(person.state).label)
    return place


def _already(tx: Tx, person: Contact) -> No:
    row = boarding.riding(tx, person.id)
    if row is None:
        return No(Why.GONE, person, state=contact.State(person.state).label)
    return No(Why.ALREADY, person, boarding=row, number=boarding.number(tx, row))


def off(tx: Tx, on: Trip, row: Boarding, person: Contact, reason: str = "") -> Trip:
    """Somebody steps off again before the vehicle has left: a counter-record, nothing is deleted."""
    if row.state != State.ABOARD:
        raise No(Why.GONE, person, state=State(row.state).label)
    boarding.noun.fire(tx, row, "undone", ended_by=tx.actor, ended_at=tx.now, reason=reason or row.reason)
    place = notice.open_of(tx, person.id, lock=True)
    if place is not None:
        notice.person_noun.fire(tx, place, "unboarded")
    contact.noun.fire(tx, person, "unboarded")
    paper = on.notice
    riding = (State.ABOARD, State.DEPARTED, State.ARRIVED)
    if on.boarded == 1 and not any(one.state in riding for one in boarding.of_notice(tx, paper.id)):
        paper = notice.noun.fire(tx, paper, "unboarded")
    return replace(on, notice=paper, boarded=on.boarded - 1, here=on.here - 1)


def dispose(tx: Tx, on: Trip, place: NoticePerson, person: Contact, disposition: str, reason: str = "") -> NoticePerson:
    """Say what became of somebody who does not board; they may still appear until the vehicle has left."""
    if person.state != contact.State.LISTED:
        raise _already(tx, person)
    if not on.vehicle.standing:
        raise No(Why.VEHICLE_GONE, person, state=vehicle.State(on.vehicle.state).label)
    if place.state != On.LISTED or on.notice.state not in (notice.State.ASSIGNED, notice.State.BOARDING):
        raise No(Why.NOTICE_OVER, person, state=notice.State(on.notice.state).label)
    return notice.person_noun.fire(
        tx, place, "disposed", {"as": disposition}, disposition=disposition, reason=reason, ended_at=tx.now
    )


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one person when a pickup is ended early: a disposition, and why in words."""

    disposition: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """What an early end did: how many may be listed anew, how many had left before, which cars go home."""

    freed: int
    left: int
    cars: Sequence[Vehicle]


def abort(tx: Tx, row: Notice, reason: str, fates: Mapping[str, Fate], otherwise: Fate) -> Ended:
    """End a notice after people have boarded (中止): all who have not left may be listed anew.

    `fates` are by place, `otherwise` is everybody else's. Whoever sits in a car that stands steps off, and the car goes
    home; a car that has left, and its people, are the hotel's. The caller holds the notice's row. Costs two statements
    for each person listed, three for each aboard, one for each car.
    """
    notice.noun.fire(tx, row, "aborted", ended_by=tx.actor, ended_at=tx.now, reason=reason)
    here = notice.roster(tx, row.id, lock=True)
    issued, waits = issuance.holding(tx, [person.id for _, person in here]), notice.waiting_here(tx, here)
    rides = {one.contact_id: one for one in boarding.of_notice(tx, row.id) if one.state == State.ABOARD}
    freed = 0
    for place, person in here:
        worn = person.id in issued
        if place.state in (On.LISTED, On.ABOARD):
            _set_down(tx, place, rides.get(person.id), fates.get(place.id, otherwise))
        if place.state == On.ABOARD:
            contact.noun.fire(tx, person, "set_down_issued" if worn else "set_down")
        elif place.state == On.LISTED or place.id in waits:
            notice.release(tx, person, issued=worn)
        freed += place.state in (On.LISTED, On.ABOARD) or place.id in waits
    cars = [one for one in notice.vehicles(tx, row.id, lock=True) if one.standing]
    for car in cars:
        vehicle.noun.fire(tx, car, "withdrawn", {"why": "aborted"})
    return Ended(freed, sum(place.state in (On.DEPARTED, On.ARRIVED) for place, _ in here), cars)


def _set_down(tx: Tx, place: NoticePerson, ride: Boarding | None, fate: Fate) -> None:
    if ride is not None:
        boarding.noun.fire(tx, ride, "undone", ended_by=tx.actor, ended_at=tx.now, reason=fate.reason)
    notice.person_noun.fire(
        tx, place, "set_down" if place.state == On.ABOARD else "disposed", {"as": fate.disposition},
        disposition=fate.disposition, reason=fate.reason, ended_at=tx.now,
    )  # fmt: skip


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def open_trips(tx: Tx, paths: list[str], limit: int) -> list[tuple[Notice, Vehicle, Area]]:
    """Every vehicle that stands or is on its way for an open notice under some area paths, the earliest first."""
    wanted = (
        sa.select(
            *notice.noun.select.selected_columns,
            *vehicle.noun.select.selected_columns,
            *[area.table.c[name] for name in _AREA],
        )
        .join_from(notice.table, vehicle.table, vehicle.table.c.notice_id == notice.table.c.id)
        .join(area.table, area.table.c.code == notice.table.c.area_code)
        .where(area.under(paths), among(vehicle.table.c.state, vehicle.State.ASSIGNED, vehicle.State.ARRIVED))
        .where(among(notice.table.c.state, notice.State.ASSIGNED, notice.State.BOARDING))
        .order_by(notice.table.c.pickup_at, vehicle.table.c.id)
        .limit(limit)
    )
    rows: Any = tx.all(wanted) if paths else []
    end = _PAPER + _SEATS
    return [
        (notice.noun.read(tx.keys, row[:_PAPER]), vehicle.noun.read(tx.keys, row[_PAPER:end]), Area(*row[end:]))
        for row in rows
    ]


def others_standing(tx: Tx, on: Trip) -> list[Vehicle]:
    """The other vehicles of the notice that people may still board."""
    return [one for one in notice.vehicles(tx, on.notice.id) if one.standing and one.id != on.vehicle.id]


def unresolved(tx: Tx, on: Trip, others: Sequence[Vehicle]) -> list[tuple[NoticePerson, Contact]]:
    """Those expected for whom no other vehicle of their class stands: each needs a word before this one leaves."""
    classes = {one.travel_class for one in others}
    roster = notice.roster(tx, on.notice.id)
    return [(at, who) for at, who in roster if at.state == On.LISTED and at.travel_class not in classes]
