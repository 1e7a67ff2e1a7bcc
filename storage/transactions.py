"""Short units of work on the gate's own database."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.errors import Misconfigured
from domain.vault import Vault

T = TypeVar("T")
Work = Callable[[Connection], T]
READERS = 4
BUSY_TIMEOUT_S = 15.0


class _Database(Protocol):
    """One kind of database; each method runs the whole of some work in one unit."""

    async def read(self, work: Work[T]) -> T: ...

    async def snapshot(self, work: Work[T]) -> T: ...

    async def write(self, work: Work[T], *, relaxed: bool) -> T: ...


class Transactions:
    """Reads, and durable all-or-nothing writes; work is a plain function of a connection.

    Work that was begun is finished even if the caller is cancelled meanwhile, so that the caller's memory and the
    database do not part. An exception that work raises undoes all of it.
    """

    def __init__(self, engine: AsyncEngine, vault: Vault | None = None) -> None:
        self._database: _Database = _Sqlite(engine) if engine.dialect.name == "sqlite" else _Postgres(engine)
        self._vault = vault

    @property
    def vault(self) -> Vault:
        """What seals and unseals the words in the database.

        Raises:
            Misconfigured: it was opened without, for what can be done without reading words.
        """
        if self._vault is None:
            raise Misconfigured("the database was opened without its encryption key")
        return self._vault

    async def read(self, work: Work[T]) -> T:
        """Do some reading; each statement sees what is committed when it runs."""
        return await self._database.read(work)

    async def snapshot(self, work: Work[T]) -> T:
        """Do some reading of which all statements see the same moment."""
        return await self._database.snapshot(work)

    async def write(self, work: Work[T], *, relaxed: bool = False) -> T:
        """Do some writing, durable when this returns.

        What is `relaxed` survives the end of any process, but a power cut may take its last moments: for what can be
        found out again.
        """
        return await _finish(self._database.write(work, relaxed=relaxed))


class _Postgres:
    """PostgreSQL through the shared pool; concurrent writers queue at row locks."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._readers = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._snapshots = engine.execution_options(isolation_level="REPEATABLE READ")

    async def read(self, work: Work[T]) -> T:
        async with self._readers.connect() as connection:
            return await connection.run_sync(work)

    async def snapshot(self, work: Work[T]) -> T:
        async with self._snapshots.begin() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Work[T], *, relaxed: bool) -> T:
        async with self._engine.begin() as connection:
            if relaxed:
                await connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
            return await connection.run_sync(work)


class _Sqlite:
    """The same database file through connections of our own, used in threads: one hop a unit instead of several a
    statement. One thread writes, since SQLite takes one writer at a time and polls for its lock.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        if not engine.url.database or engine.url.database == ":memory:":
            raise Misconfigured("the gate needs a database that outlives it: an SQLite file or PostgreSQL")
        url = engine.url.set(drivername="sqlite")
        self._engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S}, pool_size=READERS + 1)
        event.listen(self._engine, "connect", _prepare)
        self._writer = ThreadPoolExecutor(1, "gate-writer")
        self._readers = ThreadPoolExecutor(READERS, "gate-reader")

    async def read(self, work: Work[T]) -> T:
        return await self._run(self._readers, _read, work)

    async def snapshot(self, work: Work[T]) -> T:
        return await self._run(self._readers, _look, work)

    async def write(self, work: Work[T], *, relaxed: bool) -> T:
        return await self._run(self._writer, _write_relaxed if relaxed else _write_durably, work)

    async def _run(self, threads: ThreadPoolExecutor, way: Callable[[Engine, Work[T]], T], work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, way, self._engine, work)


def _prepare(connection: Any, _: Any) -> None:
    """Begin explicitly, since the driver begins late and a reader that turns writer fails instead of waiting."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL").close()


def _read(engine: Engine, work: Work[T]) -> T:
    with engine.connect() as connection:
        return work(connection)


def _write_durably(engine: Engine, work: Work[T]) -> T:
    return _within(engine, work, "PRAGMA synchronous=FULL", "BEGIN IMMEDIATE")


def _write_relaxed(engine: Engine, work: Work[T]) -> T:
    return _within(engine, work, "PRAGMA synchronous=NORMAL", "BEGIN IMMEDIATE")


def _look(engine: Engine, work: Work[T]) -> T:
    return _within(engine, work, "BEGIN DEFERRED")


def _within(engine: Engine, work: Work[T], *statements: str) -> T:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        return work(connection)


async def _finish(work: Coroutine[Any, Any, T]) -> T:
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # mark it as seen: the caller has gone
        raise
