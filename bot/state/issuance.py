"""An issuance (发放记录): a kit given to one person and a code bound to them. Law: all of it stands, or nothing.

Stock, band, record and the person's state are written in the caller's transaction; nothing is deleted, an undone or
replaced issuance stays with who ended it, when and why. Lock order: the contact, then its issuance, then bands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import band, contact, stock
from bot.state.band import Band
from bot.state.base import Json, Utc, id_column, metadata, one_of
from bot.state.contact import Contact
from bot.state.machine import Life, edge
from bot.state.stock import Stock
from bot.state.unit import Noun, Tx


class State(StrEnum):
    """The life of an issuance."""

    ACTIVE = "active"
    UNDONE = "undone"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state's word for people."""
        return {"active": "已发放", "undone": "已撤销", "replaced": "已更换", "withdrawn": "已收回"}[self.value]


class Reason(StrEnum):
    """Why a band is replaced (DOMAIN §2.5); `swapped` ends two at once."""

    LOST = "lost"
    DAMAGED = "damaged"
    WRONG = "wrong"
    SWAPPED = "swapped"


life = Life(
    "issuance",
    State,
    [
        edge("undone", State.ACTIVE, State.UNDONE),
        edge("replaced", State.ACTIVE, State.REPLACED),
        edge("withdrawn", State.ACTIVE, State.WITHDRAWN),
    ],
    born=[State.ACTIVE],
)

table = sa.Table(
    "issuance",
    metadata,
    id_column(),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False, index=True),
    sa.Column("band_id", sa.String(32), sa.ForeignKey("band.id"), nullable=False, index=True),
    sa.Column("area_code", sa.String(32), nullable=False),
    sa.Column("items", Json, nullable=False),
    sa.Column("issued_by", sa.String(64), nullable=False),
    sa.Column("issued_at", Utc, nullable=False),
    sa.Column("ended_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("ended_at", Utc),
    sa.Column("reason", sa.String(24), nullable=False, server_default=""),
    one_of("state", State),
)
_active = table.c.state == State.ACTIVE.value
sa.Index("uq_issuance_person", table.c.contact_id, unique=True, sqlite_where=_active, postgresql_where=_active)
sa.Index("uq_issuance_band", table.c.band_id, unique=True, sqlite_where=_active, postgresql_where=_active)
sa.Index("ix_issuance_member", table.c.issued_by, table.c.issued_at)


@dataclass(frozen=True, slots=True)
class Issuance:
    """One kit given once; `items` is what was in it, as label → pieces; `ended_*` and `reason` tell of its end."""

    id: str
    state: str
    version: int
    contact_id: str
    band_id: str
    area_code: str
    items: Mapping[str, int]
    issued_by: str
    issued_at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What a person holds: the record of it, and the band they wear."""

    record: Issuance
    band: Band


noun: Noun[Issuance] = Noun(Issuance, table, life)
_held = (
    sa.select(*noun.select.selected_columns, *band.noun.select.selected_columns)
    .select_from(table.join(band.table, band.table.c.id == table.c.band_id))
    .where(_active)
)
_of_person = _held.where(table.c.contact_id == sa.bindparam("person"))
_of_member = (
    _held.where(table.c.issued_by == sa.bindparam("member"), table.c.issued_at >= sa.bindparam("since"))
    .order_by(table.c.issued_at.desc(), table.c.id.desc())
    .limit(1)
)
_WIDTH = len(Issuance.__dataclass_fields__)


def _read(tx: Tx, row: Any) -> Held | None:
    if row is None:
        return None
    cells: Any = tuple(row)
    return Held(noun.read(tx.keys, cells[:_WIDTH]), band.noun.read(tx.keys, cells[_WIDTH:]))


def active(tx: Tx, contact_id: str, *, lock: bool = False) -> Held | None:
    """What a person holds now, or None; `lock` holds both rows till the end of the transaction."""
    return _read(tx, tx.one(_of_person.with_for_update() if lock else _of_person, {"person": contact_id}))


def holding(tx: Tx, contact_ids: Sequence[str]) -> set[str]:
    """Who of these people holds something now."""
    rows = tx.all(sa.select(table.c.contact_id).where(table.c.contact_id.in_(contact_ids), _active))
    return {row.contact_id for row in rows}


def last_by(tx: Tx, member: str, since: datetime) -> Held | None:
    """What a member has issued last since a time and what still stands, or None."""
    return _read(tx, tx.one(_of_member, {"member": member, "since": since}))


def issue(tx: Tx, person: Contact, fresh: Band, items: Mapping[str, int]) -> tuple[Issuance, list[Stock]]:
    """Give a kit and bind a band (both locked by the caller, who asked whether they may); what now runs low.

    `stock.Short` when the point lacks something; who wears a band already, or whose band it was, the database refuses.
    """
    made, low = _give(tx, person, fresh, items, "issued")
    contact.noun.fire(tx, person, "issued", {"issuance": made.id})
    return made, low


def undo(tx: Tx, given: Held, person: Contact) -> None:
    """As if it had not been given: the kit lies at the point again, the band waits for the same person."""
    _end(tx, given.record, "undone", "")
    band.release(tx, given.band)
    stock.give_back(tx, given.record.items, given.record.id)
    contact.noun.fire(tx, person, "issue_undone", {"issuance": given.record.id})


def replace(
    tx: Tx, given: Held, person: Contact, fresh: Band, reason: Reason, items: Mapping[str, int]
) -> tuple[Issuance, list[Stock]]:
    """Another band for the same person: the old one is retired; `items` is what is given with the new one."""
    retire(tx, given, "replaced", reason)
    return _give(tx, person, fresh, items, "reissued", {"instead": given.record.id})


def retire(tx: Tx, given: Held, event: str, reason: str) -> None:
    """An issuance ends and its band with it, for good."""
    _end(tx, given.record, event, reason)
    band.retire(tx, given.band, reason)


def withdraw(tx: Tx, contact_id: str, reason: str) -> Held | None:
    """The person is not to be moved after all: their band is retired; what they had, or None.

    The kit is not counted back: it is in their hands. The person's state is the caller's affair.
    """
    given = active(tx, contact_id, lock=True)
    if given is not None:
        retire(tx, given, "withdrawn", reason)
    return given


def _give(
    tx: Tx, person: Contact, fresh: Band, items: Mapping[str, int], event: str, facts: Mapping[str, Any] | None = None
) -> tuple[Issuance, list[Stock]]:
    the_id = tx.id()
    low = stock.take(tx, person.area_code, items, the_id)
    bound = band.bind(tx, fresh, person.id)
    made = Issuance(the_id, State.ACTIVE, 1, person.id, bound.id, person.area_code, dict(items), tx.actor, tx.now)
    noun.insert(tx, made, event, contact=person.id, band=bound.id, **(facts or {}))
    return made, low


def _end(tx: Tx, given: Issuance, event: str, reason: str) -> Issuance:
    return noun.fire(tx, given, event, {"reason": reason}, ended_by=tx.actor, ended_at=tx.now, reason=reason)
