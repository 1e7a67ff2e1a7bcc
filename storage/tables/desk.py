"""The table of who is on duty at the desk."""

from sqlalchemy import Column, MetaData, String, Table

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
