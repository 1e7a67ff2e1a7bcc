"""Evidence names the question that it answers"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence", sa.Column("pending_id", sa.String(length=64), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("evidence", "pending_id")
