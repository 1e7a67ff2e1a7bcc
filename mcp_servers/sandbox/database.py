"""A database that a server acts on: an SQLite file, in one process or in many."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from storage.write_ahead import keep_write_ahead_log

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

LOCK_WAIT_S = 15.0
"""How long a change waits for another process's change before it fails."""
CALLS = """
CREATE TABLE IF NOT EXISTS counters (
  tenant TEXT NOT NULL, prefix TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (tenant, prefix)
) STRICT;

CREATE TABLE IF NOT EXISTS idempotency_keys (
  tenant TEXT NOT NULL, server TEXT NOT NULL, key TEXT NOT NULL, tool TEXT NOT NULL, customer_id TEXT NOT NULL,
  arguments_digest TEXT NOT NULL, result TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (tenant, server, key)
) STRICT;
"""
"""The tables that calls themselves need, in every server's database."""


class Database:
    """An open database. Reads see one consistent moment; a change is whole and on disk, or never happened.

    Reads run where they are called, since they take microseconds and never wait. Changes are synced to disk and may
    wait for other processes, so they run one by one on a thread of their own.
    `schema` makes the tables that are missing.
    """

    def __init__(self, path: Path, schema: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._changes = _connect(path)
        self._changes.executescript(f"BEGIN IMMEDIATE; {CALLS} {schema}; COMMIT;")
        self._reads = _connect(path)
        self._reads.execute("PRAGMA query_only = ON")
        self._read_lock = threading.Lock()
        self._change_lock = threading.Lock()
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-writer")

    def read(self, job: Job[T]) -> T:
        """Run a job that only reads."""
        with self._read_lock:
            return _transact(self._reads, "BEGIN", job)

    async def write(self, job: Job[T]) -> T:
        """Run a job that changes something, without holding up the event loop.

        When the awaiting task is cancelled, a job that has begun still ends: it is either done whole or not at all.
        """
        return await self.queue(lambda: self.change(job))

    async def queue(self, work: Callable[[], T]) -> T:
        """Run something on the thread of the changes, after those that wait already."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)

    def change(self, job: Job[T], patience_s: float = LOCK_WAIT_S) -> T:
        """Run a job that changes something, here and now; durable when this returns.

        Raises:
            sqlite3.OperationalError: another process's change did not end in time.
        """
        with self._change_lock:
            self._changes.execute(f"PRAGMA busy_timeout = {round(patience_s * 1000)}")
            return _transact(self._changes, "BEGIN IMMEDIATE", job)

    def close(self) -> None:
        """Let the change under way end, then close the file."""
        self._writer.shutdown(wait=True)
        with self._change_lock, self._read_lock:
            self._changes.close()
            self._reads.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=LOCK_WAIT_S, cached_statements=512
    )
    keep_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _transact(connection: sqlite3.Connection, begin: str, job: Job[T]) -> T:
    connection.execute(begin)
    try:
        result = job(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result
