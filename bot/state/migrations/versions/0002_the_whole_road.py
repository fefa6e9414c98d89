"""Let a contact go the whole road: undecided, issued, listed, aboard, picked up, arrived."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = (
    "unplaced", "pending", "forwarded", "awaiting_transport", "at_home", "awaiting_offline", "offline_done", "merged",
    "undecided", "excluded", "issued", "listed", "aboard", "picked_up", "arrived",
)  # fmt: skip


def upgrade() -> None:
    listed = ", ".join(f"'{state}'" for state in STATES)
    with op.batch_alter_table("contact") as batch:
        batch.drop_constraint(op.f("ck_contact_ck_contact_state"), type_="check")  # as 0001 came to name it
        batch.create_check_constraint(op.f("ck_contact_state"), f"state IN ({listed})")
