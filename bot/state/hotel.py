"""A quarantine hotel: where it is, how many it takes, and where its own system wants to be told."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.state.area import Area
from bot.state.base import metadata
from bot.state.unit import Tx

table = sa.Table(
    "hotel",
    metadata,
    sa.Column("code", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("address", sa.String(200), nullable=False, server_default=""),
    sa.Column("capacity", sa.Integer, nullable=False, server_default="0"),
    sa.Column("area_code", sa.String(32), nullable=False, server_default=""),
    sa.Column("push_url", sa.String(512), nullable=False, server_default=""),
    sa.Column("push_key", sa.LargeBinary),
)


@dataclass(frozen=True, slots=True)
class Hotel:
    """One hotel of `hotels.csv`; `capacity` 0 means that nobody has said how many it takes."""

    code: str
    name: str
    address: str
    capacity: int
    area_code: str
    push_url: str

    @property
    def path(self) -> str:
        """The jurisdiction of its staff."""
        return path_of(self.code)


def path_of(code: str) -> str:
    """The jurisdiction of the staff of a hotel's code; no area lies above it."""
    return f"/h/{code}/"


_select = sa.select(*[table.c[name] for name in ("code", "name", "address", "capacity", "area_code", "push_url")])


def find(tx: Tx, code: str) -> Hotel | None:
    """The hotel of a code, or None when it is no longer in the directory."""
    row = tx.one(_select.where(table.c.code == code))
    return None if row is None else Hotel(*row)


def near(tx: Tx, place: Area) -> list[Hotel]:
    """Every hotel, those of the area's own district before those of its city, before all others."""
    codes = place.path.strip("/").split("/")
    rows: Any = tx.all(_select.order_by(table.c.code))
    found = [Hotel(*row) for row in rows]
    return sorted(found, key=lambda one: -codes.index(one.area_code) if one.area_code in codes else 1)


def push_key(tx: Tx, code: str) -> str:
    """The secret shared with the hotel's own system, or an empty text."""
    row = tx.one(sa.select(table.c.push_key).where(table.c.code == code))
    return "" if row is None else tx.keys.open(row.push_key, "hotel", "push_key", code)
