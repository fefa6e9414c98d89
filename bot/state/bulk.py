"""Rows into one table at the driver's own speed: SQLAlchemy writes the statement once, the driver gets plain values.

Core spends 50 µs on the parameters of each row of ten columns, most of what a long list costs. Types convert as ever;
only bytes go through as they are, which both drivers take.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
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
        self.converts = [(at, one) for at, name in enumerate(self.order) if (one := _converter(table.c[name], dialect))]

    def parameters(self, row: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """One row as the driver takes it: in order, or by name."""
        values = [row[name] for name in self.order]
        for at, convert in self.converts:
            values[at] = convert(values[at])
        return dict(zip(self.order, values, strict=True)) if self.named else tuple(values)


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
