"""Make room for kits, stock and issuances."""

import sqlalchemy as sa
from alembic import op

from bot.state.base import Json, Utc
from bot.state.migrations.guards import decided_only

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ACTIVE = sa.text("state = 'active'")


def upgrade() -> None:
    _stock()
    _issuance()
    _roll_call()
    for statement in decided_only("issuance")[op.get_context().dialect.name]:
        op.execute(statement)


def _stock() -> None:
    op.create_table(
        "stock",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name="never_below_nothing"),
        sa.PrimaryKeyConstraint("id", name="pk_stock"),
        sa.UniqueConstraint("area_code", "item", name="uq_stock_area_code_item"),
    )
    op.create_table(
        "stock_move",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("stock_id", sa.String(length=32), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("issuance_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("moved_by", sa.String(length=64), nullable=False),
        sa.Column("moved_at", Utc(), nullable=False),
        sa.CheckConstraint("why IN ('opened', 'received', 'issued', 'given_back', 'spoilt', 'counted')", name="why"),
        sa.CheckConstraint("pieces <> 0", name="something_moves"),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.id"], name="fk_stock_move_stock_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stock_move"),
    )
    op.create_index("ix_stock_move_stock_id", "stock_move", ["stock_id"], unique=False)
    op.create_index("ix_stock_move_issuance_id", "stock_move", ["issuance_id"], unique=False)


def _issuance() -> None:
    op.create_table(
        "issuance",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("band_id", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("items", Json, nullable=False),
        sa.Column("issued_by", sa.String(length=64), nullable=False),
        sa.Column("issued_at", Utc(), nullable=False),
        sa.Column("ended_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("reason", sa.String(length=24), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('active', 'undone', 'replaced', 'withdrawn')", name="state"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_issuance_contact_id"),
        sa.ForeignKeyConstraint(["band_id"], ["band.id"], name="fk_issuance_band_id"),
        sa.PrimaryKeyConstraint("id", name="pk_issuance"),
    )
    op.create_index("ix_issuance_contact_id", "issuance", ["contact_id"], unique=False)
    op.create_index("ix_issuance_band_id", "issuance", ["band_id"], unique=False)
    op.create_index("ix_issuance_member", "issuance", ["issued_by", "issued_at"], unique=False)
    for name, column in (("uq_issuance_person", "contact_id"), ("uq_issuance_band", "band_id")):
        op.create_index(name, "issuance", [column], unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE)


def _roll_call() -> None:
    op.create_table(
        "roll_call",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("there", sa.Boolean(), nullable=False),
        sa.Column("called_by", sa.String(length=64), nullable=False),
        sa.Column("called_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_roll_call_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_roll_call"),
    )
    op.create_index("ix_roll_call_contact", "roll_call", ["contact_id", "called_at"], unique=False)
