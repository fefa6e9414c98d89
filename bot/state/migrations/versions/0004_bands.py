"""Make room for batches of codes and the bands that bear them."""

import sqlalchemy as sa
from alembic import op

from bot.state.base import Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Whose a band once was, it stays (I-31); and nobody who is 待判定 gets one (DOMAIN §2.4).
_UNDECIDED = "SELECT 1 FROM contact WHERE id = NEW.contact_id AND state IN ('undecided', 'excluded')"
GUARDS = {
    "sqlite": [
        "CREATE TRIGGER band_one_person BEFORE UPDATE OF contact_id ON band "
        "WHEN OLD.contact_id IS NOT NULL AND NEW.contact_id IS NOT OLD.contact_id "
        "BEGIN SELECT RAISE(ABORT, 'a band stays with its person'); END",
        "CREATE TRIGGER band_one_code BEFORE UPDATE OF code ON band WHEN NEW.code IS NOT OLD.code "
        "BEGIN SELECT RAISE(ABORT, 'a band keeps its code'); END",
        f"CREATE TRIGGER band_decided_only BEFORE UPDATE OF contact_id ON band WHEN EXISTS ({_UNDECIDED}) "
        "BEGIN SELECT RAISE(ABORT, 'undecided'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION band_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF OLD.contact_id IS NOT NULL AND NEW.contact_id IS DISTINCT FROM OLD.contact_id "
        "THEN RAISE EXCEPTION 'a band stays with its person'; END IF; "
        "IF NEW.code <> OLD.code THEN RAISE EXCEPTION 'a band keeps its code'; END IF; "
        f"IF NEW.contact_id IS DISTINCT FROM OLD.contact_id AND EXISTS ({_UNDECIDED}) "
        "THEN RAISE EXCEPTION 'undecided'; END IF; "
        "RETURN NEW; END $$",
        "CREATE TRIGGER band_guard BEFORE UPDATE ON band FOR EACH ROW EXECUTE FUNCTION band_guard()",
    ],
}


def upgrade() -> None:
    """Batches, bands, and what the database itself refuses."""
    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("maker", sa.String(length=16), server_default="", nullable=False),
        sa.Column("form", sa.String(length=200), server_default="", nullable=False),
        sa.Column("key_id", sa.String(length=8), server_default="", nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("printed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.String(length=64), server_default="", nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'retired')", name="state"),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
    )
    op.create_index("ix_batch_key_id", "batch", ["key_id"])
    op.create_index("uq_batch_name", "batch", ["name"], unique=True)
    op.create_table(
        "band",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=160), nullable=False),
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=True),
        sa.Column("bound_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("bound_at", Utc(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("reason", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('stock', 'bound', 'freed', 'retired')", name="state"),
        sa.CheckConstraint("(state <> 'stock' OR contact_id IS NULL)", name="stock_is_nobodys"),
        sa.CheckConstraint("(state NOT IN ('bound', 'freed') OR contact_id IS NOT NULL)", name="bound_is_somebodys"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_band_batch_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_band_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_band"),
    )
    op.create_index("ix_band_batch_id", "band", ["batch_id"])
    op.create_index("ix_band_contact_id", "band", ["contact_id"])
    op.create_index("uq_band_code", "band", ["code"], unique=True)
    op.create_index(
        "uq_band_person",
        "band",
        ["contact_id"],
        unique=True,
        sqlite_where=sa.text("state = 'bound'"),
        postgresql_where=sa.text("state = 'bound'"),
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
