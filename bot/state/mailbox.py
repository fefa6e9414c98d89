"""The tables of what arrived, what is to be said and what is promised. Law: a row ends once."""

import zlib
from enum import StrEnum

import sqlalchemy as sa

from bot.state.base import Serial, Utc, metadata, one_of


class Outcome(StrEnum):
    """How an arrival ended."""

    APPLIED = "applied"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


class Post(StrEnum):
    """The life of an outgoing row; the last four are ends (I-12)."""

    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    FAILED = "failed"


class Priority:
    """Smaller goes first: an answer before a task, a task before a digest."""

    ANSWER = 0
    TASK = 5
    DIGEST = 9


inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.String(96), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("received_at", Utc, nullable=False, index=True),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(48), nullable=False, server_default=""),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    one_of("outcome", Outcome, "outcome"),
)
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("seq", Serial, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(32), nullable=False, unique=True),
    sa.Column("dedup", sa.String(160), nullable=False, unique=True),
    sa.Column("cause", sa.String(96), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("recipient", sa.String(64), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("card", sa.String(32), nullable=False, server_default=""),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, server_default=Post.WAITING.value),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False),
    sa.Column("lease_until", Utc),
    sa.Column("lease", sa.String(32), nullable=False, server_default=""),
    sa.Column("ended_at", Utc),
    sa.Column("reason", sa.String(64), nullable=False, server_default=""),
    one_of("state", Post),
)
sa.Index(
    "ix_outbox_due",
    outbox.c.priority,
    outbox.c.seq,
    sqlite_where=outbox.c.state.in_(["waiting", "leased"]),
    postgresql_where=outbox.c.state.in_(["waiting", "leased"]),
)
sa.Index(
    "ix_outbox_recipient",
    outbox.c.recipient,
    sqlite_where=outbox.c.state.in_(["waiting", "leased"]),
    postgresql_where=outbox.c.state.in_(["waiting", "leased"]),
)
sa.Index("ix_outbox_card", outbox.c.card)
deliveries = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", Serial, primary_key=True, autoincrement=True),
    sa.Column("outbox_id", sa.String(32), nullable=False),
    sa.Column("recipient", sa.String(64), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_delivery_recipient_at", "recipient", "at"),
)
timers = sa.Table(
    "timer",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("flow", sa.String(32), nullable=False),
    sa.Column("ref", sa.String(64), nullable=False),
    sa.Column("name", sa.String(32), nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("lease_until", Utc),
    sa.Column("cause", sa.String(96), nullable=False),
)
sa.Index(
    "ix_timer_due",
    timers.c.due_at,
    sqlite_where=timers.c.ended_at.is_(None),
    postgresql_where=timers.c.ended_at.is_(None),
)
sa.Index("ix_timer_ref", timers.c.flow, timers.c.ref)
tokens = sa.Table(
    "wecom_token",
    metadata,
    sa.Column("id", sa.String(96), primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", Utc, nullable=False),
    sa.Column("lease_until", Utc),
)


PHOTO_LANES = 4


def photo_lane(person: str) -> str:
    """The recipient of a person's photographs to be read: few lanes, so that slow ones never take all the workers."""
    return f"(photo {zlib.crc32(person.encode()) % PHOTO_LANES})"
