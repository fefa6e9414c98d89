"""A verification (核实任务): one custody of a contact by one community. Law: a pending person has exactly one open one.

It is taken by whoever answers first, reported once, and may be returned by the CDC, which opens it again. What was
reported is kept each time (`bot.state.reports`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from bot.state import area, bulk, contact
from bot.state.base import Utc, among, id_column, metadata, one_of
from bot.state.contact import Contact
from bot.state.machine import Life, edge
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """The life of a custody."""

    OPEN = "open"
    TAKEN = "taken"
    REPORTED = "reported"
    FORWARDED = "forwarded"
    LEFT = "left"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return LABELS[self]


LABELS = {
    State.OPEN: "待核实",
    State.TAKEN: "核实中",
    State.REPORTED: "已反馈",
    State.FORWARDED: "转发待接收",
    State.LEFT: "已结束",
}


class Result(StrEnum):
    """The seven scenarios of the manual, by number; their labels stand in `cards.words.RESULTS`."""

    CENTRAL = "1"
    HOME = "2"
    FORWARD = "3"
    OTHER_DISTRICT = "4"
    OTHER_CITY = "5"
    UNCOOPERATIVE = "6"
    UNREACHABLE = "7"


MOVES = {
    Result.CENTRAL: "report_central",
    Result.HOME: "report_home",
    Result.FORWARD: "forwarded",
    Result.OTHER_DISTRICT: "report_away",
    Result.OTHER_CITY: "report_away",
    Result.UNCOOPERATIVE: "report_away",
    Result.UNREACHABLE: "report_away",
}
OFFLINE = frozenset({Result.OTHER_DISTRICT, Result.OTHER_CITY, Result.UNCOOPERATIVE, Result.UNREACHABLE})

life = Life(
    "verification",
    State,
    [
        edge("taken", State.OPEN, State.TAKEN),
        edge("reported", State.TAKEN, State.REPORTED),
        edge("reported_together", State.OPEN, State.REPORTED),
        edge("corrected", State.REPORTED, State.REPORTED),
        edge("returned", State.REPORTED, State.OPEN),
        edge("undone", State.REPORTED, State.TAKEN),
        edge("forwarded", (State.TAKEN, State.REPORTED), State.FORWARDED),
        edge("forwarded_together", State.OPEN, State.FORWARDED),
        edge("given_back", State.FORWARDED, State.TAKEN),
        edge("left", State.FORWARDED, State.LEFT),
        edge("merged", (State.OPEN, State.TAKEN), State.LEFT),
    ],
    born=[State.OPEN],
)

table = sa.Table(
    "verification",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("area_code", sa.String(32), nullable=False),
    sa.Column("holder", sa.String(64), nullable=False, server_default=""),
    sa.Column("taken_at", Utc),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    one_of("state", State),
)
_live = table.c.state.in_([State.OPEN.value, State.TAKEN.value])
sa.Index(
    "uq_verification_open", table.c.contact_id, unique=True, sqlite_where=_live, postgresql_where=_live
)  # I-20: one open task per person
sa.Index("ix_verification_contact_id", table.c.contact_id)
sa.Index("ix_verification_area", table.c.area_code, table.c.due_at, sqlite_where=_live, postgresql_where=_live)

_waits = among(table.c.state, State.OPEN, State.TAKEN)


@dataclass(frozen=True, slots=True)
class Verification:
    """One custody; `holder` is the member who has it now, `due_at` when the feedback is due."""

    id: str
    state: str
    version: int
    contact_id: str
    area_code: str
    holder: str
    taken_at: datetime | None
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A verification with its person and its place: what nearly every question needs, in one query."""

    task: Verification
    person: Contact
    place: area.Area


noun: Noun[Verification] = Noun(Verification, table, life)
_case = (
    sa.select(*noun.select.selected_columns, *contact.noun.select.selected_columns, *area.table.c)
    .select_from(table.join(contact.table, table.c.contact_id == contact.table.c.id))
    .join(area.table, area.table.c.code == table.c.area_code)
)
_one_case = _case.where(table.c.id == sa.bindparam("the_id")).with_for_update(of=[table, contact.table])
_CELLS = tuple(Verification.__dataclass_fields__)
_WIDTH, _cells = len(_CELLS), attrgetter(*_CELLS)
_PERSON = _WIDTH + len(Contact.__dataclass_fields__)


def _read(tx: Tx, row: Any) -> Case:
    task = noun.read(tx.keys, row[:_WIDTH])
    cells: Any = tuple(row)
    person = contact.noun.read(tx.keys, cells[_WIDTH:_PERSON])
    return Case(task, person, area.of_row(cells[_PERSON:]))


def case(tx: Tx, the_id: str) -> Case | None:
    """The case of a verification id, both rows locked, or None."""
    row = tx.one(_one_case, {"the_id": the_id})
    return None if row is None else _read(tx, row)


def open_cases(tx: Tx, path: str, limit: int, *, untaken: bool = False, late: bool = False) -> list[Case]:
    """What waits under an area path, the most urgent first; only what nobody has taken, or only what is late."""
    order = (table.c.due_at, table.c.id)
    first = sa.select(table.c.id).where(_waits, table.c.area_code.in_(area.codes([path]))).order_by(*order).limit(limit)
    if untaken:
        first = first.where(table.c.state == State.OPEN.value)
    if late:
        first = first.where(table.c.due_at < tx.now)
    return [_read(tx, row) for row in tx.all(_case.where(table.c.id.in_(first)).order_by(*order))]


def open_count(tx: Tx, path: str) -> tuple[int, int]:
    """How many wait under an area path, and how many of them are past their time."""
    late = sa.func.coalesce(sa.func.sum(sa.case((table.c.due_at < tx.now, 1), else_=0)), 0)
    row = tx.one(sa.select(sa.func.count(), late).where(_waits, table.c.area_code.in_(area.codes([path]))))
    return (int(row[0]), int(row[1])) if row else (0, 0)


def insert_many(tx: Tx, tasks: Sequence[Verification]) -> None:
    """Write new custodies and their first journal lines in bulk."""
    bulk.insert_cells(tx.conn, table, _CELLS, list(map(_cells, tasks)))
    for task in tasks:
        tx.note(f"verification:{task.id}", 1, "born", "", task.state, {"area": task.area_code})


_person: sa.BindParameter[str] = sa.bindparam("person")
_home = sa.select(contact.table.c.home_hash).where(contact.table.c.id == _person).scalar_subquery()
_family = (
    _case.where(contact.table.c.home_hash == _home, contact.table.c.id != _person)
    .where(table.c.state == State.OPEN.value, table.c.area_code == sa.bindparam("area"))
    .order_by(table.c.id)
    .limit(19)
)
_family_size = sa.select(sa.func.count()).select_from(_family.with_only_columns(table.c.id).order_by(None).subquery())


def family(tx: Tx, case: Case) -> list[Case]:
    """The others of the household who wait untaken in the same community."""
    return [_read(tx, row) for row in tx.all(_family, {"person": case.person.id, "area": case.place.code})]


def family_size(tx: Tx, case: Case) -> int:
    """How many `family` would bring, without opening a seal."""
    row = tx.one(_family_size, {"person": case.person.id, "area": case.place.code})
    return int(row[0])
