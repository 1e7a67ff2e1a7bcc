"""Our own database: SQLite on one machine, PostgreSQL for many replicas."""

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry


def open_database(url: str, folder: Path) -> AsyncEngine:
    """Open the database of that URL; without one, an SQLite file in the data folder."""
    url = url or f"sqlite+aiosqlite:///{folder / 'switchboard.db'}"
    url = url.replace("postgresql://", "postgresql+asyncpg://").replace("postgres://", "postgresql+asyncpg://")
    engine = create_async_engine(url, pool_size=10, max_overflow=40, pool_timeout=30)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _: ConnectionPoolEntry) -> None:
    """Durable at each commit, and readers do not wait for the writer."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
