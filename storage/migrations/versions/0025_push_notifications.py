"""Where partners are told of their tasks"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "a2a_push_configs",
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("told", sa.String(length=80), nullable=False, server_default=""),
        sa.Column("mac", sa.String(length=48), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("target"),
        sa.UniqueConstraint("task_id", "id"),
    )
    op.create_index("ix_a2a_push_configs_conversation_id", "a2a_push_configs", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("a2a_push_configs")
