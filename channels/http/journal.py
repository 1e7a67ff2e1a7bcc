"""The record: read a conversation's, verify the tenant's."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter

from channels.http.conversations import KnownId
from channels.http.models import JournalBody, VerificationBody
from channels.http.scopes import JournalReader
from domain.ids import TenantId
from domain.record import Journal, JournalEntry, Verification
from router.conversations import Conversations

Verify = Callable[[TenantId], Awaitable[Verification]]


class JournalDoor:
    """The auditor's endpoints."""

    def __init__(self, journal: Journal, conversations: Conversations, verify: Verify) -> None:
        self._journal = journal
        self._verify = verify
        self._conversations = conversations

    async def read(self, conversation_id: KnownId, caller: JournalReader) -> dict[str, list[JournalEntry]]:
        """What was intended, decided and done in a conversation, in order, hash-chained."""
        await self._conversations.last_event_id(caller, conversation_id)
        return {"items": await self._journal.entries(caller.tenant, conversation_id)}

    async def verify(self, caller: JournalReader) -> Verification:
        """Recompute the hash chains, tags and totals of all your conversations, and hold them against the anchor."""
        return await self._verify(caller.tenant)


def build_router(journal: Journal, conversations: Conversations, verify: Verify) -> APIRouter:
    """The journal's routes; `verify` checks one tenant's record with its anchor."""
    door = JournalDoor(journal, conversations, verify)
    router = APIRouter(prefix="/v1", tags=["journal"])
    path = "/conversations/{conversation_id}/journal"
    router.add_api_route(path, door.read, methods=["GET"], response_model=JournalBody)
    router.add_api_route("/journal/verify", door.verify, methods=["GET"], response_model=VerificationBody)
    return router
