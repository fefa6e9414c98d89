"""Make room for kits, stock and issuances."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by the capability that owns it."""
