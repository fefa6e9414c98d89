"""A verification (核实任务): one custody of a contact by one community. Law: a pending person has exactly one open one.

It is taken by whoever answers first, reported once, and may be returned by the CDC, which opens it again. What was
reported is kept as a `Report` each time, so that a correction keeps both versions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from bot.state import area, bulk, contact
from bot.state.base import Json, Utc, among, id_column, metadata, one_of
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

reports = sa.Table(
    "report",
    metadata,
    id_column(),
    sa.Column("verification_id", sa.String(32), sa.ForeignKey("verification.id"), nullable=False, index=True),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("result", sa.String(4), nullable=False),
    sa.Column("remark", sa.LargeBinary, nullable=False),
    sa.Column("answers", Json, nullable=False),
    sa.Column("reported_by", sa.String(64), nullable=False),
    sa.Column("reported_at", Utc, nullable=False),
    sa.Column("received_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("received_at", Utc),
    sa.Column("undone_at", Utc),
    sa.UniqueConstraint("verification_id", "n"),
)
_unread = reports.c.received_at.is_(None)
sa.Index("ix_report_unreceived", reports.c.reported_at, sqlite_where=_unread, postgresql_where=_unread)


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
class Report:
    """What was fed back, once; `answers` are closed choices (no personal data), `remark` is sealed at rest."""

    id: str
    verification_id: str
    n: int
    result: str
    remark: str
    answers: dict[str, Any]
    reported_by: str
    reported_at: datetime
    received_by: str = ""
    received_at: datetime | None = None
    undone_at: datetime | None = None


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


def _under(path: str) -> sa.Select[tuple[str]]:
    """The codes of every area under a path."""
    return sa.select(area.table.c.code).where(area.table.c.path.startswith(path, autoescape=True))


def open_cases(tx: Tx, path: str, limit: int, *, untaken: bool = False, late: bool = False) -> list[Case]:
    """What waits under an area path, the most urgent first; only what nobody has taken, or only what is late."""
    wanted = _case.where(_waits, table.c.area_code.in_(_under(path))).order_by(table.c.due_at, table.c.id).limit(limit)
    if untaken:
        wanted = wanted.where(table.c.state == State.OPEN.value)
    if late:
        wanted = wanted.where(table.c.due_at < tx.now)
    return [_read(tx, row) for row in tx.all(wanted)]


def open_count(tx: Tx, path: str) -> tuple[int, int]:
    """How many wait under an area path, and how many of them are past their time."""
    late = sa.func.coalesce(sa.func.sum(sa.case((table.c.due_at < tx.now, 1), else_=0)), 0)
    row = tx.one(sa.select(sa.func.count(), late).where(_waits, table.c.area_code.in_(_under(path))))
    return (int(row[0]), int(row[1])) if row else (0, 0)


def insert_many(tx: Tx, tasks: Sequence[Verification]) -> None:
    """Write new custodies and their first journal lines in bulk."""
    bulk.insert_cells(tx.conn, table, _CELLS, list(map(_cells, tasks)))
    for task in tasks:
        tx.note(f"verification:{task.id}", 1, "born", "", task.state, {"area": task.area_code})


_so_far = sa.select(sa.func.max(reports.c.n)).where(reports.c.verification_id == sa.bindparam("task"))
_next_n = sa.func.coalesce(_so_far.scalar_subquery(), 0) + 1
_add_report = (
    reports.insert()
    .values({name: _next_n if name == "n" else sa.bindparam(name) for name in Report.__dataclass_fields__})
    .returning(reports.c.n)
)


def add_report(tx: Tx, task: Verification, result: str, remark: str, answers: dict[str, Any]) -> Report:
    """Keep what was fed back; the n-th report of this custody."""
    report = Report(tx.id(), task.id, 0, result, remark, answers, tx.actor, tx.now)
    values = {name: getattr(report, name) for name in Report.__dataclass_fields__}
    values["remark"] = tx.keys.seal(remark, "report", "remark", report.id)
    row = tx.one(_add_report, {name: value for name, value in values.items() if name != "n"} | {"task": task.id})
    return replace(report, n=int(row.n))


_waiting = (reports.c.received_at.is_(None), reports.c.undone_at.is_(None))
_report = sa.select(*[reports.c[name] for name in Report.__dataclass_fields__])


_last_report = _report.where(reports.c.verification_id == sa.bindparam("task")).order_by(reports.c.n.desc()).limit(1)


def _read_report(tx: Tx, row: Any) -> Report:
    values = dict(zip(Report.__dataclass_fields__, row, strict=True))
    return Report(**(values | {"remark": tx.keys.open(values["remark"], "report", "remark", values["id"])}))


def report(tx: Tx, the_id: str) -> Report | None:
    """A report by its id, or None."""
    row = tx.one(_report.where(reports.c.id == the_id).with_for_update())
    return None if row is None else _read_report(tx, row)


def last_report(tx: Tx, task: Verification) -> Report | None:
    """What was fed back last in this custody, or None."""
    row = tx.one(_last_report, {"task": task.id})
    return None if row is None else _read_report(tx, row)


def version(tx: Tx, task: Verification, n: int) -> Report | None:
    """The n-th report of a custody, or None."""
    row = tx.one(_report.where(reports.c.verification_id == task.id, reports.c.n == n))
    return None if row is None else _read_report(tx, row)


def unreceived(tx: Tx, path: str, limit: int) -> list[str]:
    """The ids of reports under an area path that the CDC has not received, the oldest first."""
    wanted = sa.select(reports.c.id).join(table, table.c.id == reports.c.verification_id)
    wanted = wanted.where(*_waiting, table.c.area_code.in_(_under(path)))
    return [row.id for row in tx.all(wanted.order_by(reports.c.reported_at).limit(limit))]


def unreceived_count(tx: Tx, path: str) -> int:
    """How many reports under an area path wait for the CDC."""
    wanted = sa.select(sa.func.count()).join_from(reports, table, table.c.id == reports.c.verification_id)
    row = tx.one(wanted.where(*_waiting, table.c.area_code.in_(_under(path))))
    return int(row[0]) if row else 0


def last_reported_by(tx: Tx, member: str, since: datetime) -> str | None:
    """The verification of a member's newest feedback since a time, not taken back yet, or None."""
    mine = (reports.c.reported_by == member, reports.c.reported_at >= since, reports.c.undone_at.is_(None))
    newest = (
        sa.select(reports.c.verification_id)
        .where(*mine)
        .order_by(reports.c.reported_at.desc(), reports.c.id.desc())
        .limit(1)
    )
    row = tx.one(newest)
    return None if row is None else str(row.verification_id)


_newest = sa.select(sa.func.max(reports.c.n)).where(reports.c.verification_id == sa.bindparam("task")).scalar_subquery()
_take_back = (
    reports.update()
    .where(reports.c.verification_id == sa.bindparam("task"), reports.c.n == _newest)
    .where(reports.c.reported_by == sa.bindparam("by"), reports.c.reported_at >= sa.bindparam("since", type_=Utc))
    .where(*_waiting, reports.c.result != Result.FORWARD.value)
    .values(undone_at=sa.bindparam("now", type_=Utc))
    .returning(*[reports.c[name] for name in Report.__dataclass_fields__])
)


def take_back(tx: Tx, task: Verification, since: datetime) -> Report | None:
    """The actor takes back the newest report, made since then, theirs and not received; None where it is not so.

    It stays in the history. A forward is never taken back: it is withdrawn.
    """
    row = tx.one(_take_back, {"task": task.id, "by": tx.actor, "since": since, "now": tx.now})
    return None if row is None else _read_report(tx, row)


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


def receive(tx: Tx, the_report: Report) -> bool:
    """The CDC has taken note; False when it had already."""
    first = (reports.c.id == the_report.id, reports.c.received_at.is_(None))
    done = tx.run(reports.update().where(*first).values(received_by=tx.actor, received_at=tx.now)) == 1
    if done:
        tx.note(f"report:{the_report.id}", 1, "received", "", "received", {})
    return done
