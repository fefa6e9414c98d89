"""What waits (DOMAIN §3): one row for each open step of each thing, with its deadline and the time of its next rung.

Law: a step that waits has exactly one open row, and that row always has a next time. Rows are claimed where they stand:
the row is its own timer. `stamp` counts beginnings, so that a reminder of an earlier one is void.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.state import area, bulk, conversation
from bot.state.base import Json, Utc, metadata
from bot.state.rules import day
from bot.state.unit import Tx

table = sa.Table(
    "wait",
    metadata,
    sa.Column("step", sa.String(20), primary_key=True),
    sa.Column("ref", sa.String(32), primary_key=True),
    sa.Column("path", sa.String(256), nullable=False),
    sa.Column("holders", Json, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("began", Utc, nullable=False),
    sa.Column("due", Utc, nullable=False),
    sa.Column("rung", sa.Integer, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("stamp", sa.Integer, nullable=False),
    sa.Column("told", sa.Integer, nullable=False),
    sa.Column("ended_at", Utc),
)
_open = table.c.ended_at.is_(None)
sa.Index("ix_wait_at", table.c.at, sqlite_where=_open, postgresql_where=_open)
sa.Index("ix_wait_path", table.c.path, sqlite_where=_open, postgresql_where=_open)
_hands = sa.cast(table.c.holders, sa.Text)
_held = _hands != sa.literal_column("'[]'")  # as the index has it, or it is not used
sa.Index(
    "ix_wait_held", table.c.due, table.c.step, table.c.ref,
    sqlite_where=sa.and_(_open, _held), postgresql_where=sa.and_(_open, _held),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wait:
    """One step that waits; without `holders` whoever is on duty at `path` has it; `rung` counts rungs climbed.

    `day` is the day of determination, whose rule pack applies; `told` counts the reminders ever caused.
    """

    step: str
    ref: str
    path: str
    holders: tuple[str, ...]
    day: date
    began: datetime
    due: datetime
    rung: int
    at: datetime
    stamp: int = 1
    told: int = 0


_NAMES = tuple(Wait.__dataclass_fields__)
_RESTARTED = ("path", "holders", "day", "began", "due", "rung", "at")
_select = sa.select(*[table.c[name] for name in _NAMES])
_this = (table.c.step == sa.bindparam("the_step"), table.c.ref == sa.bindparam("the_ref"), _open)
_maybe = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_change = (
    table.update()
    .where(*_this)
    .values(
        ended_at=sa.bindparam("ended", type_=Utc),
        holders=sa.func.coalesce(sa.bindparam("to", type_=_maybe), table.c.holders),
    )
)
_is_due = (_open, table.c.at <= sa.bindparam("now", type_=Utc))
RUNG_DUE = sa.select(table.c.at).where(*_is_due).order_by(table.c.at).limit(1)
"""The first open step whose next rung has come by `now`."""
_claim = (
    _select.where(*_is_due)
    .order_by(table.c.at, table.c.step, table.c.ref)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_climb = table.update().where(*_this)


@cache
def _begin(dialect: str) -> Any:
    """Insert, or begin the same step of the same thing again under the next stamp; a row with an end only ends it."""
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    new = insert.excluded
    begins = new.ended_at.is_(None)
    again: dict[str, Any] = {name: sa.case((begins, new[name]), else_=table.c[name]) for name in _RESTARTED}
    again["stamp"] = sa.case((begins, table.c.stamp + 1), else_=table.c.stamp)
    again["ended_at"] = sa.case((begins, None), else_=sa.func.coalesce(table.c.ended_at, new.ended_at))
    return insert.on_conflict_do_update(index_elements=["step", "ref"], set_=again)


def _values(wait: Wait) -> dict[str, Any]:
    return {name: getattr(wait, name) for name in _NAMES} | {"holders": list(wait.holders)}


def _read(row: sa.Row[Any]) -> Wait:
    values = dict(zip(_NAMES, row, strict=True))
    return Wait(**(values | {"holders": tuple(values["holders"])}))


def begin(tx: Tx, waits: Iterable[Wait], ended: Iterable[tuple[str, str]] = ()) -> None:
    """Steps start to wait; one that waited before begins anew, and what was said about it before is void.

    Others (step, ref), `ended` in the same turn, are ended in the same statement; of one that never waited a closed
    row is left.
    """
    over = [_values(Wait(step, ref, "", (), day(tx.now), tx.now, tx.now, 0, tx.now)) for step, ref in ended]
    rows = [one | {"ended_at": tx.now} for one in over] + [_values(wait) | {"ended_at": None} for wait in waits]
    tx.run(_begin(tx.conn.dialect.name), rows)


def begin_fresh(tx: Tx, like: Wait, refs: Sequence[str], paths: Sequence[str]) -> None:
    """A step of things that have just been made starts to wait, in bulk: for each ref the same wait, at its path."""
    bulk.insert_alike(tx.conn, table, _values(like), {"ref": refs, "path": paths})


def change(tx: Tx, changes: Mapping[tuple[str, str], Sequence[str] | None]) -> None:
    """Of (step, ref): others hold it now, on the same clock, or (None) it is done or has fallen away.

    What does not wait stays as it is.
    """
    rows = [
        {"the_step": step, "the_ref": ref, "ended": tx.now, "to": None}
        if holders is None
        else {"the_step": step, "the_ref": ref, "ended": None, "to": list(holders)}
        for (step, ref), holders in changes.items()
    ]
    tx.run(_change, rows)


def any_due(conn: sa.Connection, now: datetime) -> bool:
    """Whether a rung has come due: the question of each second."""
    return conn.execute(RUNG_DUE, {"now": now}).first() is not None


def claim(tx: Tx, most: int) -> list[Wait]:
    """The open rows whose time has come, the oldest first, held until the end of the transaction."""
    return [_read(row) for row in tx.all(_claim, {"now": tx.now, "most": most})]


def climb(tx: Tx, climbed: Sequence[Wait]) -> None:
    """Write rung, next time and count of what has been claimed."""
    rows = [
        {"the_step": one.step, "the_ref": one.ref, "rung": one.rung, "at": one.at, "told": one.told} for one in climbed
    ]
    if rows:
        tx.run(_climb, rows)


def look_again(tx: Tx, keys: Iterable[tuple[str, str]]) -> None:
    """Let the next sweep ask who has these steps: somebody who was to be told has left."""
    rows = [{"the_step": step, "the_ref": ref, "at": tx.now} for step, ref in keys]
    if rows:
        tx.run(_climb, rows)


def find(tx: Tx, step: str, ref: str) -> Wait | None:
    """The open row of a step, or None."""
    row = tx.one(_select.where(*_this), {"the_step": step, "the_ref": ref})
    return None if row is None else _read(row)


def under(tx: Tx, paths: Sequence[str]) -> Mapping[tuple[str, str], tuple[int, int]]:
    """(waiting, late) of what waits under area paths, by (area path, step)."""
    late = sa.func.sum(sa.case((table.c.due < tx.now, 1), else_=0))
    asked = sa.select(table.c.path, table.c.step, sa.func.count(), late).where(_open, area.under(paths, table.c.path))
    rows: Sequence[Any] = tx.all(asked.group_by(table.c.path, table.c.step).order_by(table.c.path, table.c.step))
    return {(path, step): (int(count), int(over)) for path, step, count, over in rows}


_about = _select.where(_open, table.c.step.in_(sa.bindparam("steps", expanding=True)))
_about = _about.where(table.c.ref == sa.bindparam("the_ref")).order_by(table.c.due)


def about(tx: Tx, focus: str, steps: Iterable[str]) -> list[Wait]:
    """Every open step, of `steps`, of what a conversation is about, the most urgent first.

    The steps are named because the table's key begins with them: else each open wait would be read.
    """
    talk = conversation.table
    row = tx.one(sa.select(talk.c.ref).where(talk.c.id == focus))
    return [] if row is None else [_read(each) for each in tx.all(_about, {"the_ref": row.ref, "steps": list(steps)})]


def held_under(tx: Tx, paths: Sequence[str]) -> list[Wait]:
    """Every open step under area paths that is in somebody's hands, the most urgent first, held till the end."""
    wanted = _select.where(_open, _held, area.under(paths, table.c.path)).order_by(
        table.c.due, table.c.step, table.c.ref
    )
    return [_read(row) for row in tx.all(wanted.with_for_update())]


def held_by(tx: Tx, who: str) -> list[Wait]:
    """Every open step in a member's hands, the most urgent first."""
    mine = _hands.contains(f'"{who}"', autoescape=True)
    wanted = _select.where(_open, _held, mine).order_by(table.c.due, table.c.step, table.c.ref)
    return [one for one in (_read(row) for row in tx.all(wanted)) if who in one.holders]
