"""Our own database: SQLite on one machine, PostgreSQL for many replicas."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, inspect
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from domain.errors import Misconfigured
from domain.vault import Vault
from storage.keying import key_record
from storage.tables.connectors import metadata as connector_tables
from storage.tables.control import metadata as policy_tables
from storage.tables.conversations import metadata as router_tables
from storage.tables.desk import metadata as desk_tables
from storage.tables.jobs import metadata as job_tables
from storage.tables.leases import metadata as lease_tables
from storage.tables.partner_tasks import metadata as partner_tables
from storage.tables.processes import metadata as process_tables
from storage.tables.sign_ins import metadata as sign_in_tables
from storage.transactions import Transactions
from storage.vouched_writes import vouch_for_writes
from storage.write_ahead import keep_write_ahead_log

METADATA = [
    policy_tables,
    router_tables,
    lease_tables,
    job_tables,
    partner_tables,
    process_tables,
    desk_tables,
    connector_tables,
    sign_in_tables,
]
"""Every table that migrations keep in step."""
MIGRATIONS = Path(__file__).with_name("migrations")
POOL = 20
"""Connections of one process. All processes' together must stay below the server's `max_connections`."""
POOL_WAIT_S = 8.0
BOUNDS: dict[str, Any] = {
    "timeout": 5,
    "command_timeout": 15,
    "server_settings": {
        "application_name": "switchboard",
        "statement_timeout": "10000",
        "lock_timeout": "8000",
        "idle_in_transaction_session_timeout": "15000",
    },
}
"""Nothing waits without limit for a server that is slow, frozen or gone: seconds here, milliseconds there."""


def open_database(url: str, folder: Path, pool: int = POOL) -> AsyncEngine:
    """Open the database of that URL; without one, an SQLite file in the data folder.

    On PostgreSQL this process takes `pool` connections at the most.
    """
    url = url or f"sqlite+aiosqlite:///{folder / 'switchboard.db'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+asyncpg://" + url.removeprefix(prefix)
    if url.startswith("postgresql"):
        pool_limits = {"pool_size": pool, "max_overflow": 0, "pool_timeout": POOL_WAIT_S}
        return create_async_engine(url, connect_args=BOUNDS, hide_parameters=True, **pool_limits)
    engine = create_async_engine(url, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    return engine


@asynccontextmanager
async def open_storage(url: str, folder: Path, vault: Vault, pool: int = POOL) -> AsyncGenerator[Transactions]:
    """Our own database, its schema brought to the newest step; all that is opened for it is closed at the end."""
    engine = open_database(url, folder, pool)
    transactions = Transactions(engine, vault)
    try:
        await upgrade_database(engine, vault)
        yield transactions
    finally:
        await transactions.close()
        await engine.dispose()
        await vault.close()


async def upgrade_database(engine: AsyncEngine, vault: Vault) -> None:
    """Bring the schema to the newest step; of processes that start together one does it, the others wait.

    What lies there in plain words from before there was a vault is sealed, and what carries no tags is tagged.

    Raises:
        RecordBroken: what carried tags before does not any more, or not ours.
    """
    if engine.dialect.name != "postgresql":
        async with engine.begin() as connection:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
            moved = await connection.run_sync(_upgrade, vault)
        if moved:
            await _scrub(engine)
        return
    patient = create_async_engine(engine.url, poolclass=NullPool, hide_parameters=True)
    async with patient.begin() as connection:
        await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(722001)")
        await connection.run_sync(_upgrade, vault)


async def _scrub(engine: AsyncEngine) -> None:
    """Leave nothing of deleted values in an SQLite file or its log of changes."""
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            await connection.exec_driver_sql(statement)


async def schema_of(engine: AsyncEngine) -> str | None:
    """The step that a database's schema is at; None where it holds nothing of ours. Nothing is changed."""

    def look(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with engine.connect() as connection:
        return await connection.run_sync(look)


@cache
def newest_schema() -> str:
    """The step that this program brings a schema to."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return str(ScriptDirectory.from_config(config).get_current_head())


def make_config(connection: Connection) -> Config:
    """Alembic's configuration for one connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, vault: Vault) -> int:
    """Returns how many keys were moved out of the database."""
    found, newest = MigrationContext.configure(connection).get_current_revision(), newest_schema()
    if found is not None and found > newest:
        raise Misconfigured(
            f"the database is of schema {found}, newer than this program's {newest}: update the program"
        )
    tagged = inspect(connection).has_table("record_marks")
    if found != newest:
        config = make_config(connection)
        config.attributes["vault"] = vault
        with vault.before_tags():
            command.upgrade(config, "head")
    key_record(connection, vault.tags, fresh=not tagged)
    vouch_for_writes(connection, vault.tags)
    return vault.settle(connection)


def _set_pragmas(connection: Any, _: ConnectionPoolEntry) -> None:
    """Durable at each commit, and readers do not wait for the writer."""
    cursor = connection.cursor()
    keep_write_ahead_log(cursor)
    for pragma in ("synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
