"""Telling those who listen to a conversation what happens in it, as it happens."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

from domain.calls import CallContext, CallResult
from domain.conversation import Event, Status
from domain.ids import ConversationId, TurnId
from router.outcome import act
from router.store import Store

POLL_SECONDS = 1.0
"""How long an event of another replica may go unseen."""
MOST_WAITING = 256
"""Early events that wait for a listener who does not listen; older ones are let go, since the stored ones follow."""


class _Listening:
    """One listener's ear: early events in order, with None where stored ones are to be read in between."""

    def __init__(self, early: bool) -> None:
        self.early = early
        self.waker = asyncio.Event()
        self.waiting: deque[Event | None] = deque(maxlen=MOST_WAITING)
        self._told: set[str] = set()

    def hear(self, event: Event | None) -> None:
        """Take an early event, or the news that events were stored."""
        if event is None or self.early:
            self.waiting.append(event)
        self.waker.set()

    def next_early(self) -> Event | None:
        """The early event that is to be told next, None where stored ones come first."""
        while self.waiting:
            event = self.waiting.popleft()
            if event is None:
                return None
            if not self._knows(event):
                return event
        return None

    def is_news(self, stored: Event) -> bool:
        """Whether a stored event was not told early; with a whole turn nothing early of it is news any more."""
        if stored.kind == "turn":
            over = stored.data["turn_id"]
            left = [one for one in self.waiting if one is None or one.data.get("turn_id") != over]
            self.waiting = deque(left, maxlen=MOST_WAITING)
            self._told.clear()
        return stored.kind != "action" or stored.data.get("decision_id") not in self._told

    def _knows(self, event: Event) -> bool:
        """Whether this very action was told already; a turn that runs again proposes its calls again."""
        decision = event.data.get("decision_id", "")
        known = decision in self._told
        if decision:
            self._told.add(decision)
        return known


class EventFeed:
    """Stored events first, then what happens: early as far as this process does it, then stored, none told twice.

    An early event has the id 0. It says that a turn has begun or that the gate finished a call; what was executed is
    true whether or not its turn comes to be stored, since it is in the journal and on disk by then.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listening: defaultdict[str, set[_Listening]] = defaultdict(set)

    def wake(self, conversation_id: ConversationId) -> None:
        """Let listeners know that there are new stored events."""
        for each in self._listening.get(conversation_id, ()):
            each.hear(None)

    def tell_work(self, conversation_id: ConversationId, turn_id: TurnId, status: Status, *, working: bool) -> None:
        """Let listeners of this process know that a turn has begun, or that it broke off."""
        data = {"status": status.value, "turn_id": turn_id, "working": working}
        self._tell(conversation_id, Event(0, "status", data))

    def tell_call(self, context: CallContext, result: CallResult) -> None:
        """Let listeners of this process know what became of a call, as its stored event will tell it."""
        action = act(result) if context.conversation_id in self._listening else None
        if action is not None and action.decision_id:
            data: dict[str, Any] = {**asdict(action), "turn_id": context.turn_id}
            self._tell(context.conversation_id, Event(0, "action", data))

    def _tell(self, conversation_id: ConversationId, event: Event) -> None:
        for each in self._listening.get(conversation_id, ()):
            each.hear(event)

    async def listen(self, conversation_id: ConversationId, after: int, *, early: bool = False) -> AsyncIterator[Event]:
        """Yield each stored event with an id above `after`, for ever; with `early`, also what is not stored yet."""
        ear = _Listening(early)
        self._listening[conversation_id].add(ear)
        try:
            while True:
                ear.waker.clear()
                while (event := ear.next_early()) is not None:
                    yield event
                for event in await self._store.events_after(conversation_id, after):
                    after = event.id
                    if ear.is_news(event):
                        yield event
                if not ear.waiting:
                    await _wait(ear.waker)
        finally:
            self._listening[conversation_id].discard(ear)
            if not self._listening[conversation_id]:
                del self._listening[conversation_id]


async def _wait(waker: asyncio.Event) -> None:
    """Wait for a waking, at most the polling time."""
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await waker.wait()
    except TimeoutError:
        return
