"""A band (防疫卡 / 手环): one printed code and the one person it may ever serve.

Law, kept by the database: a code is one row; a person has at most one bound band; whose a band once was, it stays. A
binding that was undone leaves the band to the same person alone. Twins who wear each other's bands get two new ones.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import batch, code
from bot.state.base import Utc, id_column, metadata, one_of
from bot.state.code import BadCode, Code, Origin, Reason
from bot.state.machine import Life, edge
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """The life of a band; `freed` is bound no more and waits for the same person or for nobody."""

    STOCK = "stock"
    BOUND = "bound"
    FREED = "freed"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return {"stock": "未绑定", "bound": "已绑定", "freed": "已撤销绑定", "retired": "已停用"}[self.value]


life = Life(
    "band",
    State,
    [
        edge("bound", (State.STOCK, State.FREED), State.BOUND),
        edge("freed", State.BOUND, State.FREED),
        edge("retired", (State.STOCK, State.BOUND, State.FREED), State.RETIRED),
    ],
    born=[State.STOCK],
)

table = sa.Table(
    "band",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("code", sa.String(160), nullable=False),
    sa.Column("batch_id", sa.String(32), sa.ForeignKey("batch.id"), nullable=False, index=True),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), index=True),
    sa.Column("bound_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("bound_at", Utc),
    sa.Column("ended_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("ended_at", Utc),
    sa.Column("reason", sa.String(64), nullable=False, server_default=""),
    one_of("state", State),
    sa.CheckConstraint("(state <> 'stock' OR contact_id IS NULL)", name="stock_is_nobodys"),
    sa.CheckConstraint("(state NOT IN ('bound', 'freed') OR contact_id IS NOT NULL)", name="bound_is_somebodys"),
)
_bound = table.c.state == State.BOUND.value
sa.Index("uq_band_code", table.c.code, unique=True)
sa.Index("uq_band_person", table.c.contact_id, unique=True, sqlite_where=_bound, postgresql_where=_bound)


@dataclass(frozen=True, slots=True)
class Band:
    """One band; `contact_id` stays when the binding ends; `ended_*` and `reason` tell of a freed or retired one."""

    id: str
    state: str
    version: int
    code: str
    batch_id: str
    contact_id: str | None = None
    bound_by: str = ""
    bound_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    reason: str = ""

    @property
    def shown(self) -> str:
        """The code for people to read out: `7K3M-9QXW`."""
        return code.shown(self.code)

    def may_serve(self, contact_id: str) -> bool:
        """Whether it may be bound to this person: it is fresh, or was freed from the very same."""
        return self.state == State.STOCK or (self.state == State.FREED and self.contact_id == contact_id)


noun: Noun[Band] = Noun(Band, table, life)
_by_code = (
    sa.select(*noun.select.selected_columns, batch.table.c.key_id)
    .join(batch.table, batch.table.c.id == table.c.batch_id)
    .where(table.c.code == sa.bindparam("the_code"))
)
_by_person = noun.select.where(table.c.contact_id == sa.bindparam("person"), _bound)


def by_code(tx: Tx, found: Code, *, lock: bool = False) -> Band | None:
    """The band that bears a code, or None when no batch has it; `lock` holds it till the end of the transaction.

    `BadCode` for one whose key was taken away: it is given to nobody any more, however it arrives (a scan of it does
    not come as far as this). Whoever wears it is still known by it, typed, until it is replaced.
    """
    row = tx.one(_by_code.with_for_update(of=table) if lock else _by_code, {"the_code": found.value})
    if row is None:
        return None
    cells: Any = tuple(row)
    known, key_id = noun.read(tx.keys, cells[:-1]), str(cells[-1])
    if key_id and known.state in (State.STOCK, State.FREED) and not code.signs(tx.keys, key_id):
        raise BadCode(Reason.RETIRED_KEY, key_id)
    return known


def recognise(tx: Tx, text: str, *, lock: bool = False) -> Band:
    """The band behind whatever was scanned, typed or pasted, in any state; `BadCode` when there is none.

    A code of ours costs one statement; only what is not ours is looked for among other makers' forms.
    """
    try:
        found = code.read(tx.keys, text)
    except BadCode as bad:
        found = _elsewhere(tx, text, bad)
    known = by_code(tx, found, lock=lock)
    if known is None:
        raise BadCode(Reason.NOT_REGISTERED if found.origin is Origin.OTHER else Reason.NOT_PRINTED)
    return known


def _elsewhere(tx: Tx, text: str, bad: BadCode) -> Code:
    """What is no code of ours: another maker's, or the better reason why not."""
    if bad.why is Reason.UNKNOWN_KEY and batch.printed_under(tx, bad.key_id):
        raise BadCode(Reason.RETIRED_KEY, bad.key_id)
    if bad.key_id or bad.why is Reason.EMPTY:
        raise bad
    return code.read(tx.keys, text, batch.makers(tx))


def of_contact(tx: Tx, contact_id: str, *, lock: bool = False) -> Band | None:
    """The band a person wears now, or None."""
    row = tx.one(_by_person.with_for_update() if lock else _by_person, {"person": contact_id})
    return None if row is None else noun.read(tx.keys, row)


def bind(tx: Tx, band: Band, contact_id: str) -> Band:
    """Bind a band for the first time, or again to the person it was freed from.

    The caller has asked `may_serve` and `of_contact`, to say who and when; what slips by, the database refuses.
    """
    new = {"contact_id": contact_id, "bound_by": tx.actor, "bound_at": tx.now}
    facts = {"contact": contact_id}
    return noun.fire(tx, band, "bound", facts, **new, ended_by="", ended_at=None, reason="")


def release(tx: Tx, band: Band, reason: str = "") -> Band:
    """Undo a binding: from now on the band may serve the same person or nobody. `reason` names nobody."""
    return noun.fire(tx, band, "freed", {"reason": reason}, ended_by=tx.actor, ended_at=tx.now, reason=reason)


def retire(tx: Tx, band: Band, reason: str) -> Band:
    """Take a band out of use for good: 丢失, 损坏, 错绑, or with its batch. `reason` names nobody."""
    return noun.fire(tx, band, "retired", {"reason": reason}, ended_by=tx.actor, ended_at=tx.now, reason=reason)
