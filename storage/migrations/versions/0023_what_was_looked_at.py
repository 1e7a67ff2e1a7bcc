"""Up to which message somebody at the desk has looked at a conversation: what unread marks are counted from"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_seen",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "subject", "conversation_id"),
    )
    op.create_index("desk_seen_of_conversation", "desk_seen", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("desk_seen")
