"""The tables of who is on duty at the desk, and how far they have read."""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text

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
"""`name` is what customers call a representative, empty where it was not said. `status` is available, busy or away."""

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

desk_notes = Table(
    "desk_notes",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", String(40), nullable=False),
    Column("tenant", String(80), nullable=False),
    Column("author", String(120), nullable=False),
    Column("addressed_to", String(120), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("desk_notes_of_conversation", "conversation_id", "at"),
)
"""What people at the desk write to each other about a conversation, sealed with its key; no customer sees it.
`kind` is note, whisper or transfer; `addressed_to` is empty where it is for everybody who may see the conversation."""

desk_labels = Table(
    "desk_labels",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("label", String(40), primary_key=True),
    Column("tenant", String(80), nullable=False),
    Column("at", Moment, nullable=False),
)
"""What people at the desk file a conversation under: labels that the company lists."""

desk_missed_targets = Table(
    "desk_missed_targets",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("waiting_since", Moment, primary_key=True),
    Column("tenant", String(80), nullable=False),
    Column("name", String(30), nullable=False),
    Column("at", Moment, nullable=False),
    Index("desk_missed_targets_of_tenant", "tenant", "at"),
)
"""Handovers that nobody took within the target of their queue; `name` is that queue, or urgent."""
