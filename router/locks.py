"""One lock per conversation: two messages at once are two turns, one after the other."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.ids import ConversationId


class ConversationLocks:
    """Locks within this process, and on PostgreSQL among all replicas as well (an advisory lock)."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def hold(self, conversation_id: ConversationId) -> AsyncGenerator[None]:
        """Wait for the conversation's turn and keep it."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            if self._engine.dialect.name != "postgresql":
                yield
                return
            async with self._engine.connect() as connection:
                key = {"key": conversation_id}
                await connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:key, 0))"), key)
                try:
                    yield
                finally:
                    await connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)
