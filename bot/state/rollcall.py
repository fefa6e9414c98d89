"""点名 at the 集合点: who was there and who was not, as often as it was asked. Law: a call is added, never changed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.state import bulk
from bot.state.base import Utc, id_column, metadata
from bot.state.unit import Tx

HOLDS = timedelta(hours=12)  # yesterday's roll is not today's

table = sa.Table(
    "roll_call",
    metadata,
    id_column(),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contact.id"), nullable=False),
    sa.Column("there", sa.Boolean, nullable=False),
    sa.Column("called_by", sa.String(64), nullable=False),
    sa.Column("called_at", Utc, nullable=False),
)
sa.Index("ix_roll_call_contact", table.c.contact_id, table.c.called_at)


def call(tx: Tx, people: Iterable[str], *, there: bool) -> None:
    """These contacts were there, or were not."""
    rows = [
        {"id": tx.id(), "contact_id": one, "there": there, "called_by": tx.actor, "called_at": tx.now} for one in people
    ]
    bulk.insert(tx.conn, table, rows)
    for row in rows:
        tx.note(
            f"roll_call:{row['id']}", 1, "called", "", "there" if there else "missing", {"contact": row["contact_id"]}
        )


def latest(tx: Tx, people: Iterable[str], since: datetime | None = None) -> dict[str, bool]:
    """Whether each of these contacts was there when last called, of those called in the last hours at all."""
    wanted = sa.select(table.c.contact_id, table.c.there).where(
        table.c.contact_id.in_(list(people)), table.c.called_at > (since or tx.now - HOLDS)
    )
    return {row.contact_id: row.there for row in tx.all(wanted.order_by(table.c.called_at, table.c.id))}
