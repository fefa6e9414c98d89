"""Find at once what a word asks for among a hundred thousand: forwards by person, feedback by member, what is in hand."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three indexes."""
    op.create_index("ix_forward_contact_id", "forward", ["contact_id"])
    op.create_index("ix_report_reported_by", "report", ["reported_by", "reported_at"])
    held = sa.text("ended_at IS NULL AND CAST(holders AS TEXT) != '[]'")
    op.create_index("ix_wait_held", "wait", ["due", "step", "ref"], sqlite_where=held, postgresql_where=held)
