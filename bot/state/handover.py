"""A hand-over (交接): who left in one vehicle for which hotel. Law: a vehicle has one, and its people never change.

A `Guest` is one of its people. The manifest that the hotel's system gets is made of these rows and is version 1 for
ever: what turns out otherwise at the hotel is a fault that both sides answer for, not another manifest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import band, boarding, contact, notice, vehicle
from bot.state.base import Utc, among, id_column, metadata, one_of
from bot.state.boarding import Boarding
from bot.state.contact import Contact
from bot.state.hotel import table as hotels
from bot.state.machine import Life, edge
from bot.state.notice import NoticePerson
from bot.state.trip import Trip
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """The life of a hand-over: it ends when both sides agree."""

    SENT = "sent"
    DISPUTED = "disputed"
    AGREED = "agreed"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return {"sent": "待接收", "disputed": "接收异常", "agreed": "已接收"}[self.value]


class Push(StrEnum):
    """How the hotel's own system was told; `none` has no address, `lost` waits for somebody to send it again."""

    NONE = "none"
    WAITING = "waiting"
    DELIVERED = "delivered"
    LOST = "lost"


class Fault(StrEnum):
    """What a hotel finds otherwise."""

    MISSING = "missing"
    EXTRA = "extra"
    SWAPPED = "swapped"


life = Life(
    "handover",
    State,
    [
        edge("agreed", (State.SENT, State.DISPUTED), State.AGREED),
        edge("disputed", (State.SENT, State.DISPUTED), State.DISPUTED),
        edge("checked_again", State.DISPUTED, State.SENT),
    ],
    born=[State.SENT],
)
table = sa.Table(
    "handover",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("notice_id", sa.String(32), sa.ForeignKey("notice.id"), nullable=False, index=True),
    sa.Column("vehicle_id", sa.String(32), sa.ForeignKey("vehicle.id"), nullable=False, unique=True),
    sa.Column("hotel_code", sa.String(32), nullable=False, index=True),
    sa.Column("departed_by", sa.String(64), nullable=False),
    sa.Column("departed_at", Utc, nullable=False),
    sa.Column("head_count", sa.Integer, nullable=False),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("second_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("reason", sa.LargeBinary, nullable=False),
    sa.Column("push", sa.String(16), nullable=False),
    sa.Column("manifest", sa.LargeBinary, nullable=False),
    sa.Column("fault", sa.String(16), nullable=False, server_default=""),
    sa.Column("fault_note", sa.LargeBinary, nullable=False),
    sa.Column("settled_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("settled_at", Utc),
    one_of("state", State),
    one_of("push", Push, "push"),
    sa.CheckConstraint("head_count = people OR second_by <> ''", name="head_count"),
)


@dataclass(frozen=True, slots=True)
class Handover:
    """One vehicle's people for one hotel. `head_count` was counted blind; where it differs, `second_by` agreed."""

    id: str
    state: str
    version: int
    notice_id: str
    vehicle_id: str
    hotel_code: str
    departed_by: str
    departed_at: datetime
    head_count: int
    people: int
    second_by: str
    reason: str
    push: str
    manifest: str
    fault: str = ""
    fault_note: str = ""
    settled_by: str = ""
    settled_at: datetime | None = None


noun: Noun[Handover] = Noun(Handover, table, life, ["reason", "manifest", "fault_note"])


class Is(StrEnum):
    """The life of a guest."""

    EXPECTED = "expected"
    ARRIVED = "arrived"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return {"expected": "在途", "arrived": "已入住", "absent": "未到酒店"}[self.value]


guest_life = Life(
    "guest",
    Is,
    [edge("arrived", Is.EXPECTED, Is.ARRIVED), edge("absent", Is.EXPECTED, Is.ABSENT)],
    born=[Is.EXPECTED],
)
guests = sa.Table(
    "guest",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("handover_id", sa.String(32), sa.ForeignKey("handover.id"), nullable=False),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False, index=True),
    sa.Column("boarding_id", sa.String(32), sa.ForeignKey("boarding.id"), nullable=False, unique=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("room", sa.LargeBinary, nullable=False),
    sa.Column("arrived_at", Utc),
    sa.Column("confirmed_by", sa.String(64), nullable=False, server_default=""),
    one_of("state", Is),
    sa.UniqueConstraint("handover_id", "contact_id"),
)


@dataclass(frozen=True, slots=True)
class Guest:
    """One of the people, the `number`-th of the list; `room` (sealed) is optional."""

    id: str
    state: str
    version: int
    handover_id: str
    contact_id: str
    boarding_id: str
    number: int
    room: str = ""
    arrived_at: datetime | None = None
    confirmed_by: str = ""


guest_noun: Noun[Guest] = Noun(Guest, guests, guest_life, ["room"])


_riders = (
    sa.select(*boarding.noun.select.selected_columns, *contact.noun.select.selected_columns)
    .join_from(boarding.table, contact.table, contact.table.c.id == boarding.table.c.contact_id)
    .where(boarding.table.c.vehicle_id == sa.bindparam("car"), boarding.table.c.state == boarding.State.ABOARD.value)
    .order_by(contact.table.c.id)
    .with_for_update(of=contact.table)
)
_CELLS = len(Boarding.__dataclass_fields__)


def riders(tx: Tx, vehicle_id: str) -> list[tuple[Boarding, Contact]]:
    """Who sits in a vehicle that stands, the persons' rows held in the order of their ids."""
    rows: Any = tx.all(_riders, {"car": vehicle_id})
    found = [(boarding.noun.read(tx.keys, row[:_CELLS]), contact.noun.read(tx.keys, row[_CELLS:])) for row in rows]
    return sorted(found, key=lambda one: one[0].id)


def depart(
    tx: Tx,
    on: Trip,
    leaving: Sequence[tuple[Boarding, Contact]],
    hotel_code: str,
    head_count: int,
    *,
    places: Mapping[str, NoticePerson],
    the_id: str = "",
    manifest: str = "",
    push: Push = Push.NONE,
    reason: str = "",
    second_by: str = "",
) -> Handover:
    """The vehicle leaves, for good: its people are picked up, and the hand-over to the hotel is born with them.

    `places` are those on the notice by person; `manifest` is what the hotel's own system is to be told, as JSON under
    `the_id`: kept as it was at this moment. Costs two statements, and four for each person.
    """
    row = Handover(
        the_id or tx.id(), State.SENT.value, 1, on.notice.id, on.vehicle.id, hotel_code, tx.actor, tx.now, head_count,
        len(leaving), second_by, reason, push.value, manifest,
    )  # fmt: skip
    made = noun.insert(tx, row, "departed", people=len(leaving), hotel=hotel_code, counted=head_count)
    for count, (ride, person) in enumerate(leaving, 1):
        boarding.noun.fire(tx, ride, "departed")
        contact.noun.fire(tx, person, "picked_up")
        notice.person_noun.fire(tx, places[person.id], "departed")
        guest = Guest(tx.id(), Is.EXPECTED.value, 1, made.id, person.id, ride.id, count)
        guest_noun.insert(tx, guest, "expected", contact=person.id)
    vehicle.noun.fire(tx, on.vehicle, "departed", departed_at=tx.now)
    return made


def end_pickup(tx: Tx, on: Trip) -> list[tuple[NoticePerson, Contact]]:
    """The last vehicle is gone: the notice has departed, and who did not board may be listed anew; who those are."""
    notice.noun.fire(tx, on.notice, "departed")
    roster = notice.roster(tx, on.notice.id, lock=True)
    waits = notice.waiting_here(tx, roster)
    left = [(at, who) for at, who in roster if at.id in waits]
    worn = codes(tx, [who.id for _, who in left])
    return [(at, notice.release(tx, who, issued=who.id in worn)) for at, who in left]


# ── at the hotel; the caller holds the hand-over ──────────────────────────────────────────────────────────────────────


def roster(tx: Tx, handover_id: str, *, lock: bool = False) -> list[tuple[Guest, Contact]]:
    """The people of a hand-over by number; `lock` holds the contacts, in the order of their ids."""
    wanted = (
        sa.select(*guest_noun.select.selected_columns, *contact.noun.select.selected_columns)
        .join_from(guests, contact.table, contact.table.c.id == guests.c.contact_id)
        .where(guests.c.handover_id == handover_id)
        .order_by(contact.table.c.id)
    )
    rows: Any = tx.all(wanted.with_for_update(of=contact.table) if lock else wanted)
    width = len(Guest.__dataclass_fields__)
    found = [(guest_noun.read(tx.keys, row[:width]), contact.noun.read(tx.keys, row[width:])) for row in rows]
    return sorted(found, key=lambda one: one[0].number)


def arrive(tx: Tx, found: Sequence[tuple[Guest, Contact]], room: str = "") -> None:
    """The hotel has received these people; a room may be told later. Costs a statement, and four for each of them."""
    for guest, person, ride, place in _with_places(tx, found):
        boarding.noun.fire(tx, ride, "arrived")
        contact.noun.fire(tx, person, "arrived")
        notice.person_noun.fire(tx, place, "arrived")
        guest_noun.fire(tx, guest, "arrived", room=room, arrived_at=tx.now, confirmed_by=tx.actor)


def miss(tx: Tx, found: Sequence[tuple[Guest, Contact]]) -> None:
    """Both sides agree that these people did not come: they are back where the community looks for them."""
    worn = codes(tx, [person.id for _, person in found])
    for guest, person, ride, place in _with_places(tx, found):
        boarding.noun.fire(tx, ride, "strayed")
        contact.noun.fire(tx, person, "strayed_issued" if person.id in worn else "strayed")
        notice.person_noun.fire(tx, place, "strayed")
        guest_noun.fire(tx, guest, "absent", confirmed_by=tx.actor)


_on = notice.people_table
_place = sa.and_(
    _on.c.notice_id == boarding.table.c.notice_id, _on.c.contact_id == boarding.table.c.contact_id,
    _on.c.state == sa.literal_column(f"'{notice.On.DEPARTED.value}'"),
)  # fmt: skip
_rides = (
    sa.select(*boarding.noun.select.selected_columns, *notice.person_noun.select.selected_columns)
    .join_from(boarding.table, _on, _place)
    .where(boarding.table.c.id.in_(sa.bindparam("rides", expanding=True)))
)


def _with_places(tx: Tx, found: Sequence[tuple[Guest, Contact]]) -> list[tuple[Guest, Contact, Boarding, NoticePerson]]:
    """The same people with their boarding and their place on the notice."""
    rows: Any = tx.all(_rides, {"rides": [guest.boarding_id for guest, _ in found]})
    rides = {
        row.id: (boarding.noun.read(tx.keys, row[:_CELLS]), notice.person_noun.read(tx.keys, row[_CELLS:]))
        for row in rows
    }
    return [(guest, person, *rides[guest.boarding_id]) for guest, person in found]


def lodge(tx: Tx, guest: Guest, room: str) -> Guest:
    """The room of somebody who has arrived."""
    return guest_noun.amend(tx, guest, "lodged", room=room)


def delivered(tx: Tx, the_id: str) -> None:
    """The hotel's own system has taken the manifest."""
    row = noun.load(tx, the_id, lock=True)
    if row.push == Push.WAITING:
        noun.amend(tx, row, "pushed", push=Push.DELIVERED.value)


def lost(tx: Tx) -> list[Handover]:
    """The hand-overs whose hotel could not be told, the oldest first: they wait for somebody to send them again."""
    return noun.where(tx, table.c.push == Push.LOST.value, order=table.c.id)


def free_places(tx: Tx, stay: timedelta) -> dict[str, int]:
    """How many each hotel that has named a capacity can still take: those under way count, those out again do not."""
    inside = sa.select(table.c.hotel_code, sa.func.count().label("people"))
    inside = inside.join(guests, guests.c.handover_id == table.c.id)
    inside = inside.where(among(guests.c.state, Is.EXPECTED, Is.ARRIVED), table.c.departed_at > tx.now - stay)
    inside = inside.group_by(table.c.hotel_code)
    taken = {row.hotel_code: row.people for row in tx.all(inside)}
    rows = tx.all(sa.select(hotels.c.code, hotels.c.capacity).where(hotels.c.capacity > 0))
    return {row.code: row.capacity - taken.get(row.code, 0) for row in rows}


def hotels_of(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """The code of the hotel that each hand-over goes to, by the hand-over's id."""
    rows = tx.all(sa.select(table.c.id, table.c.hotel_code).where(table.c.id.in_(list(ids))))
    return {row.id: row.hotel_code for row in rows}


def codes(tx: Tx, people: Sequence[str]) -> dict[str, str]:
    """The code on each person's wrist, of those who wear one."""
    worn = sa.select(band.table.c.contact_id, band.table.c.code)
    worn = worn.where(band.table.c.contact_id.in_(people), band.table.c.state == band.State.BOUND.value)
    return {row.contact_id: row.code for row in tx.all(worn)}


def of_notice(tx: Tx, notice_id: str) -> list[Handover]:
    """The hand-overs of a notice's vehicles, in the order in which they left."""
    return noun.where(tx, table.c.notice_id == notice_id, order=table.c.id)
