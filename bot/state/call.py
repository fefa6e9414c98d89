"""Telephone attempts (必须通过电话联系). Law: each attempt is one line with its outcome, never changed.

Results 1–6 need one 接通; result 7 has to be earned by the number of attempts the rule pack asks, not all in one hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from bot.state.base import Utc, id_column, metadata, one_of
from bot.state.rules import Pack, duration
from bot.state.unit import Tx


class Outcome(StrEnum):
    """How an attempt ended (DOMAIN §2.2.3); the labels stand in `cards.verification.CALLS`."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    OFF = "off"
    NO_SUCH_NUMBER = "no_such_number"
    REJECTED = "rejected"
    BUSY = "busy"


table = sa.Table(
    "call_attempt",
    metadata,
    id_column(),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False, index=True),
    sa.Column("verification_id", sa.String(32), sa.ForeignKey("verification.id"), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("called_by", sa.String(64), nullable=False),
    sa.Column("at", Utc, nullable=False),
    one_of("outcome", Outcome, "outcome"),
)
_insert = table.insert()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to reach a person by telephone."""

    outcome: str
    called_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """What 联系不上 still lacks: so many attempts, or an attempt not before a time."""

    attempts: int
    not_before: datetime | None = None


def log(tx: Tx, contact_id: str, verification_id: str, outcome: Outcome) -> None:
    """Write one attempt."""
    values = {"id": tx.id(), "contact_id": contact_id, "verification_id": verification_id}
    tx.run(_insert, values | {"outcome": outcome.value, "called_by": tx.actor, "at": tx.now})


_attempts = (
    sa.select(table.c.outcome, table.c.called_by, table.c.at)
    .where(table.c.contact_id == sa.bindparam("contact"))
    .order_by(table.c.at, table.c.id)
)


def attempts(tx: Tx, contact_id: str) -> list[Attempt]:
    """Every attempt to reach a person, the oldest first, whoever made it."""
    return [Attempt(row.outcome, row.called_by, row.at) for row in tx.all(_attempts, {"contact": contact_id})]


def answered(made: Sequence[Attempt]) -> bool:
    """Whether somebody has answered."""
    return any(one.outcome == Outcome.ANSWERED for one in made)


def unreachable(made: Sequence[Attempt], pack: Pack) -> Missing | None:
    """None when 联系不上 has been earned, else what is missing."""
    rule = pack.tables.get("calls", {})
    needed = int(rule.get("unreachable_attempts", 3))
    spread = duration(rule.get("spread", "1h"), f"{pack.name}: calls.spread")
    failed = [one for one in made if one.outcome != Outcome.ANSWERED]
    if not failed:
        return Missing(needed)
    wide = failed[-1].at - failed[0].at >= spread if needed > 1 else True
    if len(failed) >= needed and wide:
        return None
    earliest = None if wide or spread == timedelta() else failed[0].at + spread
    return Missing(max(needed - len(failed), 1), earliest)
