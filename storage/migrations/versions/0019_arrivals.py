"""Messages that came in by a connector, so that each begins one turn"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("connector", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double[float](), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("arrivals_of_conversation", "arrivals", ["conversation_id", "at"])
    op.create_index("arrivals_of_sender", "arrivals", ["connector", "sender", "at"])
    op.create_index("waiting_arrivals", "arrivals", ["state", "at"])


def downgrade() -> None:
    op.drop_table("arrivals")
