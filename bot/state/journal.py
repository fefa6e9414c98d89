"""The journal: append-only lines that explain every state, each under its HMAC, all chained by seals.

Law: a line is never changed or deleted (triggers refuse it), holds no personal data, and its HMAC covers its place in
the life of its entity, counted without a gap. A seal chains everything written since the seal before; its head can be
shown to an outside witness. One chain from line to line would make every writer wait for one row (decision 0008).
"""

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.state import base, bulk
from bot.state.base import Json, Serial, Utc, metadata, quote

table = sa.Table(
    "journal",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("entity", sa.String(64), nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("event", sa.String(48), nullable=False),
    sa.Column("before", sa.String(32), nullable=False),
    sa.Column("after", sa.String(32), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("cause", sa.String(96), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("facts", Json, nullable=False),
    sa.Column("mac", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("entity", "n"),
)
seals = sa.Table(
    "journal_seal",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("upto", sa.BigInteger, nullable=False, unique=True),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("mac", sa.LargeBinary, nullable=False),
)
_facts = base.quoting(json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode)
SETTLED = timedelta(seconds=60)  # no transaction lives this long, so ids below are final


@lru_cache(maxsize=64)
def _said(event: str, before: str, after: str, actor: str, cause: str, at: datetime) -> str:
    """The middle of a line; those of a batch share it."""
    return ", ".join(map(quote, (event, before, after, actor, cause, at.isoformat())))


class Line(NamedTuple):
    """One event in the life of one entity; `n` counts its versions from 1 without a gap (I-02)."""

    entity: str
    n: int
    event: str
    before: str
    after: str
    actor: str
    cause: str
    at: datetime
    facts: Mapping[str, Any]

    def mac(self, key: bytes, previous: bytes = b"") -> bytes:
        """HMAC over every word of this line, as the JSON array of its fields.

        Lines of before decision 0008 began it with the link of the one before.
        """
        entity, n, *said, facts = self
        body = f"[{quote(entity)}, {n}, {_said(*said)}, {_facts(facts)}]"
        return hmac.digest(key, previous + body.encode(), "sha256")


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold."""

    entity: str
    n: int
    what: str


_CELLS = (*Line._fields, "mac")


def append(conn: sa.Connection, key: bytes, lines: Sequence[Line]) -> None:
    """Write lines, each under its HMAC."""
    bulk.insert_cells(conn, table, _CELLS, [(*line, line.mac(key)) for line in lines])


def seal(conn: sa.Connection, key: bytes, now: datetime) -> int:
    """Chain all settled lines written since the last seal; the number of lines sealed. Run by a ticker."""
    last = conn.execute(sa.select(seals.c.upto, seals.c.mac).order_by(seals.c.id.desc()).limit(1)).first()
    upto, mac = (last.upto, bytes(last.mac)) if last else (0, b"")
    unsettled = sa.select(sa.func.min(table.c.id)).where(table.c.id > upto, table.c.at > now - SETTLED)
    fresh = sa.select(table.c.id, table.c.mac).where(table.c.id > upto).order_by(table.c.id)
    barrier = conn.execute(unsettled).scalar()
    count = 0
    for row in conn.execute(fresh if barrier is None else fresh.where(table.c.id < barrier)).all():
        mac, upto, count = _fold(key, mac, row), row.id, count + 1
    if count:
        conn.execute(seals.insert(), {"upto": upto, "lines": count, "at": now, "mac": mac})
    return count


def _fold(key: bytes, mac: bytes, row: Any) -> bytes:
    return hmac.digest(key, mac + row.id.to_bytes(8, "big") + bytes(row.mac), "sha256")


def verify(conn: sa.Connection, key: bytes) -> list[Break]:
    """Every break of every chain: altered, missing, re-ordered lines, and seals that no longer cover what they did."""
    return [*_broken_lines(conn, key), *_broken_seals(conn, key)]


def _broken_lines(conn: sa.Connection, key: bytes) -> Iterable[Break]:
    entity, n, mac, state = "", 0, b"", ""
    columns = [table.c[name] for name in Line._fields]
    for row in conn.execute(sa.select(*columns, table.c.mac).order_by(table.c.entity, table.c.n)):
        line = Line(*row[:-1])
        if line.entity != entity:
            entity, n, mac, state = line.entity, 0, b"", ""
        if line.n != n + 1:
            yield Break(entity, line.n, "a line is missing before it")
        if line.before != state:
            yield Break(entity, line.n, "does not begin where the line before ended")
        if not any(hmac.compare_digest(line.mac(key, link), bytes(row.mac)) for link in (b"", mac)):
            yield Break(entity, line.n, "was altered")
        n, mac, state = line.n, bytes(row.mac), line.after


def _broken_seals(conn: sa.Connection, key: bytes) -> Iterable[Break]:
    mac, upto = b"", 0
    for one in conn.execute(sa.select(seals).order_by(seals.c.id)):
        count = 0
        span = sa.select(table.c.id, table.c.mac).where(table.c.id > upto, table.c.id <= one.upto)
        for row in conn.execute(span.order_by(table.c.id)):
            mac, count = _fold(key, mac, row), count + 1
        if count != one.lines or not hmac.compare_digest(mac, bytes(one.mac)):
            yield Break("seal", one.id, f"covers {count} lines, was made over {one.lines}, or one of them differs")
        mac, upto = bytes(one.mac), one.upto
