"""The ground every table stands on: metadata, the UTC type, portable JSON, and ids that sort by time."""

import itertools
import json
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

quote = json.encoder.encode_basestring
"""A text as JSON, letters of all scripts as they are."""

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts only an INTEGER primary key


class Utc(sa.types.TypeDecorator[datetime]):
    """An aware UTC instant. Naive values are refused: nobody knows which clock they mean (DOMAIN §2.9)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn an aware instant into what the driver stores: naive UTC on SQLite, `timestamptz` elsewhere."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must carry its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give the instant back in UTC, whatever the driver's session zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


_COUNT = itertools.count(secrets.randbelow(2**15))


def new_id(now: datetime) -> str:
    """A fresh 32-character id: milliseconds, a counter, 64 bits of chance; ids of one process sort as made."""
    return new_ids(now, 1)[0]


def new_ids(now: datetime, count: int) -> list[str]:
    """Many fresh ids at one draw of chance, in the order in which they sort."""
    begin, chance = f"{int(now.timestamp() * 1000):012x}", os.urandom(8 * count).hex()
    return [f"{begin}{next(_COUNT) & 0xFFFF:04x}{chance[at : at + 16]}" for at in range(0, 16 * count, 16)]


def quoting(encode: Callable[[Any], str]) -> Callable[[Any], str]:
    """`encode`, but a small dictionary of words is quoted right here, its keys sorted: the encoder takes 3 µs to begin.

    The text is that of `json.JSONEncoder(ensure_ascii=False, sort_keys=True)`.
    """

    def text(value: Any) -> str:
        if type(value) is not dict:
            return encode(value)
        try:
            return "{" + ", ".join([f"{quote(name)}: {quote(value[name])}" for name in sorted(value)]) + "}"
        except TypeError:  # not only words
            return encode(value)

    return text


def id_column() -> sa.Column[str]:
    """The primary key of a noun: made before the insert, because sealed values are bound to it."""
    return sa.Column("id", sa.String(32), primary_key=True)


def one_of(column: str, values: type[Any], name: str = "state") -> sa.CheckConstraint:
    """A closed set kept by the database too (I-01)."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name)


def among(column: sa.ColumnElement[str], *values: str) -> sa.ColumnElement[bool]:
    """`column IN (…)` with the values standing in the statement: every question that lives on a partial index needs it.

    SQLite uses a partial index only if it can see, preparing the statement, that the index's own condition holds; it
    cannot see into parameters. Give the values in the order in which the index has them.
    """
    if odd := [value for value in values if not str(value).isidentifier()]:
        raise ValueError(f"{odd[0]!r} is no word to stand in a statement")
    return column.in_([sa.literal_column(f"'{value!s}'", sa.String) for value in values])


def insert_once(dialect: str, table: sa.Table) -> Any:
    """`INSERT … ON CONFLICT DO NOTHING` for either engine. Its rowcount lies (-1 on PostgreSQL): use RETURNING."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table).on_conflict_do_nothing()
