"""Make room for supplements and companionships, and know people again by phone, by name and address."""

import sqlalchemy as sa
from alembic import op

from bot.state.base import Json, Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Nobody whom the CDC has not judged goes a step on the road to the hotel, whatever the code above may say (I-25).
_FAR = "'awaiting_transport', 'issued', 'listed', 'aboard', 'picked_up', 'arrived'"
_LEAPS = f"OLD.state IN ('undecided', 'excluded') AND NEW.state IN ({_FAR})"
NOT_MOVED = {
    "sqlite": [
        f"CREATE TRIGGER contact_undecided_stays BEFORE UPDATE OF state ON contact WHEN {_LEAPS} "
        "BEGIN SELECT RAISE(ABORT, 'undecided'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION contact_undecided_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'undecided'; END $$",
        f"CREATE TRIGGER contact_undecided_stays BEFORE UPDATE OF state ON contact "
        f"FOR EACH ROW WHEN ({_LEAPS}) EXECUTE FUNCTION contact_undecided_stays()",
    ],
}


def upgrade() -> None:
    for column in ("name_hash", "address_hash", "phone_hash"):
        op.add_column("contact", sa.Column(column, sa.LargeBinary(), nullable=True))
    op.create_index("ix_contact_name_hash", "contact", ["name_hash", "address_hash"])
    op.create_index("ix_contact_phone_hash", "contact", ["phone_hash"])
    _supplement()
    _companionship()
    op.create_table(
        "kinship",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("related_id", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=16), server_default="", nullable=False),
        sa.Column("noted_by", sa.String(length=64), nullable=False),
        sa.Column("noted_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.ForeignKeyConstraint(["related_id"], ["contact.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("contact_id", "related_id"),
    )
    for statement in NOT_MOVED[op.get_bind().dialect.name]:
        op.execute(statement)


def _supplement() -> None:
    states = ("undecided", "decided", "returned", "withdrawn")
    decisions = ("", "close", "secondary", "general", "companion", "excluded", "listed")
    op.create_table(
        "supplement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("related_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("relation", sa.String(length=16), server_default="", nullable=False),
        sa.Column("guardian", sa.LargeBinary(), nullable=False),
        sa.Column("remark", sa.LargeBinary(), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("submitted_by", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", Utc(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("decision", sa.String(length=16), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"state IN {states}", name="state"),
        sa.CheckConstraint(f"decision IN {decisions}", name="decision"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    open_ones = sa.text("state IN ('undecided', 'returned')")
    op.create_index(
        "uq_supplement_open", "supplement", ["contact_id"], unique=True,
        sqlite_where=open_ones, postgresql_where=open_ones,
    )  # fmt: skip
    op.create_index("ix_supplement_area_code", "supplement", ["area_code", "state"])
    op.create_index("ix_supplement_contact_id", "supplement", ["contact_id"])


def _companionship() -> None:
    states = ("requested", "agreed", "refused", "withdrawn", "ended")
    op.create_table(
        "companionship",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.String(length=32), nullable=False),
        sa.Column("companion_id", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("warnings", Json, nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", Utc(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"state IN {states}", name="state"),
        sa.CheckConstraint("ward_id <> companion_id", name="two_people"),
        sa.ForeignKeyConstraint(["ward_id"], ["contact.id"]),
        sa.ForeignKeyConstraint(["companion_id"], ["contact.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    stands = sa.text("state IN ('requested', 'agreed')")
    for column in ("ward_id", "companion_id"):
        op.create_index(
            f"uq_companionship_{column.removesuffix('_id')}", "companionship", [column], unique=True,
            sqlite_where=stands, postgresql_where=stands,
        )  # fmt: skip
