"""Make room for codes, kits and issuances."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by the capability that owns it."""
