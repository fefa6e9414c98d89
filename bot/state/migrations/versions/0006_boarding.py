"""Make room for boardings, manifests and hand-overs."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by the capability that owns it."""
