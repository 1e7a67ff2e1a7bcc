"""Around the turns of a conversation: who types, who has read how far, and the transcript."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from channels.http.conversations import KnownId
from channels.http.models import ANYTHING, RequestBody
from channels.http.scopes import TALK, TalkReader, permit
from domain.caller import Caller
from router.conversations import Conversations
from router.presence import PEOPLE, PresenceEvents

Present = Annotated[Caller, Depends(permit(TALK | PEOPLE))]
_DOCUMENTS = {"text/plain": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}}


class Typing(RequestBody):
    """Somebody is typing; there is nothing to say."""


class MarkRead(RequestBody):
    """How far somebody has read."""

    message_id: str | None = Field(
        default=None,
        max_length=60,
        json_schema_extra={**ANYTHING},
        description="The last message that was read; without it everything so far.",
    )


class SignsDoor:
    """The endpoints around the turns of a conversation."""

    def __init__(self, presence: PresenceEvents, conversations: Conversations) -> None:
        self._presence = presence
        self._conversations = conversations

    async def typing(self, conversation_id: KnownId, caller: Present, body: Typing | None = None) -> Response:
        """Say that the caller's side is typing: the customer's, or a representative's who has claimed the conversation.

        Those who listen get a `typing` event, which is kept nowhere. Say it again every few seconds.
        """
        await self._presence.typing(caller, conversation_id)
        return Response(status_code=204)

    async def read(self, conversation_id: KnownId, caller: Present, body: MarkRead | None = None) -> Response:
        """Say how far the caller's side has read; those who listen get a `read` event where that is news."""
        await self._presence.read(caller, conversation_id, (body or MarkRead()).message_id)
        return Response(status_code=204)

    async def transcript(
        self,
        conversation_id: KnownId,
        caller: TalkReader,
        form: Annotated[Literal["text", "html"], Query(alias="format", description="Plain text, or a page.")] = "text",
    ) -> Response:
        """Everything that was said, as a file to keep; in the page nothing that was said is markup."""
        told = await self._conversations.transcript(caller, conversation_id, form)
        kind, ending = ("text/html", "html") if form == "html" else ("text/plain", "txt")
        name = f'attachment; filename="{conversation_id}.{ending}"'
        return Response(told, media_type=f"{kind}; charset=utf-8", headers={"Content-Disposition": name})


def build_router(presence: PresenceEvents, conversations: Conversations) -> APIRouter:
    """The routes around the turns."""
    door = SignsDoor(presence, conversations)
    router = APIRouter(prefix="/v1/conversations/{conversation_id}", tags=["conversations"])
    for path, act in (("/typing", door.typing), ("/read", door.read)):
        router.add_api_route(path, act, methods=["POST"], status_code=204, response_class=Response)
    responses: dict[int | str, dict[str, object]] = {200: {"description": "The transcript", "content": _DOCUMENTS}}
    router.add_api_route(
        "/transcript", door.transcript, methods=["GET"], response_class=Response, responses={**responses}
    )
    return router
