"""Telling those who listen to a conversation what happens in it, as it happens."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from typing import Any, Literal

import structlog

from domain.calls import CallContext, CallProgress, CallResult
from domain.conversation import Event, Status
from domain.errors import SwitchboardError, Unavailable
from domain.ids import ConversationId, TurnId
from router.memory.store import Store
from router.outcome import act
from storage.notices import Notices
from understanding.screening.foreign_words import clean_line

log = structlog.get_logger()
Json = dict[str, Any]
LOOK_S = 1.0
"""How long an event of another process may go unseen while notices are not heard; one look a conversation."""
LOOK_ANYWAY_S = 15.0
"""The same while they are: for what is lost all the same."""
MOST_WAITING = 256
"""Events that wait for a listener who does not listen; beyond that they are read from the store again."""
MOST_SAID = 200
"""Characters of a system's own words about how it gets on."""
CROWD = 50
"""With more listeners than these nothing is told before it is stored, and they are served in turns of so many."""


class Listener:
    """One listener's place in a conversation: each stored event after `after`, and early ones if it wants them."""

    def __init__(self, topic: "_Topic", after: int, early: bool) -> None:
        self.early = early
        self._topic = topic
        self._after = after
        self._waiting: deque[Event] = deque()
        self._missed = True
        self._told: set[str] = set()
        self._over = ""
        self._waker = asyncio.Event()

    def hear(self, events: Sequence[Event]) -> None:
        """Take events that have just happened; nothing early of a turn is news once the turn is stored."""
        over = {event.data["turn_id"] for event in events if event.kind == "turn"}
        if over:
            self._waiting = deque(one for one in self._waiting if one.id or one.data.get("turn_id") not in over)
        self._waiting.extend(event for event in events if event.id or self.early)
        if len(self._waiting) > MOST_WAITING:
            self._waiting.clear()
            self._missed = True
        self._waker.set()

    def nudge(self) -> None:
        """End a wait without an event."""
        self._waker.set()

    async def next(self, timeout_s: float | None) -> Event | None:
        """The next event; None when the time is up, or after a nudge.

        Raises:
            Unavailable: the stored events cannot be read now.
        """
        self._waker.clear()
        event = await self._pick()
        if event is not None:
            return event
        try:
            async with asyncio.timeout(timeout_s):
                await self._waker.wait()
        except TimeoutError:
            return None
        return await self._pick()

    def close(self) -> None:
        """Stop listening."""
        self._topic.leave(self)

    def ready(self) -> list[Event]:
        """The further events that are there already: whoever writes to a socket writes them at once."""
        found: list[Event] = []
        while not self._missed and (event := self._pop()) is not None:
            found.append(event)
        return found

    async def _pick(self) -> Event | None:
        if self._missed:
            await self._catch_up()
        return self._pop()

    def _pop(self) -> Event | None:
        while self._waiting:
            event = self._waiting.popleft()
            if event.id and event.id <= self._after:
                continue
            self._after = event.id or self._after
            if self._is_news(event):
                return event
        return None

    async def _catch_up(self) -> None:
        """Read what is stored by now, for who came late or listened too slowly."""
        await self._topic.ready.wait()
        self._missed = False
        try:
            stored = await self._topic.read(self._after)
        except Unavailable:
            self._missed = True
            raise
        self._waiting.extendleft(reversed(stored))

    def _is_news(self, event: Event) -> bool:
        """Whether it was not told early, nor is told too late: what another process says may come after its turn."""
        if event.kind == "turn":
            self._told.clear()
            self._over = event.data["turn_id"]
        if event.kind == "progress" and event.data["turn_id"] == self._over:
            return False
        decision = event.data.get("decision_id", "") if event.kind == "action" else ""
        known = decision in self._told
        if decision and not event.id:
            self._told.add(decision)
        return not known


class _Topic:
    """One conversation that somebody listens to: its stored events are read once, for all of its listeners."""

    def __init__(self, feed: "EventFeed", conversation_id: ConversationId) -> None:
        self.listeners: set[Listener] = set()
        self.waker = asyncio.Event()
        self.ready = asyncio.Event()
        self._feed = feed
        self._conversation_id = conversation_id
        self._last = 0
        self._early: list[Event] = []
        self._task = asyncio.create_task(self._run())

    def leave(self, listener: Listener) -> None:
        """Have one listener less; without any the topic ends."""
        self.listeners.discard(listener)
        if not self.listeners:
            self._task.cancel()
            self._feed.drop(self._conversation_id, self)

    def tell_early(self, event: Event) -> None:
        """Tell what is not stored yet, after whatever is stored by now."""
        if len(self.listeners) <= CROWD:
            self._early.append(event)
            self.waker.set()

    async def read(self, after: int) -> list[Event]:
        """The stored events with a higher id."""
        return await self._feed.store.events_after(self._conversation_id, after)

    async def _run(self) -> None:
        while not self.ready.is_set():
            try:
                self._last = await self._feed.store.last_event_id(self._conversation_id)
                self.ready.set()
            except Unavailable:
                await asyncio.sleep(LOOK_S)
        while True:
            await self._wait()
            early, self._early = self._early, []
            try:
                stored = await self.read(self._last)
            except Unavailable as error:
                log.warning("events_not_read", conversation=self._conversation_id, error=str(error))
                await asyncio.sleep(LOOK_S)
                self.waker.set()
                continue
            self._last = stored[-1].id if stored else self._last
            await self._serve([*stored, *early])

    async def _serve(self, events: list[Event]) -> None:
        """Pass events on; many listeners get them in turns, so that whoever works is not held up by them."""
        if not events:
            return
        for number, listener in enumerate(tuple(self.listeners), start=1):
            listener.hear(events)
            if number % CROWD == 0:
                await asyncio.sleep(0)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_ANYWAY_S if self._feed.notices.is_connected else LOOK_S):
                await self.waker.wait()
        except TimeoutError:
            pass
        self.waker.clear()


class EventFeed:
    """Stored events first, then what happens: early as far as this process does it, then stored, none told twice.

    An early event has the id 0. It says that a turn has begun or that the gate finished a call; what was executed is
    true whether or not its turn comes to be stored, since it is in the journal and on disk by then.
    """

    def __init__(self, store: Store, notices: Notices) -> None:
        self.store = store
        self.notices = notices
        self._topics: dict[str, _Topic] = {}
        self._telling: set[asyncio.Task[None]] = set()
        notices.follow(self._wake)
        notices.follow_words(self._hear_word)

    def subscribe(self, conversation_id: ConversationId, after: int, *, early: bool = False) -> Listener:
        """Listen to each stored event with an id above `after`, until closed; with `early`, also to early ones."""
        topic = self._topics.get(conversation_id)
        if topic is None:
            topic = self._topics[conversation_id] = _Topic(self, conversation_id)
        listener = Listener(topic, after, early)
        topic.listeners.add(listener)
        return listener

    def drop(self, conversation_id: ConversationId, topic: _Topic) -> None:
        """Forget a conversation that nobody listens to any more."""
        if self._topics.get(conversation_id) is topic:
            del self._topics[conversation_id]

    def tell_work(self, conversation_id: ConversationId, turn_id: TurnId, status: Status, *, working: bool) -> None:
        """Let listeners of this process know that a turn has begun, or that it broke off."""
        topic = self._topics.get(conversation_id)
        if topic is not None:
            topic.tell_early(Event(0, "status", {"status": status.value, "turn_id": turn_id, "working": working}))

    def tell_call(self, context: CallContext, result: CallResult) -> None:
        """Let listeners of this process know what became of a call, as its stored event will tell it."""
        topic = self._topics.get(context.conversation_id)
        action = act(result) if topic is not None else None
        if topic is not None and action is not None and action.decision_id:
            data: dict[str, Any] = {**asdict(action), "turn_id": context.turn_id}
            topic.tell_early(Event(0, "action", data))

    def tell_progress(self, progress: CallProgress) -> None:
        """Let listeners of every process know how far a call has come; nobody waits for that, and nothing is kept."""
        data = {
            "turn_id": progress.turn_id,
            "decision_id": progress.decision_id,
            "tool": progress.tool[:MOST_SAID],
            "progress": progress.done,
            "total": progress.total,
            "message": clean_line(progress.message, MOST_SAID),
        }
        told = asyncio.create_task(self._tell_quietly(progress.conversation_id, data))
        self._telling.add(told)
        told.add_done_callback(self._telling.discard)

    async def _tell_quietly(self, conversation_id: ConversationId, data: Json) -> None:
        try:
            await self.tell_everywhere(conversation_id, "progress", data)
        except SwitchboardError as error:
            log.info("progress_not_told", conversation=conversation_id, error=str(error))

    async def tell_everywhere(
        self, conversation_id: ConversationId, kind: Literal["typing", "progress"], data: Json
    ) -> None:
        """Let listeners of every process know what is true for a moment and is kept nowhere."""
        word = json.dumps({"kind": kind, "data": data})
        self.notices.tell_word(conversation_id, word)
        if self.notices.reaches_others:
            await self.store.tell(lambda connection: self.notices.write_word(connection, conversation_id, word))

    def _hear_word(self, conversation_id: ConversationId, word: str) -> None:
        topic = self._topics.get(conversation_id)
        if topic is not None:
            told = json.loads(word)
            topic.tell_early(Event(0, told["kind"], told["data"]))

    async def listen(self, conversation_id: ConversationId, after: int, *, early: bool = False) -> AsyncIterator[Event]:
        """Yield each stored event with an id above `after`, for ever; with `early`, also what is not stored yet."""
        listener = self.subscribe(conversation_id, after, early=early)
        try:
            while True:
                event = await listener.next(None)
                if event is not None:
                    yield event
        finally:
            listener.close()

    def _wake(self, conversation_id: ConversationId | None) -> None:
        """There may be new stored events, of one conversation or of any."""
        if conversation_id is None:
            for topic in self._topics.values():
                topic.waker.set()
        elif (topic := self._topics.get(conversation_id)) is not None:
            topic.waker.set()
