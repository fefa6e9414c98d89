"""Kits on hand at each point (a community), item by item. Law: Σ moves = on hand; what is not there is not given.

An item for which a point keeps no stock is not counted there: lists of goods come late, people have to leave on time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from bot.state import area, bulk
from bot.state.base import Utc, id_column, insert_once, metadata, one_of
from bot.state.unit import Tx


class Why(StrEnum):
    """Why pieces came or went."""

    OPENED = "opened"
    RECEIVED = "received"
    ISSUED = "issued"
    GIVEN_BACK = "given_back"
    SPOILT = "spoilt"
    COUNTED = "counted"


table = sa.Table(
    "stock",
    metadata,
    id_column(),
    sa.Column("area_code", sa.String(32), nullable=False),
    sa.Column("item", sa.String(32), nullable=False),
    sa.Column("on_hand", sa.Integer, nullable=False),
    sa.Column("low", sa.Integer, nullable=False),
    sa.UniqueConstraint("area_code", "item"),
    sa.CheckConstraint("on_hand >= 0", name="never_below_nothing"),
)
moves = sa.Table(
    "stock_move",
    metadata,
    id_column(),
    sa.Column("stock_id", sa.String(32), sa.ForeignKey("stock.id"), nullable=False, index=True),
    sa.Column("pieces", sa.Integer, nullable=False),
    sa.Column("why", sa.String(16), nullable=False),
    sa.Column("issuance_id", sa.String(32), nullable=False, server_default="", index=True),
    sa.Column("moved_by", sa.String(64), nullable=False),
    sa.Column("moved_at", Utc, nullable=False),
    one_of("why", Why, "why"),
    sa.CheckConstraint("pieces <> 0", name="something_moves"),
)


@dataclass(frozen=True, slots=True)
class Stock:
    """So many pieces of one item at one point; below `low` its lead is told."""

    id: str
    area_code: str
    item: str
    on_hand: int
    low: int


@dataclass(frozen=True, slots=True)
class Move:
    """Pieces that came (positive) or went, by whom and why."""

    item: str
    pieces: int
    why: str
    moved_by: str
    moved_at: datetime


class Short(Exception):
    """There is not enough of an item; `left` pieces are. Nothing has been taken."""

    def __init__(self, item: str, left: int) -> None:
        super().__init__(item)
        self.item, self.left = item, left


_select = sa.select(*[table.c[name] for name in Stock.__dataclass_fields__])


def _read(row: Any) -> Stock:
    return Stock(*row)


def at(tx: Tx, area_code: str, *, lock: bool = False) -> list[Stock]:
    """What a point has, by item."""
    wanted = _select.where(table.c.area_code == area_code).order_by(table.c.item)
    return list(map(_read, tx.all(wanted.with_for_update() if lock else wanted)))


def points(tx: Tx, paths: Sequence[str]) -> list[area.Area]:
    """The communities under these area paths that keep a stock."""
    kept = sa.select(table.c.area_code)
    codes = area.codes(paths).where(area.table.c.code.in_(kept)).order_by(area.table.c.code)
    return [place for row in tx.all(codes) if (place := area.find(tx, row.code)) is not None]


def take(tx: Tx, area_code: str, items: Mapping[str, int], issuance_id: str) -> list[Stock]:
    """Give a kit out of a point's stock; what has thereby fallen below its `low`. `Short` when something is lacking."""
    if not items:
        return []
    taken = list(map(_read, tx.all(_gone(tuple(items.items())), {"point": area_code})))
    if len(taken) < len(items):
        got = [one.id for one in taken]
        lacking = [one for one in at(tx, area_code) if one.item in items and one.id not in got]
        if lacking:
            need = _need(tuple(items.items()))
            tx.run(table.update().where(table.c.id.in_(got)).values(on_hand=table.c.on_hand + need))
            raise Short(lacking[0].item, lacking[0].on_hand)
    _write(tx, [(one, -items[one.item]) for one in taken], Why.ISSUED, issuance_id)
    return [one for one in taken if one.on_hand < one.low <= one.on_hand + items[one.item]]


def _need(items: tuple[tuple[str, int], ...]) -> sa.ColumnElement[int]:
    """How many pieces of a row's item a kit takes."""
    return sa.case(dict(items), value=table.c.item, else_=0)


@lru_cache(maxsize=16)
def _gone(items: tuple[tuple[str, int], ...]) -> Any:
    """The update that takes a kit; built once for each kit, for building costs more than running it."""
    need, names = _need(items), [item for item, _ in items]
    mine = (table.c.area_code == sa.bindparam("point"), table.c.item.in_(names), table.c.on_hand >= need)
    gone = table.update().where(*mine).values(on_hand=table.c.on_hand - need)
    return gone.returning(*_select.selected_columns)


def give_back(tx: Tx, items: Mapping[str, int], issuance_id: str) -> None:
    """The kit of an issuance that was undone lies at the point again; the moves stay, counter-moves are added.

    What the point kept no stock of when it was given does not come back either.
    """
    back = map(_read, tx.all(_back(tuple(items.items())), {"issuance": issuance_id})) if items else ()
    _write(tx, [(one, items[one.item]) for one in back], Why.GIVEN_BACK, issuance_id)


@lru_cache(maxsize=16)
def _back(items: tuple[tuple[str, int], ...]) -> Any:
    """The update that gives a kit back to the stocks that it was taken from."""
    taken = sa.select(moves.c.stock_id).where(moves.c.issuance_id == sa.bindparam("issuance"))
    back = table.update().where(table.c.id.in_(taken)).values(on_hand=table.c.on_hand + _need(items))
    return back.returning(*_select.selected_columns)


def move(tx: Tx, area_code: str, item: str, pieces: int, why: Why, low: int) -> Stock:
    """Pieces come to a point or go; the first of an item opens its stock. `Short` when more would go than there are."""
    here = _kept(tx, area_code, item, low)
    if here.on_hand + pieces < 0:
        raise Short(item, here.on_hand)
    if pieces:
        _change(tx, here.id, pieces, why)
    return Stock(here.id, area_code, item, here.on_hand + pieces, here.low)


def count(tx: Tx, area_code: str, item: str, found: int, low: int) -> tuple[Stock, int]:
    """Somebody has counted: the stock is what was found (0 or more); and by how much the books were wrong."""
    here = _kept(tx, area_code, item, low)
    wrong = found - here.on_hand
    if wrong:
        _change(tx, here.id, wrong, Why.COUNTED)
    return Stock(here.id, area_code, item, found, here.low), wrong


def open_all(tx: Tx, rows: Iterable[Sequence[Any]]) -> int:
    """The directory's stocks as (area code, item, pieces, low): what is kept keeps its number; how many are new."""
    new = 0
    known = {(one.area_code, one.item): one for one in map(_read, tx.all(_select))}
    for area_code, item, pieces, low in rows:
        if before := known.get((area_code, item)):
            if before.low != low:
                tx.run(table.update().where(table.c.id == before.id).values(low=low))
        else:
            move(tx, area_code, item, pieces, Why.OPENED, low)
            new += 1
    return new


def _kept(tx: Tx, area_code: str, item: str, low: int) -> Stock:
    """The stock of an item at a point, locked, opened if it was not kept."""
    wanted = _select.where(table.c.area_code == area_code, table.c.item == item).with_for_update()
    row = tx.one(wanted)
    if row is None:
        fresh = {"id": tx.id(), "area_code": area_code, "item": item, "on_hand": 0, "low": low}
        tx.run(insert_once(tx.conn.dialect.name, table), fresh)
        row = tx.one(wanted)
    return _read(row)


def _change(tx: Tx, stock_id: str, pieces: int, why: Why) -> None:
    on_hand = table.update().where(table.c.id == stock_id).values(on_hand=table.c.on_hand + pieces)
    row = tx.one(on_hand.returning(*_select.selected_columns))
    _write(tx, [(_read(row), pieces)], why, "")


def _write(tx: Tx, changed: Sequence[tuple[Stock, int]], why: Why, issuance_id: str) -> None:
    rows = [
        {
            "id": tx.id(),
            "stock_id": one.id,
            "pieces": pieces,
            "why": why.value,
            "issuance_id": issuance_id,
            "moved_by": tx.actor,
            "moved_at": tx.now,
        }
        for one, pieces in changed
    ]
    bulk.insert(tx.conn, moves, rows)
