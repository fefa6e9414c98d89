"""A report (反馈): what was fed back of a verification, once. Law: what it says stays; a correction is another one."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.state import area, verification
from bot.state.base import Json, Utc, id_column, metadata
from bot.state.unit import Tx
from bot.state.verification import Result, Verification

_task = verification.table
table = sa.Table(
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
_unread = table.c.received_at.is_(None)
sa.Index("ix_report_reported_by", table.c.reported_by, table.c.reported_at)
sa.Index("ix_report_unreceived", table.c.reported_at, sqlite_where=_unread, postgresql_where=_unread)


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


_newest = sa.select(sa.func.max(table.c.n)).where(table.c.verification_id == sa.bindparam("task")).scalar_subquery()
_next_n = sa.func.coalesce(_newest, 0) + 1
_add = (
    table.insert()
    .values({name: _next_n if name == "n" else sa.bindparam(name) for name in Report.__dataclass_fields__})
    .returning(table.c.n)
)


def add(tx: Tx, task: Verification, result: str, remark: str, answers: dict[str, Any]) -> Report:
    """Keep what was fed back; the n-th report of this custody."""
    report = Report(tx.id(), task.id, 0, result, remark, answers, tx.actor, tx.now)
    values = {name: getattr(report, name) for name in Report.__dataclass_fields__}
    values["remark"] = tx.keys.seal(remark, "report", "remark", report.id)
    row = tx.one(_add, {name: value for name, value in values.items() if name != "n"} | {"task": task.id})
    return replace(report, n=int(row.n))


_waiting = (table.c.received_at.is_(None), table.c.undone_at.is_(None))
_COLUMNS = [table.c[name] for name in Report.__dataclass_fields__]
_select = sa.select(*_COLUMNS)
_last = _select.where(table.c.verification_id == sa.bindparam("task")).order_by(table.c.n.desc()).limit(1)


def _read(tx: Tx, row: Any) -> Report:
    values = dict(zip(Report.__dataclass_fields__, row, strict=True))
    return Report(**(values | {"remark": tx.keys.open(values["remark"], "report", "remark", values["id"])}))


def find(tx: Tx, the_id: str) -> Report | None:
    """A report by its id, or None."""
    row = tx.one(_select.where(table.c.id == the_id).with_for_update())
    return None if row is None else _read(tx, row)


def last(tx: Tx, task: Verification) -> Report | None:
    """What was fed back last in this custody, or None."""
    row = tx.one(_last, {"task": task.id})
    return None if row is None else _read(tx, row)


def version(tx: Tx, task: Verification, n: int) -> Report | None:
    """The n-th report of a custody, or None."""
    row = tx.one(_select.where(table.c.verification_id == task.id, table.c.n == n))
    return None if row is None else _read(tx, row)


def _waits_under(path: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (*_waiting, _task.c.area_code.in_(area.codes([path])))


def unreceived(tx: Tx, path: str, limit: int) -> list[str]:
    """The ids of reports under an area path that the CDC has not received, the oldest first."""
    wanted = sa.select(table.c.id).join(_task, _task.c.id == table.c.verification_id).where(*_waits_under(path))
    return [row.id for row in tx.all(wanted.order_by(table.c.reported_at).limit(limit))]


def unreceived_count(tx: Tx, path: str) -> int:
    """How many reports under an area path wait for the CDC."""
    wanted = sa.select(sa.func.count()).join_from(table, _task, _task.c.id == table.c.verification_id)
    row = tx.one(wanted.where(*_waits_under(path)))
    return int(row[0]) if row else 0


def last_by(tx: Tx, member: str, since: datetime) -> str | None:
    """The verification of a member's newest feedback since a time, not taken back yet, or None."""
    mine = (table.c.reported_by == member, table.c.reported_at >= since, table.c.undone_at.is_(None))
    newest = (
        sa.select(table.c.verification_id).where(*mine).order_by(table.c.reported_at.desc(), table.c.id.desc()).limit(1)
    )
    row = tx.one(newest)
    return None if row is None else str(row.verification_id)


_take_back = (
    table.update()
    .where(table.c.verification_id == sa.bindparam("task"), table.c.n == _newest)
    .where(table.c.reported_by == sa.bindparam("by"), table.c.reported_at >= sa.bindparam("since", type_=Utc))
    .where(*_waiting, table.c.result != Result.FORWARD.value)
    .values(undone_at=sa.bindparam("now", type_=Utc))
    .returning(*_COLUMNS)
)


def take_back(tx: Tx, task: Verification, since: datetime) -> Report | None:
    """The actor takes back the newest report, made since then, theirs and not received; None where it is not so.

    It stays in the history. A forward is never taken back: it is withdrawn.
    """
    row = tx.one(_take_back, {"task": task.id, "by": tx.actor, "since": since, "now": tx.now})
    return None if row is None else _read(tx, row)


def receive(tx: Tx, the_select: Report) -> bool:
    """The CDC has taken note; False when it had already."""
    first = (table.c.id == the_select.id, table.c.received_at.is_(None))
    done = tx.run(table.update().where(*first).values(received_by=tx.actor, received_at=tx.now)) == 1
    if done:
        tx.note(f"report:{the_select.id}", 1, "received", "", "received", {})
    return done
