"""What the CDC's own system is told of each report: one document, the same in the feed and in the webhook.

Law: the feed goes by ids, which begin with the time at which their turn began, and shows one only when no turn that
began before it can still commit. So whoever follows the cursor misses nothing and meets nothing twice.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.state import area, contact, offline_duty, reports, verification
from bot.state.machine import Refused
from bot.state.unit import Tx
from cards import mask, refusals, words

SETTLED = timedelta(seconds=5)  # how far the clocks of several hosts may differ
_report, _task, _person = reports.table, verification.table, contact.table
_told = (
    sa.select(
        *[_report.c[name] for name in reports.Report.__dataclass_fields__],
        _task.c.contact_id,
        _task.c.area_code,
        _person.c.list_no,
        _person.c.name.label("person_name"),
        area.table.c.name.label("community"),
        offline_duty.table.c.state.label("duty"),
    )
    .join(_task, _task.c.id == _report.c.verification_id)
    .join(_person, _person.c.id == _task.c.contact_id)
    .join(area.table, area.table.c.code == _task.c.area_code, isouter=True)
    .join(offline_duty.table, offline_duty.table.c.report_id == _report.c.id, isouter=True)
)
# Only turns that write hold the feed back: a backup that reads for an hour does not.
_age = sa.text(
    "SELECT extract(epoch FROM max(clock_timestamp() - xact_start)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
)


def of(tx: Tx, the_id: str) -> dict[str, Any]:
    """The document of one report, ready for JSON; `Refused` when there is none."""
    row = tx.one(_told.where(_report.c.id == the_id))
    if row is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    return _document(tx, row)


def feed(tx: Tx, after: str, limit: int, settled: timedelta = SETTLED) -> tuple[Sequence[Mapping[str, Any]], bool]:
    """Up to `limit` documents behind the report `after` (`""`: from the first), and whether more is there already."""
    horizon = _horizon(tx, settled)  # before the rows are read: what commits in between is then among them
    wanted = _told.where(_report.c.id > after, _report.c.id < horizon).order_by(_report.c.id).limit(limit + 1)
    rows = tx.all(wanted)
    return [_document(tx, row) for row in rows[:limit]], len(rows) > limit


def _horizon(tx: Tx, settled: timedelta) -> str:
    """Ids below this are final. SQLite has one writer, so only the clock could come back; ages need no common clock."""
    open_since = timedelta()
    if tx.conn.dialect.name == "postgresql":
        open_since = timedelta(seconds=float(tx.conn.execute(_age).scalar() or 0))
    return f"{int((tx.now - open_since - settled).timestamp() * 1000):012x}"


def _document(tx: Tx, row: sa.Row[Any]) -> dict[str, Any]:
    name = tx.keys.open(row.person_name, "contact", "name", row.contact_id)
    return {
        "report_id": row.id,
        "verification_id": row.verification_id,
        "n": row.n,
        "contact_id": row.contact_id,
        "list_no": row.list_no,
        "name_masked": mask.name(name),
        "result": int(row.result),
        "result_label": words.RESULTS[int(row.result)],
        "answers": row.answers,
        "remark": tx.keys.open(row.remark, "report", "remark", row.id),
        "community": {"code": row.area_code, "name": row.community or ""},
        "reported_by": row.reported_by,
        "reported_at": _instant(row.reported_at),
        "received_at": _instant(row.received_at),
        "undone_at": _instant(row.undone_at),
        "offline_duty": row.duty,
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
