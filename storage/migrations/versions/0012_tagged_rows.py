"""Every row that decides or records carries a tag that a writer of the database cannot make.

The rows that are there are tagged once all steps are done, in the same transaction: see `storage.keying`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    "journal_entries",
    "journal_heads",
    "data_keys",
    "calls",
    "pending_actions",
    "evidence",
    "ledger_rows",
    "autonomy_overrides",
    "accepted_bundles",
    "erasures",
    "conversations",
    "turns",
    "messages",
    "events",
    "handoffs",
    "feedback",
    "follow_ups",
    "a2a_contexts",
    "a2a_tasks",
    "a2a_messages",
)


def upgrade() -> None:
    for name in TABLES:
        op.add_column(name, sa.Column("mac", sa.String(length=48), nullable=False, server_default=""))
    op.add_column("journal_heads", sa.Column("keyed_from", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("journal_heads", sa.Column("totals", sa.Text(), nullable=False, server_default="{}"))
    op.create_table(
        "record_marks",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("mac", sa.String(length=48), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("record_marks")
    for name in ("totals", "keyed_from"):
        op.drop_column("journal_heads", name)
    for name in TABLES:
        op.drop_column(name, "mac")
