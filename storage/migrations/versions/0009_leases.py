"""Who works on a conversation, and which turns are not finished"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.Double[float](), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_index("leases_of_owner", "leases", ["owner"])
    unfinished = sa.text("result IS NULL")
    op.create_index(
        "unfinished_turns", "turns", ["conversation_id", "at"], sqlite_where=unfinished, postgresql_where=unfinished
    )


def downgrade() -> None:
    op.drop_index("unfinished_turns", table_name="turns")
    op.drop_table("leases")
