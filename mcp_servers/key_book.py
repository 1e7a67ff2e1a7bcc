"""The idempotency keys of a server whose system is somewhere else: kept for good, in a file beside it."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar, cast
from weakref import WeakValueDictionary

from pydantic import BaseModel

from mcp_servers.refusal import Refused
from mcp_servers.scope import Scope
from storage.write_ahead import keep_write_ahead_log

R = TypeVar("R", bound=BaseModel)

SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
  tenant TEXT NOT NULL, key TEXT NOT NULL, tool TEXT NOT NULL, customer TEXT NOT NULL, digest TEXT NOT NULL,
  result TEXT, PRIMARY KEY (tenant, key)
) STRICT
"""
LOCK_WAIT_S = 15


class KeyBook:
    """Remembers under which key which call was made and what it gave.

    The key is on disk before the call is made, so that after a crash the call is made again under the same key and no
    other call ever is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._busy: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def once(self, tool: str, scope: Scope, answer: type[R], act: Callable[[], Awaitable[R]]) -> R:
        """Act, unless the key gave a result before: then that result.

        Raises:
            Refused: there is no key, or it belongs to another call; or what `act` raises, and nothing happened.
        """
        if not scope.key:
            raise Refused("grant: a change needs one with an idempotency key")
        lock = self._busy.setdefault((scope.tenant, scope.key), asyncio.Lock())
        async with lock:
            known = await asyncio.to_thread(self._begin, tool, scope)
            if known is not None:
                return answer.model_validate_json(known)
            result = await act()
            await asyncio.to_thread(self._end, scope, result.model_dump_json())
            return result

    def _begin(self, tool: str, scope: Scope) -> str | None:
        """Write the key down; the result that it gave before, if any."""
        call = (tool, scope.customer, scope.digest)
        with closing(self._open()) as database:
            database.execute(
                "INSERT OR IGNORE INTO keys (tenant, key, tool, customer, digest) VALUES (?, ?, ?, ?, ?)",
                (scope.tenant, scope.key, *call),
            )
            row = database.execute(
                "SELECT tool, customer, digest, result FROM keys WHERE tenant = ? AND key = ?",
                (scope.tenant, scope.key),
            ).fetchone()
        if tuple(row[:3]) != call:
            raise Refused("grant: its idempotency key was used for another call")
        return cast("str | None", row[3])

    def _end(self, scope: Scope, result: str) -> None:
        with closing(self._open()) as database:
            place = (result, scope.tenant, scope.key)
            database.execute("UPDATE keys SET result = ? WHERE tenant = ? AND key = ? AND result IS NULL", place)

    def _open(self) -> sqlite3.Connection:
        """The file, made when the first key is written down."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=LOCK_WAIT_S)
        keep_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(SCHEMA)
        return connection
