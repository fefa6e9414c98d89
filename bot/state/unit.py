"""One unit of work and what a noun can do in it: insert, load, fire. Rows, journal and seals are written together.

Law: nobody sets a noun's state. `fire` asks the noun's table, writes the row only where state and version are still
what was read, and adds the journal line; a flow calls it and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import sqlalchemy as sa

from bot.state import journal, prepared
from bot.state.base import new_id
from bot.state.machine import Life, Refused, Stale
from bot.state.sealed import Keyring


@dataclass(slots=True)
class Tx:
    """An open transaction with everything a row needs to be written truly: keys, clock, cause and actor."""

    conn: sa.Connection
    keys: Keyring
    now: datetime
    cause: str
    actor: str = "system"
    lines: list[journal.Line] = field(default_factory=list)

    def one(self, statement: sa.Executable, params: Mapping[str, Any] | None = None) -> Any:
        """The first row, or None."""
        return prepared.first(self.conn, statement, params or {})

    def all(self, statement: sa.Executable, params: Mapping[str, Any] | None = None) -> Sequence[sa.Row[Any]]:
        """Every row."""
        return prepared.rows(self.conn, statement, params or {})

    def run(self, statement: sa.Executable, params: Any = None) -> int:
        """Execute a change (one or many parameter sets); the number of rows it touched."""
        return prepared.run(self.conn, statement, params if params is not None else {})

    def id(self) -> str:
        """A fresh id, stamped with this unit's clock."""
        return new_id(self.now)

    def note(self, entity: str, n: int, event: str, before: str, after: str, facts: Mapping[str, Any]) -> None:
        """Keep one line for the journal under this unit's cause and actor; `flush` writes them all at once."""
        line = journal.Line(entity, n, event, before, after, self.actor, self.cause, self.now, dict(facts))
        self.lines.append(line)

    def flush(self) -> None:
        """Write the journal lines of this unit. Whoever opened the unit calls it before the commit."""
        journal.append(self.conn, self.keys.audit, self.lines)
        self.lines.clear()


class Row(Protocol):
    """What every noun's dataclass has."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def version(self) -> int: ...


R = TypeVar("R", bound=Row)


class Noun(Generic[R]):
    """A table, its life and its row: the dataclass holds plain values, the cells named in `sealed` hold boxes."""

    def __init__(self, row: type[R], table: sa.Table, life: Life, sealed: Iterable[str] = ()) -> None:
        self.row, self.table, self.life = row, table, life
        self.sealed = frozenset(sealed)
        self._names = tuple(field.name for field in fields(row))
        self._columns = [table.c[name] for name in self._names]
        self.select = sa.select(*self._columns)
        self._insert = table.insert()
        self._changes: dict[
            tuple[str, ...], sa.Update
        ] = {}  # built once a set of columns: building costs as much as SQL
        self._by_id = self.select.where(table.c.id == sa.bindparam("the_id"))
        self._locked = self._by_id.with_for_update()

    def read(self, keys: Keyring, row: sa.Row[Any]) -> R:
        """Open the seals of a selected row."""
        values = dict(zip(self._names, row, strict=True))
        for name in self.sealed:
            values[name] = keys.open(values[name], self.table.name, name, values["id"])
        return self.row(**values)

    def find(self, tx: Tx, the_id: str, *, lock: bool = False) -> R | None:
        """The row by its id, or None; `lock` holds it till the end of the transaction."""
        row = tx.one(self._locked if lock else self._by_id, {"the_id": the_id})
        return None if row is None else self.read(tx.keys, row)

    def load(self, tx: Tx, the_id: str, *, lock: bool = False) -> R:
        """The row by its id; `Refused` when there is none (a forged or purged reference)."""
        found = self.find(tx, the_id, lock=lock)
        if found is None:
            raise Refused("没有找到这条记录，可能已归档。没有改动。", "unknown_ref")
        return found

    def where(
        self, tx: Tx, *conditions: sa.ColumnElement[bool], order: Any = None, limit: int | None = None
    ) -> list[R]:
        """The rows that meet the conditions, opened."""
        statement = self.select.where(*conditions)
        if order is not None:
            statement = statement.order_by(*order) if isinstance(order, tuple) else statement.order_by(order)
        if limit is not None:
            statement = statement.limit(limit)
        return [self.read(tx.keys, row) for row in tx.all(statement)]

    def boxes(self, keys: Keyring, the_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as cells: those of sealed columns put into their boxes."""
        name = self.table.name
        return {k: keys.seal(v, name, k, the_id) if k in self.sealed else v for k, v in values.items()}

    def insert(self, tx: Tx, row: R, event: str = "born", **facts: Any) -> R:
        """Write a new row and its first journal line; `facts` must hold no personal data."""
        if row.state not in self.life.born:
            raise Refused("不能以这个状态建立记录。没有改动。", "illegal_birth")
        values = {name: getattr(row, name) for name in self._names}
        tx.run(self._insert, self.boxes(tx.keys, row.id, values))
        tx.note(f"{self.life.noun}:{row.id}", row.version, event, "", row.state, facts)
        return row

    def fire(self, tx: Tx, row: R, event: str, facts: Mapping[str, Any] | None = None, **changes: Any) -> R:
        """Move the noun by its table, with the changes that belong to the move; `Refused` or `Stale` otherwise."""
        after = self.life.next(row.state, event)
        return self._write(tx, row, event, after, facts or {}, changes)

    def amend(self, tx: Tx, row: R, event: str, facts: Mapping[str, Any] | None = None, **changes: Any) -> R:
        """Change facts without moving the state (a holder, a corrected phone); journalled and guarded the same."""
        return self._write(tx, row, event, row.state, facts or {}, changes)

    def _write(self, tx: Tx, row: R, event: str, after: str, facts: Mapping[str, Any], changes: Mapping[str, Any]) -> R:
        version = row.version + 1
        cells = self.boxes(tx.keys, row.id, changes) | {"state": after, "version": version}
        guard = {"the_id": row.id, "was": row.state, "was_version": row.version}
        if tx.run(self._change(cells), cells | guard) != 1:
            raise Stale(f"{self.life.noun} {event}")
        tx.note(f"{self.life.noun}:{row.id}", version, event, row.state, after, facts)
        known = {name: value for name, value in changes.items() if name in self._names}
        return replace(row, state=after, version=version, **known)

    def _change(self, cells: Iterable[str]) -> sa.Update:
        """The guarded update of these columns."""
        names = tuple(sorted(cells))
        if names not in self._changes:
            table = self.table
            guarded = table.update().where(
                table.c.id == sa.bindparam("the_id"),
                table.c.state == sa.bindparam("was"),
                table.c.version == sa.bindparam("was_version"),
            )
            self._changes[names] = guarded.values({name: sa.bindparam(name) for name in names})
        return self._changes[names]
