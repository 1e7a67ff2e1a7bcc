"""Transactions on our own database: short, whole or not at all, and fenced while a unit of work is open."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

from opentelemetry.trace import get_tracer
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from domain.errors import Misconfigured, StorageUnavailable
from domain.vault import Vault
from storage.vouched_writes import vouch_for_writes
from storage.write_ahead import keep_write_ahead_log

T = TypeVar("T")
Work = Callable[[Connection], T]
READERS = 4
BUSY_TIMEOUT_S = 10.0
_TRACER = get_tracer("switchboard")


class Fence(Protocol):
    """What must hold for a write to be made: that the open unit of work still has its leases."""

    def see_held(self, connection: Connection) -> None:
        """Raise where it does not hold any more.

        Raises:
            LeaseLost: another process works on the conversation.
        """
        ...


FENCE: ContextVar[Fence | None] = ContextVar("fence", default=None)
"""The unit of work that is open in this task, if any: its writes are refused once its lease is another process's."""


class _Database(Protocol):
    """One kind of database; each method runs the whole of some work in one transaction."""

    async def glance(self, work: Work[T]) -> T: ...

    async def read(self, work: Work[T]) -> T: ...

    async def snapshot(self, work: Work[T]) -> T: ...

    async def write(self, work: Work[T], *, durable: bool) -> T: ...

    async def close(self) -> None: ...


class Transactions:
    """Reads, and all-or-nothing writes; work is a plain function of a connection.

    Work that was begun is finished even if the caller is cancelled meanwhile, so that the caller's memory and the
    database do not part. An exception that work raises undoes all of it. A database that cannot be reached, is full or
    too busy raises `StorageUnavailable`, whatever its driver calls it.
    """

    def __init__(self, engine: AsyncEngine, vault: Vault | None = None) -> None:
        database = _Sqlite(engine) if engine.dialect.name == "sqlite" else _Postgres(engine)
        self._database: _Database = database
        self._vault = vault
        if vault is not None:
            vouch_for_writes(database.writers, vault.tags)
        self.engine = engine
        self.dialect = engine.dialect.name

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
        with _translated():
            return await self._database.read(work)

    async def glance(self, work: Work[T]) -> T:
        """Read a few rows by their keys, as `read` does; cheaper where the database is a file of this machine."""
        with _translated():
            return await self._database.glance(work)

    async def snapshot(self, work: Work[T]) -> T:
        """Do some reading of which all statements see the same moment, on a connection of its own: it may take long."""
        with _translated():
            return await self._database.snapshot(work)

    async def write(self, work: Work[T], *, durable: bool = True) -> T:
        """Do some writing, on disk when this returns.

        What is not `durable` survives the end of any process, but a power cut may take its last moments: for what can
        be found out again.

        Raises:
            LeaseLost: a unit of work is open, and its conversation is another process's by now; nothing was written.
        """
        fence = FENCE.get()
        with _translated(), _traced():
            return await _finish(self._database.write(_fenced(work, fence) if fence else work, durable=durable))

    async def close(self) -> None:
        """Let go of the threads and connections that were opened here."""
        await self._database.close()


def _fenced(work: Work[T], fence: Fence) -> Work[T]:
    def fenced(connection: Connection) -> T:
        fence.see_held(connection)
        return work(connection)

    return fenced


class _Postgres:
    """PostgreSQL through the shared pool; concurrent writers queue at row locks."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(vouched=False)  # what is listened for is listened for here alone
        self.writers = self._engine.sync_engine
        self._readers = engine.execution_options(isolation_level="AUTOCOMMIT")
        patient = create_async_engine(engine.url, poolclass=NullPool, hide_parameters=True)
        self._snapshots = patient.execution_options(isolation_level="REPEATABLE READ")

    async def glance(self, work: Work[T]) -> T:
        return await self.read(work)

    async def read(self, work: Work[T]) -> T:
        async with self._readers.connect() as connection:
            return await connection.run_sync(work)

    async def snapshot(self, work: Work[T]) -> T:
        async with self._snapshots.begin() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Work[T], *, durable: bool) -> T:
        async with self._engine.begin() as connection:
            if not durable:
                await connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
            return await connection.run_sync(work)

    async def close(self) -> None:
        """The pool is closed by whoever opened it."""


class _Sqlite:
    """The same database file through connections of our own, used in threads: one hop a transaction instead of several
    a statement. One thread writes, since SQLite takes one writer at a time and polls for its lock.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        if not engine.url.database or engine.url.database == ":memory:":
            raise Misconfigured("the gate needs a database that outlives it: an SQLite file or PostgreSQL")
        url = engine.url.set(drivername="sqlite")
        self._engine = create_engine(
            url, connect_args={"timeout": BUSY_TIMEOUT_S}, pool_size=READERS + 2, hide_parameters=True
        )
        event.listen(self._engine, "connect", _prepare)
        self.writers = self._engine
        self._writer = ThreadPoolExecutor(1, "storage-writer")
        self._readers = ThreadPoolExecutor(READERS, "storage-reader")

    async def glance(self, work: Work[T]) -> T:
        """On the loop's own thread: reading some rows takes a tenth of what handing them over does, and never waits."""
        return _read(self._engine, work)

    async def read(self, work: Work[T]) -> T:
        return await self._run(self._readers, _read, work)

    async def snapshot(self, work: Work[T]) -> T:
        return await self._run(self._readers, _look, work)

    async def write(self, work: Work[T], *, durable: bool) -> T:
        return await self._run(self._writer, _write_durably if durable else _write_softly, work)

    async def close(self) -> None:
        for threads in (self._readers, self._writer):
            await asyncio.to_thread(threads.shutdown)
        self._engine.dispose()

    async def _run(self, threads: ThreadPoolExecutor, way: Callable[[Engine, Work[T]], T], work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, way, self._engine, work)


def _prepare(connection: Any, _: Any) -> None:
    """Begin explicitly, since the driver begins late and a reader that turns writer fails instead of waiting."""
    connection.isolation_level = None
    keep_write_ahead_log(connection)


def _read(engine: Engine, work: Work[T]) -> T:
    with engine.connect() as connection:
        return work(connection)


def _write_durably(engine: Engine, work: Work[T]) -> T:
    return _within(engine, work, "PRAGMA synchronous=FULL", "BEGIN IMMEDIATE")


def _write_softly(engine: Engine, work: Work[T]) -> T:
    return _within(engine, work, "PRAGMA synchronous=NORMAL", "BEGIN IMMEDIATE")


def _look(engine: Engine, work: Work[T]) -> T:
    return _within(engine, work, "BEGIN DEFERRED")


def _within(engine: Engine, work: Work[T], *statements: str) -> T:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        return work(connection)


@contextmanager
def _translated() -> Generator[None]:
    """Say in our own words that the database cannot serve; what is wrong with a statement stays what it is."""
    try:
        yield
    except (DataError, IntegrityError, ProgrammingError):
        raise
    except DBAPIError as error:
        raise StorageUnavailable(f"the database cannot serve: {_named(error.orig)}") from error
    except (PoolExhausted, TimeoutError) as error:
        raise StorageUnavailable("the database is too busy") from error
    except OSError as error:
        raise StorageUnavailable(f"the database cannot be reached: {type(error).__name__}") from error


def _named(error: BaseException | None) -> str:
    """The driver's error with its code, and none of its words: they may quote what was to be written."""
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def _traced() -> AbstractContextManager[Any]:
    """A span of the write as a whole; the words of an error stay here."""
    return _TRACER.start_as_current_span("commit", record_exception=False, set_status_on_exception=False)


async def _finish(work: Coroutine[Any, Any, T]) -> T:
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # mark it as seen: the caller has gone
        raise
