"""Statements written by SQLAlchemy and run by the driver: compiled once, with the types they were written with.

Core spends 50 µs on each execution of a statement that it has compiled long ago, five times what SQLite needs for it,
and a tap is a dozen of them (decision 0019). What stands in a module is met again and again and goes this way from its
second time on; what is built anew for each call, and whatever else is not understood here, goes through Core as ever.
Rows, rowcounts and errors are the same on both ways.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from bot.state import base

Convert = Callable[[Any], Any]
Params = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class _Plan:
    """One statement in one dialect, for one set of parameters."""

    def __init__(self, statement: Any, compiled: Any, dialect: sa.Dialect) -> None:
        self._text, self._dialect = str(compiled), dialect
        self.selects = isinstance(statement, sa.Select | sa.CompoundSelect)
        self._columns = [(str(name), column.type) for name, column in statement.exported_columns.items()]
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._ordered = compiled.positiontup is not None
        names = compiled.positiontup if self._ordered else compiled.binds
        self._cells = [(name, converter(compiled.binds[name].type, dialect)) for name in names]
        self.lists = [name for name, bind in compiled.binds.items() if bind.expanding]
        self._make: Callable[[Any], Any] | None = None

    def call(self, given: Mapping[str, Any]) -> tuple[str, Any]:
        """The text, and the parameters as the driver takes them: in order, or by name."""
        values = {**self._fixed, **given} if self._fixed else given
        if self.lists:
            return self._unfolded(values)
        if self._ordered:
            cells = [values[name] if convert is None else convert(values[name]) for name, convert in self._cells]
            return self._text, tuple(cells)
        return self._text, {
            name: values[name] if convert is None else convert(values[name]) for name, convert in self._cells
        }

    def takes(self, given: Mapping[str, Any]) -> bool:
        """Whether every list has something in it: what an empty one means is Core's to say."""
        return all(given.get(name, self._fixed.get(name)) for name in self.lists)

    def _unfolded(self, values: Mapping[str, Any]) -> tuple[str, Any]:
        """With a place for each value of its lists."""
        text = self._text
        for name in self.lists:
            each = ["?" if self._ordered else f"%({name}__{at})s" for at in range(len(values[name]))]
            text = text.replace(f"__[POSTCOMPILE_{name}]", ", ".join(each))
        cells: list[tuple[str, Any]] = []
        for name, convert in self._cells:
            many = [(f"{name}__{at}", one) for at, one in enumerate(values[name])] if name in self.lists else None
            cells += [(at, one if convert is None else convert(one)) for at, one in many or [(name, values[name])]]
        return text, tuple([value for _, value in cells]) if self._ordered else dict(cells)

    def rows(self, cursor: Any, found: Sequence[Any]) -> list[Any]:
        """What the driver brought, with the names and types of the statement."""
        if self._make is None:
            self._make = self._maker(cursor.description)
        return [self._make(one) for one in found]

    def _maker(self, description: Sequence[Any]) -> Callable[[Any], Any]:
        named: Any = namedtuple("Row", [name for name, _ in self._columns], rename=True)  # type: ignore[misc]
        made = [
            kind.dialect_impl(self._dialect).result_processor(self._dialect, seen[1])
            for (_, kind), seen in zip(self._columns, description, strict=True)
        ]
        converts = [(at, convert) for at, convert in enumerate(made) if convert is not None]

        def make(cells: Any) -> Any:
            values = list(cells)
            for at, convert in converts:
                values[at] = convert(values[at])
            return named._make(values)

        return make


_plans: WeakKeyDictionary[Any, dict[Any, _Plan | None]] = WeakKeyDictionary()


def _plan(conn: sa.Connection, statement: Any, params: Mapping[str, Any]) -> _Plan | None:
    """The plan of a statement that has been met before; None where Core has to do it."""
    mine = _plans.get(statement)
    if mine is None:
        _plans[statement] = {}
        return None
    key = (conn.dialect.name, *params)
    try:
        plan = mine[key]
    except KeyError:
        plan = mine[key] = _made(statement, list(params), conn.dialect)
    if plan is None or (plan.lists and not plan.takes(params)) or not conn.in_transaction():
        return None
    return plan


def _made(statement: Any, keys: list[str], dialect: sa.Dialect) -> _Plan | None:
    if not isinstance(statement, sa.Select | sa.CompoundSelect | sa.sql.dml.UpdateBase):
        return None
    compiled: Any = statement.compile(dialect=dialect, column_keys=keys)
    awaits = compiled.literal_execute_params or compiled.escaped_bind_names
    if awaits or compiled.insert_prefetch or compiled.update_prefetch:
        return None
    return _Plan(statement, compiled, dialect)


def converter(kind: Any, dialect: sa.Dialect) -> Convert | None:
    """What turns a value into what the driver takes; bytes go as they are, which both drivers take."""
    if isinstance(kind, base.Utc):
        return _instant(dialect)
    if isinstance(kind, sa.LargeBinary):
        return None
    convert: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return base.quoting(convert) if convert is not None and isinstance(kind, sa.JSON) else convert


@lru_cache(maxsize=8)
def _instant(dialect: sa.Dialect) -> Convert | None:
    """The one converter of instants: most of what a turn writes carries the turn's own."""
    convert = base.Utc().dialect_impl(dialect).bind_processor(dialect)
    return None if convert is None else lru_cache(maxsize=64)(convert)


def first(conn: sa.Connection, statement: Any, params: Mapping[str, Any]) -> Any:
    """The first row, or None."""
    plan = _plan(conn, statement, params)
    if plan is None:
        return conn.execute(statement, params).first()
    cursor = driven(conn, *plan.call(params))
    row = cursor.fetchone() if plan.selects else next(iter(cursor.fetchall()), None)
    found = plan.rows(cursor, [row]) if row is not None else [None]
    cursor.close()
    return found[0]


def rows(conn: sa.Connection, statement: Any, params: Mapping[str, Any]) -> Sequence[Any]:
    """Every row."""
    plan = _plan(conn, statement, params)
    if plan is None:
        return conn.execute(statement, params).all()
    cursor = driven(conn, *plan.call(params))
    found = plan.rows(cursor, cursor.fetchall())
    cursor.close()
    return found


def run(conn: sa.Connection, statement: Any, params: Params) -> int:
    """Execute a change, with one or many sets of parameters; the number of rows it touched."""
    many = not isinstance(params, Mapping)
    sample: Any = (params[0] if params else {}) if many else params  # type: ignore[index]
    plan = _plan(conn, statement, sample) if sample or not many else None
    if plan is None or (many and plan.lists):
        return conn.execute(statement, params).rowcount
    text, given = plan.call(sample)
    if many:
        given = [plan.call(one)[1] for one in params]  # type: ignore[arg-type]
    cursor = driven(conn, text, given, many=many)
    count = int(cursor.rowcount)
    cursor.close()
    return count


def driven(conn: sa.Connection, text: str, params: Any, *, many: bool = False) -> Any:
    """A cursor on which the driver has run a text; its errors are SQLAlchemy's, and its listeners are told."""
    cursor = conn.connection.cursor()
    for tell in conn.dispatch.before_cursor_execute:
        tell(conn, cursor, text, params, None, many)
    try:
        if many:
            cursor.executemany(text, params)
        else:
            cursor.execute(text, params)
    except conn.dialect.loaded_dbapi.Error as error:
        raise _sqlalchemys(conn, cursor, text, error) from error
    for tell in conn.dispatch.after_cursor_execute:
        tell(conn, cursor, text, params, None, many)
    return cursor


def copied(conn: sa.Connection, text: str, rows: Iterable[Sequence[Any]]) -> None:
    """Give rows to PostgreSQL as a `COPY … FROM STDIN`."""
    cursor = conn.connection.cursor()
    try:
        with cursor.copy(text) as copy:
            for row in rows:
                copy.write_row(row)
    except conn.dialect.loaded_dbapi.Error as error:
        raise _sqlalchemys(conn, cursor, text, error) from error
    cursor.close()


def _sqlalchemys(conn: sa.Connection, cursor: Any, text: str, error: Any) -> BaseException:
    """The driver's error as Core would have raised it; a connection that is lost is lost for the pool too."""
    known = conn.dialect.loaded_dbapi.Error
    lost = conn.dialect.is_disconnect(error, conn.connection.dbapi_connection, cursor)
    cursor.close()
    if lost:
        conn.invalidate(error)
    made: BaseException = sa.exc.DBAPIError.instance(
        text, (), error, known, hide_parameters=True, connection_invalidated=lost, dialect=conn.dialect
    )
    return made
