"""The ids that channels call their conversations by, as keyed digests: one open conversation each"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_open = sa.text("status <> 'closed'")
    op.add_column("conversations", sa.Column("external_key", sa.String(length=80)))
    op.create_index("conversations_by_external_key", "conversations", ["tenant", "external_key"])
    op.create_index(
        "open_external_keys",
        "conversations",
        ["tenant", "channel", "external_key"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def downgrade() -> None:
    op.drop_index("open_external_keys", "conversations")
    op.drop_index("conversations_by_external_key", "conversations")
    op.drop_column("conversations", "external_key")
