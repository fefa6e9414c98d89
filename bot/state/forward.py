"""A forward (转发): a task offered to another community. Law: a contact has at most one open forward.

It is ended by accept, return, withdrawal, or by the street's lead when the task has come round in a circle. While it is
open the contact is `forwarded`; the clock of the task keeps running, whoever has it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.state import area
from bot.state.base import Utc, id_column, metadata, one_of
from bot.state.machine import Life, edge
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """The life of a forward; `disputed` has come back to a community that had sent it away."""

    OFFERED = "offered"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    RULED = "ruled"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return LABELS[self]


LABELS = {
    State.OFFERED: "待接收",
    State.DISPUTED: "待负责人裁定",
    State.ACCEPTED: "已接收",
    State.RETURNED: "已退回",
    State.WITHDRAWN: "已撤回",
    State.RULED: "已裁定",
}
life = Life(
    "forward",
    State,
    [
        edge("accepted", State.OFFERED, State.ACCEPTED),
        edge("returned", State.OFFERED, State.RETURNED),
        edge("withdrawn", (State.OFFERED, State.DISPUTED), State.WITHDRAWN),
        edge("ruled", State.DISPUTED, State.RULED),
    ],
    born=[State.OFFERED, State.DISPUTED],
)
table = sa.Table(
    "forward",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False, index=True),
    sa.Column("verification_id", sa.String(32), sa.ForeignKey("verification.id"), nullable=False, index=True),
    sa.Column("from_area", sa.String(32), nullable=False),
    sa.Column("to_area", sa.String(32), nullable=False),
    sa.Column("sent_by", sa.String(64), nullable=False),
    sa.Column("sent_at", Utc, nullable=False),
    sa.Column("ended_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("ended_at", Utc),
    sa.Column("reason", sa.LargeBinary, nullable=False),
    one_of("state", State),
)
_open = table.c.state.in_([State.OFFERED.value, State.DISPUTED.value])
sa.Index("uq_forward_open", table.c.contact_id, unique=True, sqlite_where=_open, postgresql_where=_open)


@dataclass(frozen=True, slots=True)
class Forward:
    """One offer of a task; `reason` (why it was returned) is sealed at rest."""

    id: str
    state: str
    version: int
    contact_id: str
    verification_id: str
    from_area: str
    to_area: str
    sent_by: str
    sent_at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None
    reason: str = ""


noun: Noun[Forward] = Noun(Forward, table, life, ["reason"])


_with_target = (
    sa.select(*noun.select.selected_columns, *area.table.c)
    .join(area.table, area.table.c.code == table.c.to_area)
    .where(table.c.id == sa.bindparam("the_id"))
    .with_for_update(of=table)
)


def load(tx: Tx, the_id: str) -> tuple[Forward, area.Area] | None:
    """An offer, locked, and the community it is made to; or None."""
    row = tx.one(_with_target, {"the_id": the_id})
    width = len(Forward.__dataclass_fields__)
    return None if row is None else (noun.read(tx.keys, row[:width]), area.of_row(row[width:]))


def had_it(tx: Tx, contact_id: str) -> set[str]:
    """The communities that have sent this person on before, and had not got them back."""
    moved = table.c.state.in_([State.ACCEPTED.value, State.RULED.value])
    rows = tx.all(sa.select(table.c.from_area).where(table.c.contact_id == contact_id, moved))
    return {row.from_area for row in rows}


def all_of(tx: Tx, contact_id: str) -> list[Forward]:
    """Every forward of a person, the oldest first."""
    return noun.where(tx, table.c.contact_id == contact_id, order=table.c.sent_at)


def open_of(tx: Tx, verification_id: str) -> Forward | None:
    """The open forward of a task, locked, or None."""
    row = tx.one(noun.select.where(table.c.verification_id == verification_id, _open).with_for_update())
    return None if row is None else noun.read(tx.keys, row)
