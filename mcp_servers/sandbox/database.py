"""The sandbox's database: an SQLite file that servers act on, in one process or in many."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from mcp_servers.sandbox.schema import CALLS, SCHEMA
from storage.write_ahead import keep_write_ahead_log

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

LOCK_WAIT_S = 15
"""How long a change waits for another process's change before it fails."""


class Sandbox:
    """The open sandbox. Reads see one consistent moment; a change is whole and on disk, or never happened.

    Reads run where they are called, since they take microseconds and never wait. Changes are synced to disk and may
    wait for other processes, so they run one by one on a thread of their own.
    `schema` makes the tables that are missing.
    """

    def __init__(self, path: Path, schema: str = SCHEMA) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._changes = _connect(path)
        self._changes.executescript(CALLS)
        self._changes.executescript(schema)
        self._reads = _connect(path)
        self._reads.execute("PRAGMA query_only = ON")
        self._read_lock = threading.Lock()
        self._change_lock = threading.Lock()
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sandbox-writer")
        self._others: dict[str, Sandbox] = {}

    def beside(self, name: str, schema: str) -> "Sandbox":
        """Another system's database in the same folder, opened once and closed with this one."""
        if name not in self._others:
            self._others[name] = Sandbox(self.path.with_name(f"{name}.db"), schema)
        return self._others[name]

    def read(self, job: Job[T]) -> T:
        """Run a job that only reads."""
        with self._read_lock:
            return _transact(self._reads, "BEGIN", job)

    async def write(self, job: Job[T]) -> T:
        """Run a job that changes something, without holding up the event loop.

        When the awaiting task is cancelled, a job that has begun still ends: it is either done whole or not at all.
        """
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.change, job)

    def change(self, job: Job[T]) -> T:
        """Run a job that changes something, here and now; durable when this returns."""
        with self._change_lock:
            return _transact(self._changes, "BEGIN IMMEDIATE", job)

    def close(self) -> None:
        """Let the change under way end, then close the file."""
        for other in self._others.values():
            other.close()
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
