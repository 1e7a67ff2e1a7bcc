"""The table of jobs: when each is due, which process runs it now, and how its last runs went."""

from sqlalchemy import BigInteger, Column, Double, Integer, MetaData, String, Table, Text

metadata = MetaData()

jobs = Table(
    "jobs",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("started_at", Double, nullable=False),
    Column("succeeded_at", Double, nullable=False),
    Column("failed_at", Double, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("runs", BigInteger, nullable=False),
    Column("failed_runs", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("error", Text, nullable=False),
)
"""Times are seconds since 1970 by the database's clock, 0 for never; `failures` counts those since the last success.

`owner` is empty where nobody runs it; `token` grows with every run, so that a run that was taken over can be told from
its successor. `error` says what the last failure was, without anybody's words in it.
"""
