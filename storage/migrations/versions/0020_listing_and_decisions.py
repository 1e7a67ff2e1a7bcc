"""Conversations are listed by time, and a decision is found by its id"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("conversations_by_time", "conversations", ["tenant", "created_at"])
    op.create_index("journal_entries_of_decision", "journal_entries", ["decision_id"])


def downgrade() -> None:
    op.drop_index("journal_entries_of_decision", "journal_entries")
    op.drop_index("conversations_by_time", "conversations")
