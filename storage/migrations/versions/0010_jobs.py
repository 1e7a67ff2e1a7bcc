"""When each job is due, who runs it, and how it went"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.Double[float](), nullable=False),
        sa.Column("due_at", sa.Double[float](), nullable=False),
        sa.Column("started_at", sa.Double[float](), nullable=False),
        sa.Column("succeeded_at", sa.Double[float](), nullable=False),
        sa.Column("failed_at", sa.Double[float](), nullable=False),
        sa.Column("seconds", sa.Double[float](), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.Column("failed_runs", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("jobs")
