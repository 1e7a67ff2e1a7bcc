"""Server-sent events: a turn as it happens, and everything that happens in a conversation."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel

from channels.http.models import ActionBody, MessageBody, PendingBody, StatusEventBody, TurnBody
from channels.http.problems import describe
from domain.caller import Caller
from domain.conversation import Event, Turn
from domain.ids import ConversationId
from router.conversations import Conversations
from router.turn import Incoming, Turns

HEARTBEAT_S = 15.0
PATIENCE_S = 2.0
"""How long the answer's status may wait for the turn's first event."""

RETRY_MS = 2000
MEDIA_TYPE = "text/event-stream"
_BODIES: Mapping[str, type[BaseModel]] = {
    "message": MessageBody,
    "status": StatusEventBody,
    "action": ActionBody,
    "pending": PendingBody,
    "turn": TurnBody,
}
"""Which events are held to the documents of the API; the others' data are passed on as they are."""

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Listener:
    """Waits for a conversation's next event without losing it when the wait is cut short."""

    def __init__(self, events: AsyncIterator[Event]) -> None:
        self._events = events
        self._coming: asyncio.Future[Event] | None = None

    async def next(self, timeout_s: float, unless: asyncio.Future[Any] | None = None) -> Event | None:
        """The next event; None when the time is up, or when `unless` is done first."""
        if self._coming is None:
            self._coming = asyncio.ensure_future(anext(self._events))
        waited = {self._coming} if unless is None else {self._coming, unless}
        await asyncio.wait(waited, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if not self._coming.done():
            return None
        event, self._coming = self._coming.result(), None
        return event

    async def close(self) -> None:
        """Stop listening."""
        if self._coming is not None:
            self._coming.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._coming
        if isinstance(self._events, AsyncGenerator):
            await self._events.aclose()


class TurnStream:
    """One turn's events as they happen; the whole turn comes last.

    The answer starts when there is something to tell, so that a request that cannot be served gets a status of its own.
    """

    def __init__(
        self, turns: Turns, conversations: Conversations, caller: Caller, conversation_id: ConversationId
    ) -> None:
        self._turns = turns
        self._conversations = conversations
        self._caller = caller
        self._conversation_id = conversation_id
        self._seen = 0

    async def open(self, incoming: Incoming) -> StreamingResponse:
        """Start the turn and stream it.

        Raises:
            SwitchboardError: what the turn raised before its first event.
        """
        self._seen = await self._last_event_id()
        listener = Listener(self._conversations.events(self._caller, self._conversation_id, self._seen, early=True))
        task = asyncio.create_task(self._turns.take(self._caller, self._conversation_id, incoming))
        first = await listener.next(PATIENCE_S, task)
        if first is None and task.done() and task.exception() is not None:
            await listener.close()
            task.result()
        return _stream(self._narrate(first, task, listener))

    async def _narrate(
        self, first: Event | None, task: asyncio.Task[Turn], listener: Listener
    ) -> AsyncGenerator[bytes]:
        try:
            if first is not None:
                yield self._tell(first)
            while not task.done():
                yield self._tell(await listener.next(HEARTBEAT_S, task))
            while self._seen < await self._last_event_id():
                yield self._tell(await listener.next(PATIENCE_S))
            yield _conclusion(task, f"/v1/conversations/{self._conversation_id}/messages")
        finally:
            await listener.close()

    async def _last_event_id(self) -> int:
        return await self._conversations.last_event_id(self._caller, self._conversation_id)

    def _tell(self, event: Event | None) -> bytes:
        """An event; a sign of life when there was none. Whole turns are kept back: the one asked for is the last."""
        if event is None:
            return KEEPALIVE_COMMENT
        self._seen = event.id or self._seen
        return KEEPALIVE_COMMENT if event.kind == "turn" else encode(event)


async def follow(
    conversations: Conversations, caller: Caller, conversation_id: ConversationId, after: int
) -> StreamingResponse:
    """Everything that happens in a conversation after event `after`: what is stored already, then live, without end.

    Raises:
        NotFound: no such conversation in the caller's tenant.
    """
    await conversations.last_event_id(caller, conversation_id)
    listener = Listener(conversations.events(caller, conversation_id, after, early=True))
    return _stream(_follow(listener))


async def _follow(listener: Listener) -> AsyncGenerator[bytes]:
    try:
        yield format_sse_event(comment="listening", retry=RETRY_MS)
        while True:
            event = await listener.next(HEARTBEAT_S)
            yield KEEPALIVE_COMMENT if event is None else encode(event)
    finally:
        await listener.close()


def _conclusion(task: asyncio.Task[Turn], instance: str) -> bytes:
    error = task.exception()
    if isinstance(error, Exception):
        return format_sse_event(data_str=describe(error, instance).model_dump_json(exclude_none=True), event="error")
    turn = TurnBody.model_validate(task.result())
    return format_sse_event(data_str=turn.model_dump_json(), event="turn")


def _stream(chunks: AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(chunks, media_type=MEDIA_TYPE, headers=HEADERS)


def encode(event: Event) -> bytes:
    """One event in the wire form; without an id where it was told before it was stored."""
    body = _BODIES.get(event.kind)
    data = body.model_validate(event.data).model_dump(mode="json") if body else event.data
    return format_sse_event(
        data_str=json.dumps(data, ensure_ascii=False), event=event.kind, id=str(event.id) if event.id else None
    )
