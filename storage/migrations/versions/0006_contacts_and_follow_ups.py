"""Earlier contacts and follow-ups"""

import json

import sqlalchemy as sa
from alembic import op

import storage.tables.conversations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("customer_id", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("last_at", storage.tables.conversations.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("subject", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("standing", sa.String(length=20), nullable=False, server_default=""))
        batch_op.create_index("conversations_of_customer", ["tenant", "customer_id", "created_at"], unique=False)
        batch_op.create_index("idle_conversations", ["status", "last_at"], unique=False)
    _know_customers()
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("turn_id", sa.String(length=40), nullable=False),
        sa.Column("procedure", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("due_at", storage.tables.conversations.Moment(timezone=True), nullable=False),
        sa.Column("made_at", storage.tables.conversations.Moment(timezone=True), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("until", storage.tables.conversations.Moment(timezone=True), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", storage.tables.conversations.Moment(timezone=True), nullable=True),
        sa.Column("done_at", storage.tables.conversations.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_ups_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index("due_follow_ups", ["state", "due_at"], unique=False)
        batch_op.create_index("follow_ups_of_customer", ["tenant", "customer_id", "about"], unique=False)


def _know_customers() -> None:
    """Conversations that were held before belong to their customers too."""
    connection = op.get_bind()
    last = "(SELECT max(at) FROM messages WHERE messages.conversation_id = conversations.id)"
    connection.execute(sa.text(f"UPDATE conversations SET last_at = coalesce({last}, created_at)"))  # noqa: S608 - fixed
    rows = connection.execute(sa.text("SELECT id, memory FROM conversations")).all()
    for row in rows:
        customer: dict[str, str] = json.loads(row.memory).get("customer") or {}
        if customer.get("auth_level") in ("authenticated", "strong"):
            values = {"id": row.id, "customer": customer["id"]}
            connection.execute(sa.text("UPDATE conversations SET customer_id = :customer WHERE id = :id"), values)


def downgrade() -> None:
    op.drop_table("follow_ups")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index("idle_conversations")
        batch_op.drop_index("conversations_of_customer")
        for name in ("standing", "subject", "last_at", "customer_id"):
            batch_op.drop_column(name)
