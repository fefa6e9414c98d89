"""Shifts: who is on duty when. Law: a member's shifts do not overlap; who never had one is on duty (`staff.serving`).

A shift comes from the operator's roster (`file`) or from the word 上班 (`word`); 下班 ends one before its time. Nothing
is deleted but shifts that a newer roster replaces before they have begun: who was on duty can always be told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from bot.state.base import Utc, id_column, metadata, one_of
from bot.state.unit import Tx

LONGEST_BY_WORD = timedelta(hours=12)  # who forgets 下班 is off duty after it


class Source(StrEnum):
    """Who wrote a shift down."""

    FILE = "file"
    WORD = "word"


table = sa.Table(
    "shift",
    metadata,
    id_column(),
    sa.Column("staff_id", sa.String(64), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("starts_at", Utc, nullable=False),
    sa.Column("ends_at", Utc, nullable=False),
    sa.Column("source", sa.String(8), nullable=False),
    one_of("source", Source, "source"),
)
sa.Index("ix_shift_staff_id_ends_at", table.c.staff_id, table.c.ends_at)


@dataclass(frozen=True, slots=True)
class Shift:
    """One member on duty from `starts_at` (included) to `ends_at` (not)."""

    staff_id: str
    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Shift") -> bool:
        """Whether both claim the same member at the same time."""
        mine = self.staff_id == other.staff_id
        return mine and self.starts_at < other.ends_at and other.starts_at < self.ends_at


_now = sa.bindparam("now", type_=Utc)
_who: sa.BindParameter[str] = sa.bindparam("who")
COVERS = (table.c.starts_at <= _now, table.c.ends_at > _now)
"""The shifts that are running at `:now`."""
_current = sa.select(table.c.starts_at, table.c.ends_at).where(table.c.staff_id == _who, *COVERS)
_current = _current.order_by(table.c.ends_at.desc()).limit(1)
_next = sa.select(table.c.starts_at).where(table.c.staff_id == _who, table.c.starts_at > _now)
_next = _next.order_by(table.c.starts_at).limit(1)
_end = table.update().where(table.c.staff_id == _who, *COVERS).values(ends_at=_now)


def current(tx: Tx, who: str) -> Shift | None:
    """The shift a member is on, or None."""
    row = tx.one(_current, {"who": who, "now": tx.now})
    return None if row is None else Shift(who, row.starts_at, row.ends_at)


def next_start(tx: Tx, who: str) -> datetime | None:
    """When a member's next shift begins, or None."""
    row = tx.one(_next, {"who": who, "now": tx.now})
    return None if row is None else row.starts_at


def begin(tx: Tx, who: str) -> Shift:
    """上班: on duty from now, at the longest till the next planned shift or the limit; the running one if there is."""
    if (running := current(tx, who)) is not None:
        return running
    ends = min(tx.now + LONGEST_BY_WORD, next_start(tx, who) or tx.now + LONGEST_BY_WORD)
    write(tx, [Shift(who, tx.now, ends)], Source.WORD)
    return Shift(who, tx.now, ends)


def end(tx: Tx, who: str) -> None:
    """下班: what is running ends now. Who was on duty without a shift gets one of no length, and is off from now on."""
    if tx.run(_end, {"who": who, "now": tx.now}) == 0:
        write(tx, [Shift(who, tx.now, tx.now)], Source.WORD)


def run_until(tx: Tx, who: str, ends_at: datetime) -> None:
    """A newer roster says when what is running ends: it is planned from now on, whoever began it."""
    known = {"ends_at": ends_at, "source": Source.FILE}
    tx.run(table.update().where(table.c.staff_id == who, *COVERS).values(known), {"now": tx.now})


def cut(tx: Tx, who: str, following: datetime | None) -> None:
    """A newer roster does not know the running shift: a planned one ends now, one by word before what follows."""
    by_file = table.c.source == Source.FILE
    tx.run(table.update().where(table.c.staff_id == who, by_file, *COVERS).values(ends_at=_now), {"now": tx.now})
    if following is not None:
        late = table.c.ends_at > following
        tx.run(table.update().where(table.c.staff_id == who, late, *COVERS).values(ends_at=following), {"now": tx.now})


def boundaries(tx: Tx, who: Sequence[str]) -> list[datetime]:
    """Every time from now on at which one of these members comes or goes, in order, each once."""
    columns = (table.c.starts_at, table.c.ends_at)
    rows = tx.all(sa.select(*columns).where(table.c.staff_id.in_(who), table.c.ends_at > tx.now))
    return sorted({at for row in rows for at in row if at > tx.now})


def ended(tx: Tx, who: Sequence[str], at: datetime) -> list[str]:
    """Those of these members whose shift ended at a time and who are on no other now."""
    over = sa.select(table.c.staff_id).where(table.c.staff_id.in_(who), table.c.ends_at == at, table.c.starts_at < at)
    on = sa.select(table.c.staff_id).where(table.c.staff_id.in_(who), *COVERS)
    rows = tx.all(over.where(table.c.staff_id.not_in(on)).distinct().order_by(table.c.staff_id), {"now": tx.now})
    return [row.staff_id for row in rows]


def write(tx: Tx, shifts: Iterable[Shift], source: Source) -> None:
    """Write shifts down as they are."""
    rows = [
        {"id": tx.id(), "staff_id": one.staff_id, "starts_at": one.starts_at, "ends_at": one.ends_at, "source": source}
        for one in shifts
    ]
    if rows:
        tx.run(table.insert(), rows)


def forget_planned(tx: Tx, who: Sequence[str]) -> int:
    """A newer roster speaks of these members: what was planned for them and has not begun is void."""
    return tx.run(table.delete().where(table.c.staff_id.in_(who), table.c.starts_at > tx.now))


def running_of(tx: Tx, who: Sequence[str]) -> list[Shift]:
    """The shifts these members are on."""
    columns = (table.c.staff_id, table.c.starts_at, table.c.ends_at)
    wanted = sa.select(*columns).where(table.c.staff_id.in_(who), *COVERS)
    return [
        Shift(row.staff_id, row.starts_at, row.ends_at)
        for row in tx.all(wanted.order_by(table.c.staff_id), {"now": tx.now})
    ]
