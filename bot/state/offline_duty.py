"""An offline duty (线下反馈): results 4–7 must also be told to the CDC by a person. Law: only that record ends it.

It is born in the transaction of the feedback that demands it (I-22), one for each such report, and never ends by time.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum

import sqlalchemy as sa

from bot.state import area, contact
from bot.state.base import Utc, id_column, metadata, one_of
from bot.state.contact import Contact
from bot.state.machine import Life, edge
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """The life of a duty; `void` when the CDC returned the feedback before it was done."""

    OPEN = "open"
    DONE = "done"
    VOID = "void"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return {"open": "待线下反馈", "done": "已线下反馈", "void": "已作废"}[self.value]


life = Life(
    "offline_duty",
    State,
    [edge("done", State.OPEN, State.DONE), edge("voided", State.OPEN, State.VOID)],
    born=[State.OPEN],
)

table = sa.Table(
    "offline_duty",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("report_id", sa.String(32), sa.ForeignKey("report.id"), nullable=False, unique=True),
    sa.Column("verification_id", sa.String(32), sa.ForeignKey("verification.id"), nullable=False, index=True),
    sa.Column("area_code", sa.String(32), nullable=False),
    sa.Column("holder", sa.String(64), nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("channel", sa.String(16), nullable=False, server_default=""),
    sa.Column("told_whom", sa.LargeBinary, nullable=False),
    sa.Column("told_at", Utc),
    sa.Column("done_by", sa.String(64), nullable=False, server_default=""),
    one_of("state", State),
)
_open = table.c.state == State.OPEN.value
sa.Index("uq_offline_duty_open", table.c.verification_id, unique=True, sqlite_where=_open, postgresql_where=_open)


@dataclass(frozen=True, slots=True)
class OfflineDuty:
    """One duty; `told_whom` is sealed at rest, `told_at` is when the person says the CDC was told."""

    id: str
    state: str
    version: int
    report_id: str
    verification_id: str
    area_code: str
    holder: str
    created_at: datetime
    due_at: datetime
    channel: str = ""
    told_whom: str = ""
    told_at: datetime | None = None
    done_by: str = ""


noun: Noun[OfflineDuty] = Noun(OfflineDuty, table, life, ["told_whom"])

_TIME = re.compile(r"([01]?\d|2[0-3])[:：点时]([0-5]\d)?分?")
_SHANGHAI = timezone(timedelta(hours=8))


def heard(said: str, now: datetime) -> tuple[str, datetime]:
    """Whom and when out of a sentence such as `区疾控王医生 10:20`; without a time it is now, and never the future."""
    match = _TIME.search(said)
    name = (said[: match.start()] + said[match.end() :] if match else said).strip(" ，,。")
    if match is None:
        return name, now
    local = now.astimezone(_SHANGHAI).replace(hour=int(match[1]), minute=int(match[2] or 0), second=0, microsecond=0)
    return name, local - timedelta(days=1) if local > now else local


def open_under(tx: Tx, paths: list[str], limit: int) -> list[OfflineDuty]:
    """What is still owed under some area paths, the most urgent first."""
    return noun.where(
        tx, _open, table.c.area_code.in_(area.codes(paths)), order=(table.c.due_at, table.c.id), limit=limit
    )


_void = (
    table.update()
    .where(table.c.verification_id == sa.bindparam("task"), _open)
    .values(state=State.VOID.value, version=table.c.version + 1)
    .returning(table.c.id, table.c.version)
)


def void(tx: Tx, verification_id: str) -> list[str]:
    """The feedback that demanded it is gone: an open duty of the task falls away; the ids of what fell."""
    after = life.next(State.OPEN, "voided")
    fallen = tx.all(_void, {"task": verification_id})
    for row in fallen:
        tx.note(f"{life.noun}:{row.id}", row.version, "voided", State.OPEN, after, {})
    return [row.id for row in fallen]


def close_contact(tx: Tx, person: Contact) -> Contact:
    """The person's road is told to the CDC in both ways."""
    return contact.noun.fire(tx, person, "offline_done")
