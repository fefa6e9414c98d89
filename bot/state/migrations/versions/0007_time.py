"""Make room for what waits and for what is to be said about it."""

import sqlalchemy as sa
from alembic import op

from bot.state.base import Json, Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN, UNTOLD, PINNED = sa.text("ended_at IS NULL"), sa.text("told_at IS NULL"), sa.text("card IS NOT NULL")


def upgrade() -> None:
    """Two tables: steps that wait, each its own timer, and reminders on their way into a digest."""
    op.create_table(
        "wait",
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=256), nullable=False),
        sa.Column("holders", Json, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("began", Utc(), nullable=False),
        sa.Column("due", Utc(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("step", "ref", name="pk_wait"),
    )
    op.create_index("ix_wait_at", "wait", ["at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_wait_path", "wait", ["path"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "nudge",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("told_at", Utc(), nullable=True),
        sa.Column("card", sa.String(length=32), nullable=True),
        sa.CheckConstraint("why IN ('holder', 'lead', 'cdc', 'vacant', 'morning', 'shift_end')", name="why"),
        sa.PrimaryKeyConstraint("id", name="pk_nudge"),
        sa.UniqueConstraint("step", "ref", "stamp", "n", "person", name="uq_nudge_step_ref_stamp_n_person"),
    )
    op.create_index("ix_nudge_at", "nudge", ["at"], sqlite_where=UNTOLD, postgresql_where=UNTOLD)
    op.create_index("ix_nudge_person", "nudge", ["person"], sqlite_where=UNTOLD, postgresql_where=UNTOLD)
    op.create_index("ix_nudge_card", "nudge", ["card"], sqlite_where=PINNED, postgresql_where=PINNED)
