"""A boarding (上车): one person on one vehicle. Law: nobody rides on two, kept by the database."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.state.base import Utc, among, id_column, metadata, one_of
from bot.state.machine import Life, edge
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """The life of a boarding; `strayed` left with the vehicle and was not found at the hotel."""

    ABOARD = "aboard"
    UNDONE = "undone"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    STRAYED = "strayed"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return {
            "aboard": "已上车", "undone": "已下车", "departed": "已接走", "arrived": "已入住", "strayed": "未到酒店",
        }[self.value]  # fmt: skip


class How(StrEnum):
    """How it became known: by the code, by hand because there was none, or written down later."""

    SCAN = "scan"
    MANUAL = "manual"
    LATER = "later"


life = Life(
    "boarding",
    State,
    [
        edge("undone", State.ABOARD, State.UNDONE),
        edge("departed", State.ABOARD, State.DEPARTED),
        edge("arrived", State.DEPARTED, State.ARRIVED),
        edge("strayed", State.DEPARTED, State.STRAYED),
    ],
    born=[State.ABOARD],
)
table = sa.Table(
    "boarding",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("notice_id", sa.String(32), sa.ForeignKey("notice.id"), nullable=False, index=True),
    sa.Column("vehicle_id", sa.String(32), sa.ForeignKey("vehicle.id"), nullable=False, index=True),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False, index=True),
    sa.Column("band_id", sa.String(32), nullable=False, server_default=""),
    sa.Column("how", sa.String(8), nullable=False),
    sa.Column("reason", sa.LargeBinary, nullable=False),
    sa.Column("boarded_by", sa.String(64), nullable=False),
    sa.Column("boarded_at", Utc, nullable=False),
    sa.Column("ended_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("ended_at", Utc),
    one_of("state", State),
    one_of("how", How, "how"),
)
_riding = among(table.c.state, State.ABOARD, State.DEPARTED)
sa.Index("uq_boarding_riding", table.c.contact_id, unique=True, sqlite_where=_riding, postgresql_where=_riding)


@dataclass(frozen=True, slots=True)
class Boarding:
    """One person on one vehicle; `boarded_at` is when they stepped in, `reason` (sealed) why without a code, or off."""

    id: str
    state: str
    version: int
    notice_id: str
    vehicle_id: str
    contact_id: str
    band_id: str
    how: str
    reason: str
    boarded_by: str
    boarded_at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None


noun: Noun[Boarding] = Noun(Boarding, table, life, ["reason"])


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def riding(tx: Tx, contact_id: str) -> Boarding | None:
    """The person's boarding on a vehicle that stands or drives, or the last one that arrived; None without any."""
    order = (sa.case((_riding, 0), else_=1), table.c.id.desc())
    rows = noun.where(tx, table.c.contact_id == contact_id, table.c.state != State.UNDONE.value, order=order, limit=1)
    return rows[0] if rows else None


def number(tx: Tx, row: Boarding) -> int:
    """Which one they were on their vehicle, from 1, of those who are still on it."""
    before = (table.c.vehicle_id == row.vehicle_id, table.c.state != State.UNDONE.value, table.c.id <= row.id)
    found = tx.one(sa.select(sa.func.count()).select_from(table).where(*before))
    return int(found[0])


def of_notice(tx: Tx, notice_id: str) -> list[Boarding]:
    """Every boarding of a notice, also undone ones, in the order in which they were made."""
    return noun.where(tx, table.c.notice_id == notice_id, order=table.c.id)


def aboard(tx: Tx, vehicle_id: str) -> list[Boarding]:
    """Who sits in a vehicle that has not left, in the order in which they boarded."""
    return noun.where(tx, table.c.vehicle_id == vehicle_id, table.c.state == State.ABOARD.value, order=table.c.id)
