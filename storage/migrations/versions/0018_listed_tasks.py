"""How far a partner task's conversation was when it was last listed, so that a listing looks at what changed"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("a2a_tasks", sa.Column("seen", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("a2a_tasks", "seen")
