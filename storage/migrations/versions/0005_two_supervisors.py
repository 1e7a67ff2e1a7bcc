"""How many supervisors a call needs, and who approved so far"""

import sqlalchemy as sa
from alembic import op

import storage.tables.control

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pending_actions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("approvals_needed", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(
            sa.Column("approved_by", storage.tables.control.Json(), nullable=False, server_default="[]")
        )


def downgrade() -> None:
    with op.batch_alter_table("pending_actions", schema=None) as batch_op:
        batch_op.drop_column("approved_by")
        batch_op.drop_column("approvals_needed")
