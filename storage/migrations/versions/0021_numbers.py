"""How messages stand at the other side, and who wrote STOP"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("reference", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("deliveries", sa.Column("remote", sa.String(length=20), nullable=False, server_default=""))
    op.create_index("ix_deliveries_reference", "deliveries", ["reference"])
    op.create_table(
        "opt_outs",
        sa.Column("connector", sa.String(length=64), nullable=False),
        sa.Column("receiver", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("mac", sa.String(length=48), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("connector", "receiver"),
    )


def downgrade() -> None:
    op.drop_table("opt_outs")
    op.drop_index("ix_deliveries_reference", "deliveries")
    op.drop_column("deliveries", "remote")
    op.drop_column("deliveries", "reference")
