"""Make room for boardings, hand-overs and their guests, and for where a hotel's own system is told."""

import sqlalchemy as sa
from alembic import op

from bot.state.base import Utc
from bot.state.migrations.guards import decided_only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RIDING = sa.text("state IN ('aboard', 'departed')")


def upgrade() -> None:
    op.add_column("hotel", sa.Column("push_url", sa.String(length=512), server_default="", nullable=False))
    op.add_column("hotel", sa.Column("push_key", sa.LargeBinary(), nullable=True))
    _boarding()
    _handover()
    _guest()
    for statement in decided_only("boarding")[op.get_context().dialect.name]:
        op.execute(statement)


def _boarding() -> None:
    op.create_table(
        "boarding",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.Column("vehicle_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("band_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("boarded_by", sa.String(length=64), nullable=False),
        sa.Column("boarded_at", Utc(), nullable=False),
        sa.Column("ended_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.CheckConstraint("state IN ('aboard', 'undone', 'departed', 'arrived', 'strayed')", name="state"),
        sa.CheckConstraint("how IN ('scan', 'manual', 'later')", name="how"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_boarding_notice_id"),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicle.id"], name="fk_boarding_vehicle_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_boarding_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_boarding"),
    )
    for column in ("notice_id", "vehicle_id", "contact_id"):
        op.create_index(f"ix_boarding_{column}", "boarding", [column], unique=False)
    op.create_index(
        "uq_boarding_riding", "boarding", ["contact_id"], unique=True, sqlite_where=RIDING, postgresql_where=RIDING
    )


def _handover() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.Column("vehicle_id", sa.String(length=32), nullable=False),
        sa.Column("hotel_code", sa.String(length=32), nullable=False),
        sa.Column("departed_by", sa.String(length=64), nullable=False),
        sa.Column("departed_at", Utc(), nullable=False),
        sa.Column("head_count", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("second_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("push", sa.String(length=16), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("fault", sa.String(length=16), server_default="", nullable=False),
        sa.Column("fault_note", sa.LargeBinary(), nullable=False),
        sa.Column("settled_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("settled_at", Utc(), nullable=True),
        sa.CheckConstraint("state IN ('sent', 'disputed', 'agreed')", name="state"),
        sa.CheckConstraint("push IN ('none', 'waiting', 'delivered', 'lost')", name="push"),
        sa.CheckConstraint("head_count = people OR second_by <> ''", name="head_count"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_handover_notice_id"),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicle.id"], name="fk_handover_vehicle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
        sa.UniqueConstraint("vehicle_id", name="uq_handover_vehicle_id"),
    )
    for column in ("notice_id", "hotel_code"):
        op.create_index(f"ix_handover_{column}", "handover", [column], unique=False)


def _guest() -> None:
    op.create_table(
        "guest",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("boarding_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("room", sa.LargeBinary(), nullable=False),
        sa.Column("arrived_at", Utc(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('expected', 'arrived', 'absent')", name="state"),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name="fk_guest_handover_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_guest_contact_id"),
        sa.ForeignKeyConstraint(["boarding_id"], ["boarding.id"], name="fk_guest_boarding_id"),
        sa.PrimaryKeyConstraint("id", name="pk_guest"),
        sa.UniqueConstraint("boarding_id", name="uq_guest_boarding_id"),
        sa.UniqueConstraint("handover_id", "contact_id", name="uq_guest_handover_id_contact_id"),
    )
    op.create_index("ix_guest_contact_id", "guest", ["contact_id"], unique=False)
