"""How the sandbox's systems hear each other: each reads what the others told, and takes it in, once."""

import json
import sqlite3
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from mcp_servers.sandbox.database import LOCK_WAIT_S, Database
from mcp_servers.sandbox.systems import SYSTEMS
from mcp_servers.work import Work

SHORT_WAIT_S = 0.2
"""How long one system's call waits for another one's file: that hears it before its own next call at the latest."""
BATCH = 1000
PLACE = "SELECT origin, position FROM seen WHERE source = ?"
UNREAD = """
SELECT position, tenant, topic, facts, (SELECT id FROM origin) FROM events
WHERE position > CASE WHEN (SELECT id FROM origin) = ? THEN ? ELSE 0 END AND topic IN (SELECT value FROM json_each(?))
ORDER BY position LIMIT ?
"""


class SystemEvent(NamedTuple):
    """What a system told: the `position` in its log, and the `origin` that names the log."""

    position: int
    tenant: str
    topic: str
    facts: str
    origin: str


class Exchange:
    """Carries what systems told from file to file.

    A file that is missing, locked or broken holds up nobody: what it told is heard later, what it is told waits.
    """

    def __init__(self, folder: Path, opened: Mapping[str, Database]) -> None:
        """`opened` are the systems of this process; what others told is read from their files in the folder."""
        self._folder = folder
        self._opened = opened
        self._logs: dict[str, sqlite3.Connection] = {}
        self._lock = threading.Lock()

    async def catch_up(self, name: str, now: datetime) -> None:
        """Let a system hear what it has not heard; what changes by that is passed on at once."""
        if self._has_news(name) and await self._opened[name].queue(lambda: self.take_in(name, now)):
            await self.spread(now)

    async def spread(self, now: datetime) -> None:
        """Let all systems of this process hear what is new, until nobody has anything to tell."""
        waiting = set(self._opened)
        while waiting := {name for name in waiting if self._has_news(name)}:
            heard = {
                name: await self._opened[name].queue(lambda name=name: self.take_in(name, now, SHORT_WAIT_S))
                for name in waiting
            }
            waiting = {name for name in self._opened if heard.get(name, True)}

    def spread_here(self, now: datetime) -> None:
        """The same, here and now."""
        while any([self._has_news(name) and self.take_in(name, now) for name in self._opened]):
            pass

    def take_in(self, name: str, now: datetime, patience_s: float = LOCK_WAIT_S) -> bool:
        """Take in what a system has not heard; False where its file was locked, or nothing was new."""
        try:
            return self._opened[name].change(lambda database: self._apply(name, database, now), patience_s)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return False
            raise

    def close(self) -> None:
        """Close the logs."""
        with self._lock:
            for log in self._logs.values():
                log.close()
            self._logs.clear()

    def _has_news(self, name: str) -> bool:
        return self._opened[name].read(
            lambda database: any(self._unread(database, name, source, 1) for source in SYSTEMS[name].takes)
        )

    def _apply(self, name: str, database: sqlite3.Connection, now: datetime) -> bool:
        heard = False
        for source, takes in SYSTEMS[name].takes.items():
            events = self._unread(database, name, source, BATCH)
            for event in events:
                facts = json.loads(event.facts)
                takes[event.topic](Work(database, event.tenant, facts.get("customer_id", ""), now), facts)
            if events:
                row = (source, events[-1].origin, events[-1].position)
                database.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", row)
                heard = True
        return heard

    def _unread(self, database: sqlite3.Connection, name: str, source: str, limit: int) -> list[SystemEvent]:
        place = database.execute(PLACE, (source,)).fetchone() or ("", 0)
        topics = json.dumps([*SYSTEMS[name].takes[source]])
        try:
            with self._lock:
                return [SystemEvent(*row) for row in self._log(source).execute(UNREAD, (*place, topics, limit))]
        except sqlite3.Error:
            return []

    def _log(self, source: str) -> sqlite3.Connection:
        """The file of a system, opened to read what it told."""
        if source not in self._logs:
            address = f"{(self._folder / f'{source}.db').resolve().as_uri()}?mode=ro"
            self._logs[source] = sqlite3.connect(
                address, uri=True, isolation_level=None, check_same_thread=False, timeout=0
            )
        return self._logs[source]
