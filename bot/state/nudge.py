"""What is to be said to one person about what waits. Law: one reminder a rung and person, told once, in one digest.

A nudge waits for its person's next digest: all that wait for the same person share one time. A nudge whose step has
ended, or has begun anew since, no longer stands and is told to nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.state import bulk
from bot.state.base import Utc, metadata, one_of
from bot.state.unit import Tx
from bot.state.waiting import table as waits

SLOT = "nudge"  # where a digest lies on the phone: the next one takes its place
SOON = timedelta(seconds=2)  # a digest nearer than this may be being drawn: it is not joined any more


class Why(StrEnum):
    """Why a person is told."""

    HOLDER = "holder"
    LEAD = "lead"
    CDC = "cdc"
    VACANT = "vacant"
    MORNING = "morning"
    SHIFT_END = "shift_end"


SUMMARIES = (Why.MORNING, Why.SHIFT_END)

table = sa.Table(
    "nudge",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("why", sa.String(16), nullable=False),
    sa.Column("step", sa.String(20), nullable=False),
    sa.Column("ref", sa.String(32), nullable=False),
    sa.Column("stamp", sa.Integer, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("told_at", Utc),
    sa.Column("card", sa.String(32)),
    sa.UniqueConstraint("step", "ref", "stamp", "n", "person"),
    one_of("why", Why, "why"),
)
_untold = table.c.told_at.is_(None)
_told = table.c.card.is_not(None)
sa.Index("ix_nudge_at", table.c.at, sqlite_where=_untold, postgresql_where=_untold)
sa.Index("ix_nudge_person", table.c.person, sqlite_where=_untold, postgresql_where=_untold)
sa.Index("ix_nudge_card", table.c.card, sqlite_where=_told, postgresql_where=_told)


@dataclass(frozen=True, slots=True)
class Nudge:
    """One thing to say to one person; `n` is which reminder of its step it is."""

    id: str
    person: str
    why: str
    step: str
    ref: str
    stamp: int
    n: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A nudge that still stands, with what it is about."""

    id: str
    why: str
    step: str
    ref: str
    path: str
    due: datetime


_NAMES = tuple(Nudge.__dataclass_fields__)
_soonest = sa.func.min(table.c.at)
_is_due = (_untold, table.c.at <= sa.bindparam("now", type_=Utc))
DIGEST_DUE = sa.select(table.c.at).where(*_is_due).order_by(table.c.at).limit(1)
"""The first digest whose time has come by `now`."""
_due = sa.select(table.c.person).where(*_is_due).distinct()
_take = (
    table.update()
    .where(table.c.person == sa.bindparam("who"), _untold)
    .values(told_at=sa.bindparam("now"))
    .returning(*[table.c[name] for name in _NAMES])
)
_of_card = sa.select(*[table.c[name] for name in _NAMES]).where(table.c.card == sa.bindparam("the_card"))
_on = sa.and_(waits.c.step == table.c.step, waits.c.ref == table.c.ref)
_still = sa.and_(waits.c.stamp == table.c.stamp, waits.c.ended_at.is_(None))
_alive = sa.or_(table.c.why.in_([why.value for why in SUMMARIES]), _still)
_count = (
    sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((_alive, 1), else_=0)), 0))
    .select_from(table.outerjoin(waits, _on))
    .where(table.c.card == sa.bindparam("the_card"))
)
_standing = (
    sa.select(table.c.id, table.c.why, table.c.step, table.c.ref, waits.c.path, waits.c.due)
    .select_from(table.join(waits, _on))
    .where(table.c.id.in_(sa.bindparam("ids", expanding=True)), _still)
    .order_by(waits.c.due, table.c.id)
)
_pin = table.update().where(table.c.id.in_(sa.bindparam("ids", expanding=True))).values(card=sa.bindparam("to"))


def _read(row: Any) -> Nudge:
    return Nudge(*row)


def add(tx: Tx, rows: Sequence[Nudge]) -> None:
    """Lay things to say aside for their persons' digests."""
    bulk.insert(tx.conn, table, [{name: getattr(row, name) for name in _NAMES} for row in rows])


def planned(tx: Tx, people: Iterable[str]) -> dict[str, datetime]:
    """When each person's digest comes, for those who have one coming that can still be joined."""
    asked = sa.select(table.c.person, _soonest).where(_untold, table.c.person.in_(list(people)))
    rows: Sequence[Any] = tx.all(asked.group_by(table.c.person).having(_soonest > tx.now + SOON))
    return dict(tuple(row) for row in rows)


def due(conn: sa.Connection, now: datetime) -> list[str]:
    """The persons whose digest has come due."""
    return [row.person for row in conn.execute(_due, {"now": now})]


def take(tx: Tx, person: str) -> list[Nudge]:
    """Everything that waits to be said to a person; it counts as told from now on."""
    return [_read(row) for row in tx.all(_take, {"who": person, "now": tx.now})]


def of_card(tx: Tx, card: str) -> list[Nudge]:
    """What a digest card says."""
    return [_read(row) for row in tx.all(_of_card, {"the_card": card})]


def told_of(tx: Tx, why: str, of: str) -> frozenset[str]:
    """Who has been given a summary already, or will be."""
    asked = sa.select(table.c.person).where(table.c.step == why, table.c.ref == of)
    return frozenset(row.person for row in tx.all(asked))


def count(tx: Tx, card: str) -> tuple[int, int]:
    """How many things a digest card says, and how many of them still stand."""
    row = tx.one(_count, {"the_card": card})
    return int(row[0]), int(row[1])


def standing(tx: Tx, nudges: Iterable[Nudge]) -> list[Standing]:
    """Those whose step still waits under the same stamp, the most urgent first."""
    ids = [one.id for one in nudges if one.why not in SUMMARIES]
    rows: Sequence[Any] = tx.all(_standing, {"ids": ids}) if ids else []
    return [Standing(*row) for row in rows]


def pin(tx: Tx, ids: Iterable[str], card: str) -> None:
    """Remember on which card they stand, so that the sender can ask whether they still do."""
    tx.run(_pin, {"ids": list(ids), "to": card})


def pending(tx: Tx) -> Mapping[str, Any]:
    """Figures for health: how many things wait to be said, and since when."""
    row = tx.one(sa.select(sa.func.count(), _soonest).where(_untold))
    return {"nudges_waiting": row[0], "nudges_oldest": row[1]}
