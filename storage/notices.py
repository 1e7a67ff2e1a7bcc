"""Telling this process, and all others on the same PostgreSQL, that a conversation has new events."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import asyncpg
import structlog
from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.ids import ConversationId

log = structlog.get_logger()
CHANNEL = "switchboard_events"
ALIVE_S = 5
"""How often it is looked whether the listening connection still answers."""
RETRY_S = 1.0
Hear = Callable[[ConversationId | None], None]
HearWord = Callable[[ConversationId, str], None]
_connect = cast("Callable[..., Awaitable[Any]]", asyncpg.connect)
_NOTIFY = select(func.pg_notify(CHANNEL, bindparam("payload")))


class Notices:
    """Notices of new events; others' come by PostgreSQL's NOTIFY, over one connection a process.

    `is_connected` says whether other processes are heard; while they are not, who waits for news has to look.
    """

    def __init__(self, engine: AsyncEngine, process: str) -> None:
        self._url = engine.url
        self._shared = engine.dialect.name == "postgresql"
        self._process = process
        self._hear: list[Hear] = []
        self._hear_word: list[HearWord] = []
        self.is_connected = False

    @property
    def reaches_others(self) -> bool:
        """Whether there may be other processes, which hear by the database."""
        return self._shared

    def follow(self, hear: Hear) -> None:
        """Have every notice passed on from now on; None says that some may have been missed."""
        self._hear.append(hear)

    def write(self, connection: Connection, conversations: Sequence[ConversationId]) -> None:
        """Let other processes know, once the caller's transaction is committed."""
        if self._shared:
            for each in conversations:
                connection.execute(_NOTIFY, {"payload": f"{self._process} {each}"})

    def follow_words(self, hear: HearWord) -> None:
        """Have every word passed on from now on."""
        self._hear_word.append(hear)

    def write_word(self, connection: Connection, conversation_id: ConversationId, word: str) -> None:
        """Pass a word about a conversation on to other processes, once the caller's transaction is committed.

        It reaches whoever listens now, and is kept nowhere. It has fewer than 4,000 characters.
        """
        if self._shared:
            connection.execute(_NOTIFY, {"payload": f"{self._process} {conversation_id} {word}"})

    def tell_word(self, conversation_id: ConversationId, word: str) -> None:
        """Pass a word on in this process."""
        for hear in self._hear_word:
            hear(conversation_id, word)

    def notify(self, conversation_id: ConversationId | None) -> None:
        """Let this process know."""
        for hear in self._hear:
            hear(conversation_id)

    async def listen(self) -> None:
        """Hear what other processes tell, for as long as this runs; a connection that breaks is made anew."""
        while self._shared:
            try:
                await self._listen_once()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("notices_not_heard", error=type(error).__name__)
            finally:
                self.is_connected = False
            await asyncio.sleep(RETRY_S)

    async def _listen_once(self) -> None:
        connection = await _connect(_dsn(self._url), timeout=ALIVE_S, command_timeout=ALIVE_S)
        try:
            await connection.add_listener(CHANNEL, self._heard)
            self.is_connected = True
            self.notify(None)
            while True:
                await asyncio.sleep(ALIVE_S)
                await connection.execute("SELECT 1")
        finally:
            connection.terminate()

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        process, _, told = str(payload).partition(" ")
        conversation, _, word = told.partition(" ")
        if process != self._process and word:
            self.tell_word(ConversationId(conversation), word)
        elif process != self._process:
            self.notify(ConversationId(conversation))


def _dsn(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
