"""Accepted policy bundles, and what a shadow bundle would decide otherwise"""

import sqlalchemy as sa
from alembic import op

import storage.tables.control

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accepted_bundles",
        sa.Column("revision", sa.String(length=80), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("signer", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("data", storage.tables.control.Json(), nullable=False),
        sa.Column("rules", storage.tables.control.Json(), nullable=False),
        sa.Column("at", storage.tables.control.Instant(length=32), nullable=False),
        sa.PrimaryKeyConstraint("revision"),
    )
    with op.batch_alter_table("accepted_bundles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accepted_bundles_version"), ["version"], unique=False)

    op.create_table(
        "shadow_tallies",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("live_revision", sa.String(length=80), nullable=False),
        sa.Column("shadow_revision", sa.String(length=80), nullable=False),
        sa.Column("tool", sa.String(length=160), nullable=False),
        sa.Column("compared", sa.BigInteger(), nullable=False),
        sa.Column("differed", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("dropped", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "live_revision", "shadow_revision", "tool"),
    )
    op.create_table(
        "shadow_differences",
        sa.Column("decision_id", sa.String(length=64), nullable=False),
        sa.Column("shadow_revision", sa.String(length=80), nullable=False),
        sa.Column("live_revision", sa.String(length=80), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column("tool", sa.String(length=160), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("live_effect", sa.String(length=16), nullable=False),
        sa.Column("live_rules", storage.tables.control.Json(), nullable=False),
        sa.Column("shadow_effect", sa.String(length=16), nullable=False),
        sa.Column("shadow_rules", storage.tables.control.Json(), nullable=False),
        sa.Column("at", storage.tables.control.Instant(length=32), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", "shadow_revision"),
    )
    with op.batch_alter_table("shadow_differences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shadow_differences_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_shadow_differences_conversation_id"), ["conversation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("shadow_differences")
    op.drop_table("shadow_tallies")
    op.drop_table("accepted_bundles")
