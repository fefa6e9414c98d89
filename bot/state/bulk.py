"""Rows into one table at the driver's own speed: SQLAlchemy writes the statement once, the driver gets plain values.

Core spends 50 µs on the parameters of each row of ten columns, most of what a long list costs. Types convert as ever
(`prepared.converter`), a column at a time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from bot.state import prepared

_MANY = 50  # rows from which PostgreSQL takes them faster as a copy than one by one


class _Plan:
    """The statement for one table and set of columns in one dialect, and what turns rows into its parameters."""

    def __init__(self, table: sa.Table, names: tuple[str, ...], dialect: sa.Dialect) -> None:
        compiled: Any = table.insert().compile(dialect=dialect, column_keys=list(names))
        self._statement, self._named = str(compiled), compiled.positiontup is None
        self.order = tuple(compiled.positiontup or names)
        self._copy = f"COPY {table.name} ({', '.join(self.order)}) FROM STDIN"
        self.cells = _several(self.order)
        found = [prepared.converter(table.c[name].type, dialect) for name in self.order]
        self._converts = [(at, convert) for at, convert in enumerate(found) if convert is not None]

    def parameters(self, rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Rows in the statement's order as the driver takes them."""
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for at, convert in self._converts:
            columns[at] = map(convert, columns[at])
        return list(zip(*columns, strict=True))

    def run(self, conn: sa.Connection, rows: list[tuple[Any, ...]]) -> None:
        """Insert rows as the driver takes them."""
        if self._named and len(rows) >= _MANY:
            prepared.copied(conn, self._copy, rows)
        else:
            given: Any = [dict(zip(self.order, row, strict=True)) for row in rows] if self._named else rows
            prepared.driven(conn, self._statement, given, many=True).close()


def _several(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """`itemgetter` that gives a tuple for one key too."""
    return itemgetter(*keys) if len(keys) > 1 else lambda row: (row[keys[0]],)


@lru_cache(maxsize=256)
def _plan(table: sa.Table, names: tuple[str, ...], dialect: sa.Dialect) -> _Plan:
    return _Plan(table, names, dialect)


def insert(conn: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the columns of the first; the columns left out get their server defaults.

    Raises `KeyError` naming a column that a later row lacks.
    """
    if rows:
        plan = _plan(table, tuple(rows[0]), conn.dialect)
        plan.run(conn, plan.parameters(map(plan.cells, rows)))


def insert_cells(conn: sa.Connection, table: sa.Table, names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows given as their cells, in the order of `names`."""
    if rows:
        plan = _plan(table, names, conn.dialect)
        if plan.order != names:
            rows = list(map(_several([names.index(name) for name in plan.order]), rows))
        plan.run(conn, plan.parameters(rows))


def insert_alike(
    conn: sa.Connection, table: sa.Table, like: Mapping[str, Any], columns: Mapping[str, Sequence[Any]]
) -> None:
    """Insert rows that differ only in some plain columns: as many as these have values, alike in all else."""
    plan = _plan(table, tuple(like), conn.dialect)
    (row,) = plan.parameters([plan.cells(like)])
    each = [columns.get(name) or repeat(value) for name, value in zip(plan.order, row, strict=True)]
    if rows := list(zip(*each, strict=False)) if all(columns.values()) else []:
        plan.run(conn, rows)
