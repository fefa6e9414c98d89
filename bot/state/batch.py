"""A batch of codes: printed by us under one key, or another maker's, registered before its first code is taken.

Law: no code without a batch. A retired batch gives out no more bands; those that people wear stay good. An unbound
code of ours may be printed again, and every printing is a line of the journal; a code that was bound never is.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.state.base import Utc, id_column, metadata, one_of
from bot.state.code import Maker
from bot.state.machine import Life, edge
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """The life of a batch."""

    OPEN = "open"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return {"open": "在用", "retired": "已停用"}[self.value]


life = Life("batch", State, [edge("retired", State.OPEN, State.RETIRED)], born=[State.OPEN])

table = sa.Table(
    "batch",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.String(32), nullable=False),
    sa.Column("maker", sa.String(16), nullable=False, server_default=""),
    sa.Column("form", sa.String(200), nullable=False, server_default=""),
    sa.Column("key_id", sa.String(8), nullable=False, server_default="", index=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("printed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("reason", sa.String(64), nullable=False, server_default=""),
    sa.Column("created_at", Utc, nullable=False),
    one_of("state", State),
)
sa.Index("uq_batch_name", table.c.name, unique=True)


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch; `maker` is "" for ours, `form` a regular expression, `printed` how often its sheets were printed."""

    id: str
    state: str
    version: int
    name: str
    maker: str
    form: str
    key_id: str
    count: int
    printed: int
    created_at: datetime
    reason: str = ""


noun: Noun[Batch] = Noun(Batch, table, life)


def by_name(tx: Tx, name: str) -> Batch | None:
    """The batch of this name, locked, or None."""
    row = tx.one(noun.select.where(table.c.name == name).with_for_update())
    return None if row is None else noun.read(tx.keys, row)


def every(tx: Tx) -> list[Batch]:
    """All batches, the oldest first."""
    return noun.where(tx, order=(table.c.created_at, table.c.id))


def makers(tx: Tx) -> list[Maker]:
    """The forms of other makers' codes, retired ones too: a code of theirs must hear that it is retired."""
    rows = tx.all(sa.select(table.c.maker, table.c.form).where(table.c.maker != "").distinct())
    return [Maker(row.maker, row.form) for row in rows]


def printed_under(tx: Tx, key_id: str) -> bool:
    """Whether we once printed codes under a key of this id."""
    return tx.one(sa.select(table.c.id).where(table.c.key_id == key_id).limit(1)) is not None


def next_name(tx: Tx, day: str) -> str:
    """A free name for a batch of ours: `B20261123-2`."""
    taken = {row.name for row in tx.all(sa.select(table.c.name).where(table.c.name.like(f"B{day}-%")))}
    return next(name for n in range(1, len(taken) + 2) if (name := f"B{day}-{n}") not in taken)
