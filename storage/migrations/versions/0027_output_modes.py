"""In which kinds of parts a partner takes its task"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("a2a_tasks", sa.Column("output_modes", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("a2a_tasks", "output_modes")
