"""The record: read a conversation's, verify the tenant's."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path

from channels.http.conversations import KnownId
from channels.http.models import DecisionBody, EntryBody, JournalBody, VerificationBody
from channels.http.scopes import DecisionReader, JournalReader
from domain.caller import Caller, Role
from domain.errors import NotFound
from domain.ids import TenantId
from domain.record import Journal, JournalEntry, Verification
from router.conversations import Conversations

KnownDecision = Annotated[
    str, Path(max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$", description="`decision_id` of an action.")
]
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


class DecisionDoor:
    """The endpoint for one decision."""

    def __init__(self, journal: Journal, conversations: Conversations) -> None:
        self._journal = journal
        self._conversations = conversations

    async def read(self, decision_id: KnownDecision, caller: DecisionReader) -> DecisionBody:
        """One decision: what was proposed, what the policy said by which rules, from which facts and evidence.

        Supervisors see decisions of conversations that came to people or had to be approved.
        """
        entries = await self._journal.decision(caller.tenant, decision_id)
        about = next((entry for entry in entries if "decision" in entry.payload), None)
        if about is None or not await self._may_see(caller, about):
            raise NotFound(f"no decision {decision_id}")
        known: dict[str, Any] = about.payload.get("input") or {}
        return DecisionBody(
            id=decision_id,
            conversation_id=about.conversation_id,
            at=about.at,
            tool=about.tool,
            effect=about.effect,
            outcome=next((entry.outcome for entry in reversed(entries) if entry.outcome), ""),
            rules=list(about.rules),
            rationale=about.rationale,
            facts=known,
            evidence=about.payload.get("evidence") or {},
            entries=[EntryBody.model_validate(entry) for entry in entries],
        )

    async def _may_see(self, caller: Caller, about: JournalEntry) -> bool:
        if caller.role is not Role.SUPERVISOR or about.effect == "approve":
            return True
        record = await self._journal.entries(caller.tenant, about.conversation_id)
        return any(entry.kind == "handoff" or entry.effect == "approve" for entry in record)


def build_router(journal: Journal, conversations: Conversations, verify: Verify) -> APIRouter:
    """The journal's routes; `verify` checks one tenant's record with its anchor."""
    door = JournalDoor(journal, conversations, verify)
    router = APIRouter(prefix="/v1", tags=["journal"])
    path = "/conversations/{conversation_id}/journal"
    router.add_api_route(path, door.read, methods=["GET"], response_model=JournalBody)
    decisions = DecisionDoor(journal, conversations)
    router.add_api_route("/decisions/{decision_id}", decisions.read, methods=["GET"], response_model=DecisionBody)
    router.add_api_route("/journal/verify", door.verify, methods=["GET"], response_model=VerificationBody)
    return router
