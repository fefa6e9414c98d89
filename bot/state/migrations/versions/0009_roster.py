"""Make room for shifts, for how a member is shown cards, and for the menus of those who read them as text."""

import sqlalchemy as sa
from alembic import op

from bot.state.base import Json, Utc

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables and a column."""
    op.create_table(
        "shift",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("starts_at", Utc(), nullable=False),
        sa.Column("ends_at", Utc(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.CheckConstraint("source IN ('file', 'word')", name="source"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_shift_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shift"),
    )
    op.create_index("ix_shift_staff_id_ends_at", "shift", ["staff_id", "ends_at"])
    op.create_table(
        "menu",
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("card", sa.String(length=32), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("sent_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name="pk_menu"),
    )
    # Added in place: SQLite would otherwise copy the table, and the grants hang on its rows.
    op.execute(
        "ALTER TABLE staff ADD COLUMN card_mode VARCHAR(8) DEFAULT 'card' NOT NULL "
        "CONSTRAINT ck_staff_card_mode CHECK (card_mode IN ('card', 'text'))"
    )
