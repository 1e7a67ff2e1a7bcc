"""The table of leases: which process may work on a conversation, and until when."""

from sqlalchemy import BigInteger, Column, Double, Index, MetaData, String, Table

metadata = MetaData()

leases = Table(
    "leases",
    metadata,
    Column("conversation_id", String(40), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("expires_at", Double, nullable=False),
    Index("leases_of_owner", "owner"),
)
"""`owner` is empty where nobody holds it; `expires_at` is in seconds since 1970 by the database's own clock."""
