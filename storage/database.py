"""Our own database: SQLite on one machine, PostgreSQL for many replicas."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from domain.vault import Vault
from storage.tables.control import metadata as policy_tables
from storage.tables.conversations import metadata as router_tables
from storage.tables.leases import metadata as lease_tables
from storage.tables.partner_tasks import metadata as partner_tables

METADATA = [policy_tables, router_tables, lease_tables, partner_tables]
"""Every table that migrations keep in step."""
MIGRATIONS = Path(__file__).with_name("migrations")


def open_database(url: str, folder: Path) -> AsyncEngine:
    """Open the database of that URL; without one, an SQLite file in the data folder."""
    url = url or f"sqlite+aiosqlite:///{folder / 'switchboard.db'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+asyncpg://" + url.removeprefix(prefix)
    engine = create_async_engine(url, pool_size=10, max_overflow=40, pool_timeout=30, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _set_pragmas)
    return engine


async def upgrade_database(engine: AsyncEngine, vault: Vault) -> None:
    """Bring the schema to the newest step; of replicas that start together one does it, the others wait.

    What lies there in plain words from before there was a vault is sealed.
    """
    async with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(722001)")
        await connection.run_sync(_upgrade, vault)


def make_config(connection: Connection) -> Config:
    """Alembic's configuration for one connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, vault: Vault) -> None:
    config = make_config(connection)
    config.attributes["vault"] = vault
    command.upgrade(config, "head")


def _set_pragmas(connection: Any, _: ConnectionPoolEntry) -> None:
    """Durable at each commit, and readers do not wait for the writer."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
