"""Short units of work on the gate's own database."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class Transactions:
    """Reads, and durable all-or-nothing writes.

    SQLite takes one writer at a time: writers of this process queue fairly instead of polling the file's lock. The
    engine must be of a database file (or of PostgreSQL), since readers and the writer need connections of their own.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._sqlite = engine.dialect.name == "sqlite"
        self._engine = engine
        self._readers = engine if self._sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        self._turnstile = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """Give a connection whose statements each see what is committed."""
        async with self._readers.connect() as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[AsyncConnection]:
        """Give a connection whose statements all see one moment; for reading only."""
        options = {} if self._sqlite else {"isolation_level": "REPEATABLE READ"}
        async with self._engine.execution_options(**options).begin() as connection:
            if self._sqlite:
                await _begin(connection, "DEFERRED")
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """Give a connection whose statements become durable together at the end, or not at all."""
        async with AsyncExitStack() as stack:
            if self._sqlite:
                await stack.enter_async_context(self._turnstile)
            connection = await stack.enter_async_context(self._engine.begin())
            if self._sqlite:
                await _begin(connection, "IMMEDIATE")
            yield connection


async def _begin(connection: AsyncConnection, mode: str) -> None:
    """Begin explicitly: the driver begins late, and a reader that turns writer half-way fails instead of waiting."""
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    if driver is not None and not driver.in_transaction:
        await connection.exec_driver_sql(f"BEGIN {mode}")
