"""Telling those who listen to a conversation what happens in it, as it happens."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator

from domain.conversation import Event
from domain.ids import ConversationId
from router.store import Store

POLL_SECONDS = 1.0
"""How long an event of another replica may go unseen."""


class EventFeed:
    """Stored events first, then live ones; nothing twice, nothing out of order."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wakers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def wake(self, conversation_id: ConversationId) -> None:
        """Let listeners know that there are new stored events."""
        for waker in self._wakers.get(conversation_id, ()):
            waker.set()

    async def listen(self, conversation_id: ConversationId, after: int) -> AsyncIterator[Event]:
        """Yield each event with an id above `after`, for ever."""
        waker = asyncio.Event()
        self._wakers[conversation_id].add(waker)
        try:
            while True:
                waker.clear()
                for event in await self._store.events_after(conversation_id, after):
                    after = event.id
                    yield event
                await _wait(waker)
        finally:
            self._wakers[conversation_id].discard(waker)
            if not self._wakers[conversation_id]:
                del self._wakers[conversation_id]


async def _wait(waker: asyncio.Event) -> None:
    """Wait for a waking, at most the polling time."""
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await waker.wait()
    except TimeoutError:
        return
