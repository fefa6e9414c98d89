"""Make room for rosters, escalations and digests."""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by the capability that owns it."""
