"""Rows into one table at the driver's own speed: SQLAlchemy writes the statement once, the driver gets plain values.

Core spends 50 µs on the parameters of each row of ten columns, most of what a long list costs. Types convert as ever;
only bytes go through as they are, which both drivers take.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from bot.state import base

Convert = Callable[[Any], Any]


class _Plan:
    """The statement for one table and set of columns in one dialect, and what turns a row into its parameters."""

    def __init__(self, table: sa.Table, names: tuple[str, ...], dialect: sa.Dialect) -> None:
        compiled: Any = table.insert().compile(dialect=dialect, column_keys=list(names))
        self.statement = str(compiled)
        self.order = tuple(compiled.positiontup or names)
        self.named = compiled.positiontup is None
        self._cells = itemgetter(*self.order) if len(self.order) > 1 else lambda row: (row[self.order[0]],)
        found = [_converter(table.c[name], dialect) for name in self.order]
        self._converts = [(at, convert) for at, convert in enumerate(found) if convert is not None]

    def parameters(self, row: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """One row as the driver takes it: in order, or by name."""
        values = list(self._cells(row))
        for at, convert in self._converts:
            values[at] = convert(values[at])
        return dict(zip(self.order, values, strict=True)) if self.named else tuple(values)

    def alike(self, row: Mapping[str, Any], column: str, values: Iterable[Any]) -> list[Any]:
        """Rows that differ in one plain column, converted once."""
        like = self.parameters(row)
        if isinstance(like, dict):
            return [like | {column: value} for value in values]
        at = self.order.index(column)
        before, after = like[:at], like[at + 1 :]
        return [(*before, value, *after) for value in values]


def _converter(column: sa.Column[Any], dialect: sa.Dialect) -> Convert | None:
    if isinstance(column.type, sa.LargeBinary):
        return None
    convert: Convert | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if convert is not None and isinstance(column.type, base.Utc):
        return lru_cache(maxsize=64)(convert)  # all rows of one turn carry the same instant
    return convert


@lru_cache(maxsize=256)
def _plan(table: sa.Table, names: tuple[str, ...], dialect: sa.Dialect) -> _Plan:
    return _Plan(table, names, dialect)


def insert(conn: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the columns of the first; the columns left out get their server defaults.

    Raises `KeyError` naming a column that a later row lacks.
    """
    if rows:
        plan = _plan(table, tuple(rows[0]), conn.dialect)
        conn.exec_driver_sql(plan.statement, [plan.parameters(row) for row in rows])


def insert_alike(
    conn: sa.Connection, table: sa.Table, column: str, groups: Iterable[tuple[Mapping[str, Any], Iterable[Any]]]
) -> None:
    """Insert, for each (row, values), one row for each value: the row with that value in `column`, a plain one."""
    found: list[Any] = []
    plan = None
    for row, values in groups:
        plan = plan or _plan(table, tuple(row), conn.dialect)
        found += plan.alike(row, column, values)
    if plan is not None and found:
        conn.exec_driver_sql(plan.statement, found)
