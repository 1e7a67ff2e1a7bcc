"""SQLite's write-ahead log: readers and the writer do not wait for each other."""

import sqlite3
from typing import Any

from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

PATIENCE_S = 15


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


@retry(
    retry=retry_if_exception(_is_busy),
    stop=stop_after_delay(PATIENCE_S),
    wait=wait_random(0.01, 0.05),
    reraise=True,
)
def keep_write_ahead_log(connection: Any) -> None:
    """Let the file of a driver's connection or cursor keep its changes in a write-ahead log; the first time alters it.

    While another process does that to the same new file, SQLite answers "database is locked" at once, whatever the
    connection's time-out: hence the repetitions here.

    Raises:
        sqlite3.OperationalError: the file cannot be altered, or is still locked after `PATIENCE_S` seconds.
    """
    connection.execute("PRAGMA journal_mode = WAL")
