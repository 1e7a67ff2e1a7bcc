"""The table of processes: which run on this database, when each was heard last, and which turn of the dial it obeys."""

from sqlalchemy import Column, Double, Index, Integer, MetaData, String, Table

metadata = MetaData()

processes = Table(
    "processes",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("started_at", Double, nullable=False),
    Column("heard_at", Double, nullable=False),
    Column("dial_turn", Integer, nullable=False),
    Column("dial_turn_at", Double, nullable=False),
    Index("processes_heard", "heard_at"),
)
"""Times are in seconds since 1970 by the database's own clock. `dial_turn` is the number of an autonomy override."""
