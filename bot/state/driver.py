"""Texts given to the driver, under SQLAlchemy's transaction: its listeners are told, its errors are raised.

A change of which nobody needs to hear yet is handed over and kept: on PostgreSQL it travels with the next question, in
one trip. A trip is two switches between processes, and over a network more than all the work of a statement (decision
0021). SQLite is in this process, so there nothing is kept.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa


class _Posted(NamedTuple):
    """A text for the driver, and what to raise unless it touches one row."""

    text: str
    params: Any
    many: bool
    otherwise: Exception | None = None


_BAG = "bihuan.posted"  # in the `info` of a connection to PostgreSQL: what it has been handed in this transaction


def hand(
    conn: sa.Connection, text: str, params: Any, *, many: bool = False, otherwise: Exception | None = None
) -> None:
    """Give the driver a change of which nobody needs to hear before the next question, or the commit.

    `otherwise` is raised, then at the latest, unless one row was touched.
    """
    if conn.dialect.name == "postgresql" and conn.in_transaction():
        conn.info.setdefault(_BAG, []).append(_Posted(text, params, many, otherwise))
        return
    cursor = driven(conn, text, params, many=many)
    count = cursor.rowcount
    cursor.close()
    demand(count, otherwise)


def settle(conn: sa.Connection) -> None:
    """Hear of everything that has been posted."""
    if posted := conn.info.pop(_BAG, None):
        for cursor in _sent(conn, posted):
            cursor.close()


def drop(conn: sa.Connection) -> None:
    """Forget what has been posted: the transaction is rolled back."""
    if not conn.invalidated:
        conn.info.pop(_BAG, None)


def driven(conn: sa.Connection, text: str, params: Any, *, many: bool = False) -> Any:
    """A cursor on which the driver has run a text; its errors are SQLAlchemy's, and its listeners are told."""
    if posted := conn.info.pop(_BAG, None):
        *carried, cursor = _sent(conn, [*posted, _Posted(text, params, many)])
        for one in carried:
            one.close()
        return cursor
    cursor = conn.connection.cursor()
    _run(conn, cursor, text, params, many)
    for tell in conn.dispatch.after_cursor_execute:
        tell(conn, cursor, text, params, None, many)
    return cursor


def _run(conn: sa.Connection, cursor: Any, text: str, params: Any, many: bool) -> None:
    for tell in conn.dispatch.before_cursor_execute:
        tell(conn, cursor, text, params, None, many)
    try:
        if many:
            cursor.executemany(text, params)
        else:
            cursor.execute(text, params)
    except conn.dialect.loaded_dbapi.Error as error:
        raise _sqlalchemys(conn, cursor, text, error) from error


def _sent(conn: sa.Connection, posted: Sequence[_Posted]) -> list[Any]:
    """The cursors of several texts that PostgreSQL has run in their order, in one trip."""
    line: Any = conn.connection
    cursors = [line.cursor() for _ in posted]
    try:
        with line.driver_connection.pipeline():
            for cursor, one in zip(cursors, posted, strict=True):
                _run(conn, cursor, one.text, one.params, one.many)
    except conn.dialect.loaded_dbapi.Error as error:
        at = next((at for at, cursor in enumerate(cursors) if cursor.statusmessage is None), -1)  # none behind it ran
        for cursor, one in zip(cursors[:at], posted[:at], strict=True):
            demand(cursor.rowcount, one.otherwise)  # it failed, perhaps, because this one had not been met
        raise _sqlalchemys(conn, cursors[at], posted[at].text, error) from error
    for cursor, one in zip(cursors, posted, strict=True):
        for tell in conn.dispatch.after_cursor_execute:
            tell(conn, cursor, one.text, one.params, None, one.many)
        demand(cursor.rowcount, one.otherwise)
    return cursors


def demand(count: int, otherwise: Exception | None) -> None:
    """Raise `otherwise` unless one row was touched."""
    if otherwise is not None and count != 1:
        raise otherwise


def copied(conn: sa.Connection, text: str, rows: Iterable[Sequence[Any]]) -> None:
    """Give rows to PostgreSQL as a `COPY … FROM STDIN`."""
    settle(conn)
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
