"""Drop the index over name and telephone together: whoever bears both is found by the telephone alone.

A look-up hash lies anywhere in its index, so each such index writes a page of its own for every person of a long list.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One index less."""
    op.drop_index("ix_contact_person_hash", table_name="contact")
