"""Contexts, tasks and messages of partner agents"""

import sqlalchemy as sa
from alembic import op

import storage.tables.conversations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "a2a_contexts",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("live_task", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "partner", "id"),
    )
    op.create_table(
        "a2a_tasks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=False),
        sa.Column("context_id", sa.String(length=128), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("messages_before", sa.Integer(), nullable=False),
        sa.Column("actions_before", sa.Integer(), nullable=False),
        sa.Column("begun_at", storage.tables.conversations.Moment(timezone=True), nullable=False),
        sa.Column("changed_at", storage.tables.conversations.Moment(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("a2a_tasks", schema=None) as batch_op:
        batch_op.create_index("a2a_tasks_of_partner", ["tenant", "partner", "changed_at"], unique=False)

    op.create_table(
        "a2a_messages",
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("partner", sa.String(length=255), nullable=False),
        sa.Column("context_id", sa.String(length=128), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("said_as", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "partner", "context_id", "id"),
    )
    with op.batch_alter_table("a2a_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_a2a_messages_task_id"), ["task_id"], unique=False)


def downgrade() -> None:
    op.drop_table("a2a_messages")
    op.drop_table("a2a_tasks")
    op.drop_table("a2a_contexts")
