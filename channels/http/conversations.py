"""Conversations: open, talk, read, follow, hand to a person, rate, close."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from fastapi.responses import StreamingResponse

from channels.http.customer_view import show
from channels.http.events import TurnStream, follow
from channels.http.models import (
    HANDOFF_REASONS,
    AskForPerson,
    Close,
    ConversationBody,
    FeedbackBody,
    GiveFeedback,
    SendMessage,
    TurnBody,
)
from channels.http.openings import OpenConversation
from channels.http.scopes import Talker, TalkReader
from domain.caller import Role
from domain.conversation import Conversation, Turn
from domain.errors import NotFound
from domain.ids import ConversationId
from router.conversations import Conversations
from router.turn import Incoming, Turns

_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
ASKED = HANDOFF_REASONS[0]
_EVENTS = {"text/event-stream": {"schema": {"type": "string"}}}
_STREAMED: dict[int | str, dict[str, Any]] = {200: {"description": "The turn, or its events", "content": _EVENTS}}
_FOUND: dict[int | str, dict[str, Any]] = {
    200: {"model": ConversationBody, "description": "The open conversation of this external id, as it is."}
}
_FOLLOWED: dict[int | str, dict[str, Any]] = {200: {"description": "The events", "content": _EVENTS}}


def _known(conversation_id: Annotated[str, Path(description="As answered when it was opened.")]) -> ConversationId:
    if not _ID.fullmatch(conversation_id):
        raise NotFound("There is no such conversation.")
    return ConversationId(conversation_id)


KnownId = Annotated[ConversationId, Depends(_known)]


class ConversationDoor:
    """The endpoints under `/v1/conversations`."""

    def __init__(self, turns: Turns, conversations: Conversations) -> None:
        self._turns = turns
        self._conversations = conversations

    async def open(self, body: OpenConversation, caller: Talker, response: Response) -> Conversation:
        """Open a conversation. The customer is told at once that they talk to an automated assistant.

        With an `external_id` that has an open conversation, that one is answered, with 200.
        """
        opened = await self._conversations.open(caller, body.opening)
        response.headers["Location"] = f"/v1/conversations/{opened.conversation.id}"
        response.status_code = 201 if opened.created else 200
        return show(caller, opened.conversation)

    async def send(
        self, body: SendMessage, conversation_id: KnownId, caller: Talker, request: Request
    ) -> Turn | Response:
        """Send a customer's message and get the turn that it sets off.

        With `Accept: text/event-stream` the turn's events come as they happen and the whole turn last; an `error`
        event carries a problem document. Events without an id (`status` with `working`, `action`) are told before the
        turn is stored and are true at once. A client that goes away does not stop the turn.
        """
        incoming = Incoming(body.client_message_id, body.text, tuple(body.attachments))
        if "text/event-stream" in request.headers.get("accept", ""):
            return await TurnStream(self._turns, self._conversations, caller, conversation_id).open(incoming)
        return show(caller, await self._turns.handle(caller, conversation_id, incoming))

    async def read(self, conversation_id: KnownId, caller: TalkReader) -> Conversation:
        """Everything said and done in a conversation so far."""
        return show(caller, await self._conversations.conversation(caller, conversation_id))

    async def follow(
        self,
        conversation_id: KnownId,
        caller: TalkReader,
        last_event_id: Annotated[
            int, Header(ge=0, le=2**53, description="Go on after this event; without it, from the first.")
        ] = 0,
    ) -> Response:
        """Everything that happens, as server-sent events: what was, then what comes; the stream stays open.

        Events without an id are told while a turn runs; an action told so is told once on a connection.
        """
        return await follow(self._conversations, caller, conversation_id, last_event_id)

    async def hand_off(self, conversation_id: KnownId, caller: Talker, body: AskForPerson | None = None) -> Turn:
        """Hand the conversation to a person; a customer's own reason is always that they asked for one."""
        reason = ASKED if caller.role is Role.CUSTOMER else (body or AskForPerson()).reason
        return show(caller, await self._turns.hand_off(caller, conversation_id, reason))

    async def rate(self, body: GiveFeedback, conversation_id: KnownId, caller: Talker) -> FeedbackBody:
        """Record how satisfied the customer is."""
        await self._conversations.feedback(caller, conversation_id, body.score, body.comment)
        return FeedbackBody(conversation_id=conversation_id, score=body.score, comment=body.comment)

    async def close(self, conversation_id: KnownId, caller: Talker, body: Close | None = None) -> Conversation:
        """Close the conversation; what was pending is withdrawn."""
        return show(caller, await self._conversations.close(caller, conversation_id))


def build_router(turns: Turns, conversations: Conversations) -> APIRouter:
    """The conversations' routes."""
    door = ConversationDoor(turns, conversations)
    router = APIRouter(prefix="/v1/conversations", tags=["conversations"])
    router.add_api_route(
        "", door.open, methods=["POST"], status_code=201, response_model=ConversationBody, responses={**_FOUND}
    )
    one = "/{conversation_id}"
    router.add_api_route(
        f"{one}/messages", door.send, methods=["POST"], response_model=TurnBody, responses={**_STREAMED}
    )
    router.add_api_route(one, door.read, methods=["GET"], response_model=ConversationBody)
    router.add_api_route(
        f"{one}/events", door.follow, methods=["GET"], response_class=StreamingResponse, responses={**_FOLLOWED}
    )
    router.add_api_route(f"{one}/handoff", door.hand_off, methods=["POST"], response_model=TurnBody)
    router.add_api_route(f"{one}/feedback", door.rate, methods=["POST"], response_model=FeedbackBody)
    router.add_api_route(f"{one}/close", door.close, methods=["POST"], response_model=ConversationBody)
    return router
