"""Server-sent events: a turn as it happens, and everything that happens in a conversation."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel

from channels.http.customer_view import View, show, view_of
from channels.http.models import ActionBody, MessageBody, PendingBody, StatusEventBody, TurnBody
from channels.http.problems import describe
from domain.caller import Caller
from domain.conversation import Event, Turn
from domain.ids import ConversationId
from router.conversations import Conversations
from router.events import Listener
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

MOST_ENCODED = 512
_ENCODED: dict[int, tuple[Event, bytes]] = {}

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


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
        self._view = view_of(caller)
        self._seen = 0

    async def open(self, incoming: Incoming) -> StreamingResponse:
        """Start the turn and stream it.

        Raises:
            SwitchboardError: what the turn raised before its first event.
        """
        self._seen = await self._last_event_id()
        listener = await self._conversations.subscribe(self._caller, self._conversation_id, self._seen, early=True)
        task = asyncio.create_task(self._turns.handle(self._caller, self._conversation_id, incoming))
        task.add_done_callback(lambda _: listener.nudge())
        first = await listener.next(PATIENCE_S)
        if first is None and task.done() and task.exception() is not None:
            listener.close()
            task.result()
        return _stream(self._narrate(first, task, listener))

    async def _narrate(
        self, first: Event | None, task: asyncio.Task[Turn], listener: Listener
    ) -> AsyncGenerator[bytes]:
        try:
            if first is not None:
                yield self._tell(first)
            while not task.done():
                yield self._tell(await listener.next(HEARTBEAT_S))
            while self._seen < await self._last_event_id():
                yield self._tell(await listener.next(PATIENCE_S))
            yield self._conclude(task)
        finally:
            listener.close()

    async def _last_event_id(self) -> int:
        return await self._conversations.last_event_id(self._caller, self._conversation_id)

    def _tell(self, event: Event | None) -> bytes:
        """An event; a sign of life when there was none. Whole turns are kept back: the one asked for is the last."""
        if event is None:
            return KEEPALIVE_COMMENT
        self._seen = event.id or self._seen
        shown = None if event.kind == "turn" else self._view(event)
        return KEEPALIVE_COMMENT if shown is None else encode(shown)

    def _conclude(self, task: asyncio.Task[Turn]) -> bytes:
        error = task.exception()
        if isinstance(error, Exception):
            problem = describe(error, f"/v1/conversations/{self._conversation_id}/messages")
            return format_sse_event(data_str=problem.model_dump_json(exclude_none=True), event="error")
        turn = TurnBody.model_validate(show(self._caller, task.result()))
        return format_sse_event(data_str=turn.model_dump_json(), event="turn")


async def follow(
    conversations: Conversations, caller: Caller, conversation_id: ConversationId, after: int
) -> StreamingResponse:
    """Everything that happens in a conversation after event `after`: what is stored already, then live, without end.

    Raises:
        NotFound: no such conversation in the caller's tenant.
    """
    listener = await conversations.subscribe(caller, conversation_id, after, early=True)
    return _stream(_follow(listener, view_of(caller)))


async def _follow(listener: Listener, view: View) -> AsyncGenerator[bytes]:
    try:
        yield format_sse_event(comment="listening", retry=RETRY_MS)
        while True:
            event = await listener.next(HEARTBEAT_S)
            heard = () if event is None else (event, *listener.ready())
            shown = [each for each in map(view, heard) if each is not None]
            yield b"".join(map(encode, shown)) if shown else KEEPALIVE_COMMENT
    finally:
        listener.close()


def _stream(chunks: AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(chunks, media_type=MEDIA_TYPE, headers=HEADERS)


def shape(event: Event) -> dict[str, Any]:
    """An event's data as the API documents it."""
    body = _BODIES.get(event.kind)
    return body.model_validate(event.data).model_dump(mode="json") if body else event.data


def encode(event: Event) -> bytes:
    """One event in the wire form; without an id where it was told before it was stored.

    An event goes to all who listen, so its last forms are remembered: by the object, since the objects are shared.
    """
    known = _ENCODED.get(id(event))
    if known is not None and known[0] is event:
        return known[1]
    data = shape(event)
    encoded = format_sse_event(
        data_str=json.dumps(data, ensure_ascii=False), event=event.kind, id=str(event.id) if event.id else None
    )
    _ENCODED[id(event)] = (event, encoded)
    if len(_ENCODED) > MOST_ENCODED:
        del _ENCODED[next(iter(_ENCODED))]
    return encoded
