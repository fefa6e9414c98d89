"""Make room for transport notices and their vehicles."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by the capability that owns it."""
