"""The list of a tenant's conversations, newest first, and the cursor that goes on with it."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from channels.http.models import CustomerBody, ResponseBody
from channels.http.scopes import TalkReader
from domain.caller import Caller, Role
from domain.errors import BadRequest
from router.conversations import Conversations
from router.memory.browsing import Cursor, Search
from router.memory.store import Stored

MOST = 100


class ListedConversation(ResponseBody):
    """A conversation in a list; read it for what was said."""

    id: str
    channel: str
    status: Literal["open", "waiting_customer", "waiting_approval", "with_representative", "closed"]
    locale: str
    customer: CustomerBody | None
    created_at: datetime
    last_at: datetime = Field(description="When words were said last.")
    external_id: str = ""
    metadata: dict[str, Any] = Field(default_factory=dict[str, Any])


class ConversationsBody(ResponseBody):
    """A page of conversations; `next` is `before` of the next page, null on the last."""

    items: list[ListedConversation]
    next: str | None


class ConversationFilter(BaseModel):
    """What is looked for; what is left out excludes nothing."""

    model_config = ConfigDict(extra="forbid")

    customer_id: str = Field(default="", max_length=64, description="As sure or unsure as they were.")
    external_id: str = Field(default="", max_length=255)
    status: Literal["", "open", "waiting_customer", "waiting_approval", "with_representative", "closed"] = ""
    channel: str = Field(default="", max_length=20)
    before: str = Field(default="", max_length=200, description="`next` of the page before.")
    limit: int = Field(default=20, ge=1, le=MOST)


class BrowsingDoor:
    """The endpoint that lists conversations."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def browse(self, wanted: Annotated[ConversationFilter, Query()], caller: TalkReader) -> ConversationsBody:
        """The tenant's conversations, newest first; a customer's token lists that customer's own."""
        place = _read_cursor(wanted.before) if wanted.before else None
        fields = wanted.model_dump(exclude={"before"})
        found, after = await self._conversations.browse(caller, Search(**fields, before=place))
        items = [_listed(row, caller) for row in found]
        return ConversationsBody(items=items, next=_write_cursor(after) if after else None)


def build_router(conversations: Conversations) -> APIRouter:
    """The route of the list."""
    router = APIRouter(prefix="/v1/conversations", tags=["conversations"])
    door = BrowsingDoor(conversations)
    router.add_api_route("", door.browse, methods=["GET"], response_model=ConversationsBody)
    return router


def _listed(row: Stored, caller: Caller) -> ListedConversation:
    memory = row.memory
    own = caller.role is Role.CUSTOMER
    return ListedConversation.model_validate(
        {
            "id": row.id,
            "channel": row.channel,
            "status": row.status.value,
            "locale": memory.locale,
            "customer": CustomerBody.model_validate(memory.customer) if memory.customer else None,
            "created_at": row.created_at,
            "last_at": row.last_at or row.created_at,
            "external_id": "" if own else memory.origin.external_id,
            "metadata": {} if own else memory.origin.metadata,
        }
    )


def _write_cursor(place: Cursor) -> str:
    text = f"{place.opened_at.astimezone(UTC).isoformat()} {place.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> Cursor:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        moment, _, known = text.partition(" ")
        opened_at = datetime.fromisoformat(moment)
        if opened_at.tzinfo is None or not known.isascii() or "\0" in known:
            raise ValueError(text)
    except (ValueError, binascii.Error) as error:
        raise BadRequest("before: give the `next` of an earlier page as it was") from error
    return Cursor(opened_at, known)
