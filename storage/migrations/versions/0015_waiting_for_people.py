"""When a handoff was claimed, and who is on duty at the desk: what the expected wait is told from"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("handoffs", sa.Column("claimed_at", sa.DateTime(timezone=True)))
    op.create_index("handoffs_of_queue", "handoffs", ["tenant", "queue", "state"])
    op.create_table(
        "desk_presence",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "subject"),
    )


def downgrade() -> None:
    op.drop_table("desk_presence")
    op.drop_index("handoffs_of_queue", "handoffs")
    op.drop_column("handoffs", "claimed_at")
