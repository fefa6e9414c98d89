"""A transport notice (转运通知, 转运单) and the people on it. Law: a person is on at most one open notice.

Lock order (also of boarding): the notice's row, then contacts by id, then bands. Who is on the notice is told by its
`NoticePerson` rows alone; the two counts are what the community asked cars for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.state import contact, issuance, vehicle
from bot.state.base import Utc, among, id_column, metadata, one_of
from bot.state.contact import Contact
from bot.state.machine import Life, edge
from bot.state.unit import Noun, Tx
from bot.state.vehicle import Vehicle


class State(StrEnum):
    """The life of a notice."""

    SENT = "sent"
    TAKEN = "taken"
    ASSIGNED = "assigned"
    BOARDING = "boarding"
    DEPARTED = "departed"
    CLOSED = "closed"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    ABORTED = "aborted"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return LABELS[self]


LABELS = {
    State.SENT: "待接单",
    State.TAKEN: "已接单",
    State.ASSIGNED: "已派车",
    State.BOARDING: "上车中",
    State.DEPARTED: "已完成接人",
    State.CLOSED: "已办结",
    State.RETURNED: "已退回",
    State.CANCELLED: "已取消",
    State.ABORTED: "已中止",
}
BEFORE_BOARDING = (State.SENT, State.TAKEN, State.ASSIGNED)
OPEN = (*BEFORE_BOARDING, State.BOARDING, State.DEPARTED)
life = Life(
    "notice",
    State,
    [
        edge("taken", State.SENT, State.TAKEN),
        edge("assigned", (State.TAKEN, State.ASSIGNED), State.ASSIGNED),
        edge("assigned", State.BOARDING, State.BOARDING),
        edge("unassigned", State.ASSIGNED, State.TAKEN),
        edge("boarded", (State.ASSIGNED, State.BOARDING), State.BOARDING),
        edge("unboarded", State.BOARDING, State.ASSIGNED),
        edge("departed", State.BOARDING, State.DEPARTED),
        edge("closed", State.DEPARTED, State.CLOSED),
        edge("returned", BEFORE_BOARDING, State.RETURNED),
        edge("cancelled", BEFORE_BOARDING, State.CANCELLED),
        edge("aborted", State.BOARDING, State.ABORTED),
    ],
    born=[State.SENT],
)
table = sa.Table(
    "notice",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("area_code", sa.String(32), sa.ForeignKey("area.code"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("close_count", sa.Integer, nullable=False),
    sa.Column("other_count", sa.Integer, nullable=False),
    sa.Column("count_reason", sa.LargeBinary, nullable=False),
    sa.Column("address", sa.LargeBinary, nullable=False),
    sa.Column("pickup_at", Utc, nullable=False),
    sa.Column("created_by", sa.String(64), nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("taken_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("taken_at", Utc),
    sa.Column("ended_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("ended_at", Utc),
    sa.Column("reason", sa.LargeBinary, nullable=False),
    one_of("state", State),
    sa.CheckConstraint("close_count >= 0 AND other_count >= 0 AND close_count + other_count > 0", name="counts"),
    sa.UniqueConstraint("area_code", "number"),
)
sa.Index("ix_notice_area_created", table.c.area_code, table.c.created_at)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, the `number`-th of its community; `address`, `count_reason` and `reason` (of its end) are sealed."""

    id: str
    state: str
    version: int
    area_code: str
    number: int
    close_count: int
    other_count: int
    count_reason: str
    address: str
    pickup_at: datetime
    created_by: str
    created_at: datetime
    taken_by: str = ""
    taken_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    reason: str = ""


noun: Noun[Notice] = Noun(Notice, table, life, ["count_reason", "address", "reason"])


class On(StrEnum):
    """The life of a person on a notice."""

    LISTED = "listed"
    ABOARD = "aboard"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    DISPOSED = "disposed"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return {
            "listed": "未到", "aboard": "已上", "departed": "已接走", "arrived": "已入住", "disposed": "已说明",
            "dropped": "已移出",
        }[self.value]  # fmt: skip


people_life = Life(
    "notice_person",
    On,
    [
        edge("boarded", (On.LISTED, On.DISPOSED), On.ABOARD),
        edge("unboarded", On.ABOARD, On.LISTED),
        edge("disposed", On.LISTED, On.DISPOSED),
        edge("set_down", On.ABOARD, On.DISPOSED),
        edge("departed", On.ABOARD, On.DEPARTED),
        edge("arrived", On.DEPARTED, On.ARRIVED),
        edge("strayed", On.DEPARTED, On.DISPOSED),
        edge("dropped", (On.LISTED, On.DISPOSED), On.DROPPED),
    ],
    born=[On.LISTED],
)
people_table = sa.Table(
    "notice_person",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("notice_id", sa.String(32), sa.ForeignKey("notice.id"), nullable=False, index=True),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False, index=True),
    sa.Column("household", sa.Integer, nullable=False),
    sa.Column("travel_class", sa.String(8), nullable=False),
    sa.Column("needs", sa.String(64), nullable=False, server_default=""),
    sa.Column("listed_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("disposition", sa.String(16), nullable=False, server_default=""),
    sa.Column("reason", sa.LargeBinary, nullable=False),
    one_of("state", On),
    one_of("travel_class", vehicle.Class, "travel_class"),
)
_on_it = among(people_table.c.state, On.LISTED, On.ABOARD, On.DEPARTED)
sa.Index(
    "uq_notice_person_open", people_table.c.contact_id, unique=True, sqlite_where=_on_it, postgresql_where=_on_it
)  # a person is on one open notice only


@dataclass(frozen=True, slots=True)
class NoticePerson:
    """One person on one notice. `household` numbers the groups that ride together, from 1, within the notice.

    `travel_class` is a `vehicle.Class`, `needs` a comma list of `wheelchair`, `ambulance` …; `disposition` says what
    became of one who did not board, `reason` (sealed) why, also of one who was dropped.
    """

    id: str
    state: str
    version: int
    notice_id: str
    contact_id: str
    household: int
    travel_class: str
    needs: str
    listed_at: datetime
    ended_at: datetime | None = None
    disposition: str = ""
    reason: str = ""


person_noun: Noun[NoticePerson] = Noun(NoticePerson, people_table, people_life, ["reason"])


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


_IN = [On.LISTED, On.ABOARD, On.DEPARTED]
_riding: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{one.value}'") for one in _IN]
_place = person_noun.select.where(
    people_table.c.contact_id == sa.bindparam("person"), people_table.c.state.in_(_riding)
)
_place_held = _place.with_for_update()


def open_of(tx: Tx, contact_id: str, *, lock: bool = False) -> NoticePerson | None:
    """The person's place on their open notice, or None; `lock` holds that place, not the notice."""
    row = tx.one(_place_held if lock else _place, {"person": contact_id})
    return None if row is None else person_noun.read(tx.keys, row)


def people(tx: Tx, notice_id: str) -> list[NoticePerson]:
    """Everybody who is or was to ride on this notice, without those dropped, household by household."""
    here = (people_table.c.notice_id == notice_id, people_table.c.state != On.DROPPED.value)
    return person_noun.where(tx, *here, order=(people_table.c.household, people_table.c.id))


def roster(tx: Tx, notice_id: str, *, lock: bool = False) -> list[tuple[NoticePerson, Contact]]:
    """The same people with who they are, in one question; `lock` holds the contacts, in the order of their ids."""
    wanted = sa.select(*person_noun.select.selected_columns, *contact.noun.select.selected_columns)
    wanted = wanted.join_from(people_table, contact.table, people_table.c.contact_id == contact.table.c.id)
    wanted = wanted.where(people_table.c.notice_id == notice_id, people_table.c.state != On.DROPPED.value)
    wanted = wanted.order_by(contact.table.c.id)
    width, found = len(NoticePerson.__dataclass_fields__), []
    for row in tx.all(wanted.with_for_update() if lock else wanted):
        cells: sa.Row[tuple[object, ...]] = row
        found.append((person_noun.read(tx.keys, cells[:width]), contact.noun.read(tx.keys, cells[width:])))  # type: ignore[arg-type]
    return sorted(found, key=lambda one: (one[0].household, one[0].id))


def vehicles(tx: Tx, notice_id: str, *, lock: bool = False) -> list[Vehicle]:
    """The vehicles of a notice that were not withdrawn, in the order in which they were assigned."""
    return vehicle.of_notice(tx, notice_id, lock=lock)


def under(tx: Tx, codes: Sequence[str] | sa.Select[tuple[str]], limit: int, *, only_open: bool = False) -> list[Notice]:
    """The notices of these communities, the newest first."""
    here = [table.c.area_code.in_(codes)]
    if only_open:
        here.append(table.c.state.in_([state.value for state in OPEN]))
    return noun.where(tx, *here, order=(table.c.created_at.desc(), table.c.id.desc()), limit=limit)


def everybody(tx: Tx, notice_id: str) -> list[str]:
    """The ids of all who were ever on a notice, also of those dropped with its end."""
    rows = tx.all(sa.select(people_table.c.contact_id).where(people_table.c.notice_id == notice_id).distinct())
    return [row.contact_id for row in rows]


def last_addresses(tx: Tx, area_code: str, most: int) -> list[str]:
    """Where this community's people were picked up last, the newest first, each once."""
    found = noun.where(tx, table.c.area_code == area_code, order=table.c.created_at.desc(), limit=most * 3)
    return list(dict.fromkeys(one.address for one in found))[:most]


def next_number(tx: Tx, area_code: str) -> int:
    """The number of a community's next notice; whoever asks holds the community's row (`area` table) locked."""
    row = tx.one(sa.select(sa.func.max(table.c.number)).where(table.c.area_code == area_code))
    return int(row[0] or 0) + 1


# ── coming and leaving ────────────────────────────────────────────────────────────────────────────────────────────────


def send(tx: Tx, row: Notice, listed: Sequence[tuple[NoticePerson, Contact]]) -> Notice:
    """Write a new notice with its people, whose contacts the caller holds; each is 已列入转运单 from now on."""
    noun.insert(tx, row, "sent", people=len(listed), close=row.close_count, other=row.other_count)
    for place, person in listed:
        person_noun.insert(tx, place, "listed", notice=row.id)
        contact.noun.fire(tx, person, "listed", {"notice": row.id})
    return row


def call_off(tx: Tx, row: Notice, event: str, reason: str) -> list[Contact]:
    """End a notice before anybody has boarded: people may be listed anew, cars are free; those who were on it.

    `event` is `cancelled` or `returned`; the caller holds the notice's row. `Refused` once somebody is aboard.
    """
    noun.fire(tx, row, event, ended_by=tx.actor, ended_at=tx.now, reason=reason)
    freed, here = [], roster(tx, row.id, lock=True)
    issued, waits = issuance.holding(tx, [person.id for _, person in here]), waiting_here(tx, here)
    for place, person in here:
        if place.state == On.LISTED or place.id in waits:
            freed.append(release(tx, person, issued=person.id in issued))
        person_noun.fire(tx, place, "dropped", {"why": event}, ended_at=tx.now)
    for car in vehicles(tx, row.id, lock=True):
        vehicle.noun.fire(tx, car, "withdrawn", {"why": event})
    return freed


def waiting_here(tx: Tx, here: Sequence[tuple[NoticePerson, Contact]]) -> set[str]:
    """The places of those whose absence was explained and who are still 已列入 because of this notice, and no other."""
    still = {
        person.id: place.id
        for place, person in here
        if place.state == On.DISPOSED and person.state == contact.State.LISTED
    }
    if not still:
        return set()
    elsewhere = sa.select(people_table.c.contact_id).where(people_table.c.contact_id.in_(still), _on_it)
    gone = {row.contact_id for row in tx.all(elsewhere)}
    return {place for person, place in still.items() if person not in gone}


def drop(tx: Tx, contact_id: str, reason: str) -> str | None:
    """Take a person who has not boarded off their open notice; its id, or None if they are on none.

    For a feedback that is put right, taken back or forwarded: the caller holds the contact's row and moves the contact
    itself, and tells the dispatcher by `turn.start("dispatch", notice_id, "dropped", person=contact_id)`.
    """
    place = open_of(tx, contact_id, lock=True)
    if place is None:
        return None
    person_noun.fire(tx, place, "dropped", ended_at=tx.now, reason=reason)
    return place.notice_id


def note_needs(tx: Tx, contact_id: str, needs: str) -> str | None:
    """What a listed person needs besides a seat has changed (a comma list); the notice's id, or None if nothing has."""
    place = open_of(tx, contact_id, lock=True)
    if place is None or place.needs == needs:
        return None
    person_noun.amend(tx, place, "needs_changed", needs=needs)
    return place.notice_id


def release(tx: Tx, person: Contact, *, issued: bool) -> Contact:
    """The person is on no notice any more and may be listed anew; `issued` says whether they still bear a band."""
    return contact.noun.fire(tx, person, "unlisted_issued" if issued else "unlisted")
