"""Make room for batches of codes and the bands that bear them."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by the capability that owns it."""
