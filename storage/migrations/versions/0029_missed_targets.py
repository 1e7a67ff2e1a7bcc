"""Handovers that nobody took within the target of their queue"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_missed_targets",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "waiting_since"),
    )
    op.create_index("desk_missed_targets_of_tenant", "desk_missed_targets", ["tenant", "at"])


def downgrade() -> None:
    op.drop_table("desk_missed_targets")
