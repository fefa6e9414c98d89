"""Make room for transport notices, the people on them and their vehicles."""

import sqlalchemy as sa
from alembic import op

from bot.state.base import Utc
from bot.state.migrations.guards import decided_only

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ON_IT = sa.text("state IN ('listed', 'aboard', 'departed')")
STANDING = sa.text("state IN ('assigned', 'arrived')")


def upgrade() -> None:
    _notice()
    _people()
    _vehicle()
    op.create_index("ix_verification_contact_id", "verification", ["contact_id"], unique=False)
    for statement in decided_only("notice_person")[op.get_context().dialect.name]:
        op.execute(statement)


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("close_count", sa.Integer(), nullable=False),
        sa.Column("other_count", sa.Integer(), nullable=False),
        sa.Column("count_reason", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("pickup_at", Utc(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("taken_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("taken_at", Utc(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('sent', 'taken', 'assigned', 'boarding', 'departed', 'closed', 'returned', 'cancelled', 'aborted')",
            name="state",
        ),
        sa.CheckConstraint("close_count >= 0 AND other_count >= 0 AND close_count + other_count > 0", name="counts"),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name="fk_notice_area_code"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("area_code", "number", name="uq_notice_area_code_number"),
    )
    op.create_index("ix_notice_area_created", "notice", ["area_code", "created_at"], unique=False)


def _people() -> None:
    op.create_table(
        "notice_person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("household", sa.Integer(), nullable=False),
        sa.Column("travel_class", sa.String(length=8), nullable=False),
        sa.Column("needs", sa.String(length=64), server_default="", nullable=False),
        sa.Column("listed_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("disposition", sa.String(length=16), server_default="", nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state IN ('listed', 'aboard', 'departed', 'arrived', 'disposed', 'dropped')", name="state"),
        sa.CheckConstraint("travel_class IN ('close', 'other')", name="travel_class"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_notice_person_notice_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_notice_person_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_person"),
    )
    op.create_index("ix_notice_person_notice_id", "notice_person", ["notice_id"], unique=False)
    op.create_index("ix_notice_person_contact_id", "notice_person", ["contact_id"], unique=False)
    op.create_index(
        "uq_notice_person_open",
        "notice_person",
        ["contact_id"],
        unique=True,
        sqlite_where=ON_IT,
        postgresql_where=ON_IT,
    )


def _vehicle() -> None:
    op.create_table(
        "vehicle",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.Column("plate", sa.String(length=16), nullable=False),
        sa.Column("travel_class", sa.String(length=8), nullable=False),
        sa.Column("equipment", sa.String(length=16), server_default="", nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("room", sa.Integer(), nullable=False),
        sa.Column("driver", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("eta", Utc(), nullable=False),
        sa.Column("assigned_by", sa.String(length=64), nullable=False),
        sa.Column("assigned_at", Utc(), nullable=False),
        sa.Column("arrived_at", Utc(), nullable=True),
        sa.Column("departed_at", Utc(), nullable=True),
        sa.CheckConstraint("state IN ('assigned', 'arrived', 'departed', 'withdrawn')", name="state"),
        sa.CheckConstraint("travel_class IN ('close', 'other')", name="travel_class"),
        sa.CheckConstraint("room > 0 AND room <= seats", name="room"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_vehicle_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_vehicle"),
    )
    op.create_index("ix_vehicle_notice_id", "vehicle", ["notice_id"], unique=False)
    op.create_index(
        "uq_vehicle_open",
        "vehicle",
        ["notice_id", "plate"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
