"""The tables of who is on duty at the desk, and how far they have read."""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table

from storage.tables.conversations import Moment

metadata = MetaData()

desk_presence = Table(
    "desk_presence",
    metadata,
    Column("tenant", String(80), primary_key=True),
    Column("subject", String(120), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("status", String(12), nullable=False),
    Column("seen_at", Moment, nullable=False),
)
"""`name` is what customers call a representative, empty where it was not said. `status` is available or away."""

desk_seen = Table(
    "desk_seen",
    metadata,
    Column("tenant", String(80), primary_key=True),
    Column("subject", String(120), primary_key=True),
    Column("conversation_id", String(40), primary_key=True),
    Column("number", Integer, nullable=False),
    Index("desk_seen_of_conversation", "conversation_id"),
)
"""Up to which message somebody at the desk has looked at a conversation."""
