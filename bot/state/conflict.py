"""A conflict: a second listing of a person contradicts what is known. Law: what is known stays till the CDC decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.state import area, contact
from bot.state.base import Utc, id_column, metadata, one_of
from bot.state.machine import Life, edge
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """Open until the CDC keeps what is known or takes what is new."""

    OPEN = "open"
    KEPT = "kept"
    TAKEN = "taken"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return {"open": "待核对", "kept": "已保留原记录", "taken": "已采用新名单"}[self.value]


life = Life(
    "conflict",
    State,
    [edge("kept", State.OPEN, State.KEPT), edge("taken", State.OPEN, State.TAKEN)],
    born=[State.OPEN],
)
table = sa.Table(
    "conflict",
    metadata,
    id_column(),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("field", sa.String(24), nullable=False),
    sa.Column("known", sa.LargeBinary, nullable=False),
    sa.Column("listed", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    one_of("state", State),
)
_open = table.c.state == State.OPEN.value
sa.Index("uq_conflict_open", table.c.contact_id, table.c.field, unique=True, sqlite_where=_open, postgresql_where=_open)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field of one person with two values; both are sealed at rest."""

    id: str
    state: str
    version: int
    contact_id: str
    field: str
    known: str
    listed: str
    created_at: datetime


noun: Noun[Conflict] = Noun(Conflict, table, life, ["known", "listed"])


def note(tx: Tx, contact_id: str, field: str, known: str, listed: str) -> bool:
    """Keep a contradiction; False when the same field of the person already waits."""
    waiting = sa.select(table.c.id).where(table.c.contact_id == contact_id, table.c.field == field, _open)
    if tx.one(waiting) is not None:
        return False
    noun.insert(tx, Conflict(tx.id(), State.OPEN, 1, contact_id, field, known, listed, tx.now), "noted", field=field)
    return True


def _under(paths: Sequence[str]) -> sa.ColumnElement[bool]:
    """Of people who are under one of these area paths, or who have no community yet."""
    person = contact.table.c
    here = sa.or_(person.area_code == "", person.area_code.in_(area.codes(paths)))
    return sa.exists().where(person.id == table.c.contact_id, here)


def following(tx: Tx, after: str, paths: Sequence[str]) -> Conflict | None:
    """The oldest open conflict after an id, of somebody under these area paths, or None."""
    row = tx.one(noun.select.where(_open, table.c.id > after, _under(paths)).order_by(table.c.id).limit(1))
    return None if row is None else noun.read(tx.keys, row)


def open_count(tx: Tx, paths: Sequence[str]) -> int:
    """How many wait for the CDC under these area paths."""
    row = tx.one(sa.select(sa.func.count()).select_from(table).where(_open, _under(paths)))
    return int(row[0])
