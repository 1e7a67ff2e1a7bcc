"""Which processes run, and what each has obeyed"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("started_at", sa.Double[float](), nullable=False),
        sa.Column("heard_at", sa.Double[float](), nullable=False),
        sa.Column("dial_turn", sa.Integer(), nullable=False),
        sa.Column("dial_turn_at", sa.Double[float](), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("processes_heard", "processes", ["heard_at"])


def downgrade() -> None:
    op.drop_table("processes")
