"""Lay the foundations: inbox, outbox, timers, journal, directory, contacts and what became of them."""

import sqlalchemy as sa
from alembic import op

from bot.state.base import Json, Serial, Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The journal is append-only: the database itself refuses to change or delete a line (I-61).
APPEND_ONLY = {
    "sqlite": [
        "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'append-only'); END",
        "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'append-only'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append-only'; END $$",
        "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal "
        "FOR EACH ROW EXECUTE FUNCTION journal_refuse()",
        "CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("parent", sa.String(length=32), server_default="", nullable=False),
        sa.Column("path", sa.String(length=256), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_area"),
    )
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.create_index("ix_area_path", ["path"], unique=False)

    op.create_table(
        "card",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=16), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("code_at", Utc(), nullable=True),
        sa.Column("msgid", sa.String(length=128), server_default="", nullable=False),
        sa.Column("sent_at", Utc(), nullable=True),
        sa.Column("opened_at", Utc(), nullable=True),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.Column("made_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_card"),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index("ix_card_conversation", ["conversation"], unique=False)
        batch_op.create_index(
            "ix_card_recipient",
            ["recipient", "slot"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "uq_card_live",
            ["conversation", "recipient", "slot"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("area_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("list_no", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("sex", sa.String(length=8), server_default="", nullable=False),
        sa.Column("id_type", sa.String(length=16), server_default="", nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("index_case", sa.LargeBinary(), nullable=False),
        sa.Column("last_exposure", sa.Date(), nullable=True),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(), nullable=True),
        sa.Column("person_hash", sa.LargeBinary(), nullable=True),
        sa.Column("home_hash", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.CheckConstraint(
            "state IN ('unplaced', 'pending', 'forwarded', 'awaiting_transport', 'at_home', 'awaiting_offline', 'offline_done', 'merged')",
            name="ck_contact_state",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_area_state", ["area_code", "state"], unique=False)
        batch_op.create_index("ix_contact_home_hash", ["home_hash"], unique=False)
        batch_op.create_index("ix_contact_person_hash", ["person_hash"], unique=False)
        batch_op.create_index("uq_contact_id_hash", ["id_hash"], unique=True)

    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("flow", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=64), server_default="", nullable=False),
        sa.Column("held_at", Utc(), nullable=True),
        sa.Column("draft", sa.LargeBinary(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
        sa.UniqueConstraint("flow", "ref", name="uq_conversation_flow_ref"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("outbox_id", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_recipient_at", ["recipient", "at"], unique=False)

    op.create_table(
        "hotel",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=200), server_default="", nullable=False),
        sa.Column("capacity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("area_code", sa.String(length=32), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_hotel"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=96), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=48), server_default="", nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("outcome IN ('applied', 'refused', 'quarantined')", name="ck_inbox_outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_received_at", ["received_at"], unique=False)

    op.create_table(
        "journal",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("entity", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=48), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=False),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=96), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sa.UniqueConstraint("entity", "n", name="uq_journal_entity_n"),
    )
    op.create_table(
        "journal_seal",
        sa.Column("id", Serial, autoincrement=True, nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_seal"),
        sa.UniqueConstraint("upto", name="uq_journal_seal_upto"),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", Serial, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("dedup", sa.String(length=160), nullable=False),
        sa.Column("cause", sa.String(length=96), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(length=32), server_default="", nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.Column("lease", sa.String(length=32), server_default="", nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("reason", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'leased', 'sent', 'superseded', 'expired', 'failed')", name="ck_outbox_state"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
        sa.UniqueConstraint("dedup", name="uq_outbox_dedup"),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_card", ["card"], unique=False)
        batch_op.create_index(
            "ix_outbox_due",
            ["priority", "seq"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'leased')"),
            postgresql_where=sa.text("state IN ('waiting', 'leased')"),
        )
        batch_op.create_index(
            "ix_outbox_recipient",
            ["recipient"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'leased')"),
            postgresql_where=sa.text("state IN ('waiting', 'leased')"),
        )

    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("focus", sa.String(length=32), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
    )
    op.create_table(
        "timer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("flow", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.Column("cause", sa.String(length=96), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timer"),
    )
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_timer_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index("ix_timer_ref", ["flow", "ref"], unique=False)

    op.create_table(
        "wecom_token",
        sa.Column("id", sa.String(length=96), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_wecom_token"),
    )
    op.create_table(
        "conflict",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=24), nullable=False),
        sa.Column("known", sa.LargeBinary(), nullable=False),
        sa.Column("listed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'kept', 'taken')", name="ck_conflict_state"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_conflict_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conflict"),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index(
            "uq_conflict_open",
            ["contact_id", "field"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "contact_history",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=24), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("after", sa.LargeBinary(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_contact_history_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_history"),
    )
    with op.batch_alter_table("contact_history", schema=None) as batch_op:
        batch_op.create_index("ix_contact_history_contact_id", ["contact_id"], unique=False)

    op.create_table(
        "grant",
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=256), nullable=False),
        sa.CheckConstraint(
            "role IN ('cdc', 'community', 'dispatcher', 'escort', 'hotel', 'lead', 'admin')", name="ck_grant_role"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_grant_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", "role", "area_code", name="pk_grant"),
    )
    with op.batch_alter_table("grant", schema=None) as batch_op:
        batch_op.create_index("ix_grant_path", ["path"], unique=False)

    op.create_table(
        "verification",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), server_default="", nullable=False),
        sa.Column("taken_at", Utc(), nullable=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'taken', 'reported', 'forwarded', 'left')", name="ck_verification_state"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_verification_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_verification"),
    )
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.create_index(
            "ix_verification_area",
            ["area_code", "due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('open', 'taken')"),
            postgresql_where=sa.text("state IN ('open', 'taken')"),
        )
        batch_op.create_index(
            "uq_verification_open",
            ["contact_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'taken')"),
            postgresql_where=sa.text("state IN ('open', 'taken')"),
        )

    op.create_table(
        "call_attempt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("verification_id", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("called_by", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('answered', 'unanswered', 'off', 'no_such_number', 'rejected', 'busy')",
            name="ck_call_attempt_outcome",
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_call_attempt_contact_id"),
        sa.ForeignKeyConstraint(["verification_id"], ["verification.id"], name="fk_call_attempt_verification_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call_attempt"),
    )
    with op.batch_alter_table("call_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_call_attempt_contact_id", ["contact_id"], unique=False)

    op.create_table(
        "forward",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("verification_id", sa.String(length=32), nullable=False),
        sa.Column("from_area", sa.String(length=32), nullable=False),
        sa.Column("to_area", sa.String(length=32), nullable=False),
        sa.Column("sent_by", sa.String(length=64), nullable=False),
        sa.Column("sent_at", Utc(), nullable=False),
        sa.Column("ended_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('offered', 'disputed', 'accepted', 'returned', 'withdrawn', 'ruled')", name="ck_forward_state"
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_forward_contact_id"),
        sa.ForeignKeyConstraint(["verification_id"], ["verification.id"], name="fk_forward_verification_id"),
        sa.PrimaryKeyConstraint("id", name="pk_forward"),
    )
    with op.batch_alter_table("forward", schema=None) as batch_op:
        batch_op.create_index("ix_forward_verification_id", ["verification_id"], unique=False)
        batch_op.create_index(
            "uq_forward_open",
            ["contact_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('offered', 'disputed')"),
            postgresql_where=sa.text("state IN ('offered', 'disputed')"),
        )

    op.create_table(
        "report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("verification_id", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=4), nullable=False),
        sa.Column("remark", sa.LargeBinary(), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("reported_by", sa.String(length=64), nullable=False),
        sa.Column("reported_at", Utc(), nullable=False),
        sa.Column("received_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("received_at", Utc(), nullable=True),
        sa.Column("undone_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["verification_id"], ["verification.id"], name="fk_report_verification_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("verification_id", "n", name="uq_report_verification_id_n"),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_report_unreceived",
            ["reported_at"],
            unique=False,
            sqlite_where=sa.text("received_at IS NULL"),
            postgresql_where=sa.text("received_at IS NULL"),
        )
        batch_op.create_index("ix_report_verification_id", ["verification_id"], unique=False)

    op.create_table(
        "offline_duty",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("verification_id", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("channel", sa.String(length=16), server_default="", nullable=False),
        sa.Column("told_whom", sa.LargeBinary(), nullable=False),
        sa.Column("told_at", Utc(), nullable=True),
        sa.Column("done_by", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'void')", name="ck_offline_duty_state"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_offline_duty_report_id"),
        sa.ForeignKeyConstraint(["verification_id"], ["verification.id"], name="fk_offline_duty_verification_id"),
        sa.PrimaryKeyConstraint("id", name="pk_offline_duty"),
        sa.UniqueConstraint("report_id", name="uq_offline_duty_report_id"),
    )
    with op.batch_alter_table("offline_duty", schema=None) as batch_op:
        batch_op.create_index("ix_offline_duty_verification_id", ["verification_id"], unique=False)
        batch_op.create_index(
            "uq_offline_duty_open",
            ["verification_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the foundations: restore a backup instead")
