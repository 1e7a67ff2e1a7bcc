"""A call that the assistant may only suggest: a representative accepts or dismisses it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from domain.caller import Caller
from domain.decision import Reason
from domain.ids import ConversationId, PendingId, TenantId

SuggestionStatus = Literal["proposed", "accepted", "dismissed", "withdrawn", "expired"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One exact call, put before a representative. `reasons` are those of the decision that it would have had."""

    id: PendingId
    conversation_id: ConversationId
    tool: str
    arguments: dict[str, Any]
    summary: str
    reasons: tuple[Reason, ...]
    status: SuggestionStatus
    proposed_at: datetime
    expires_at: datetime
    decided_by: str = ""


class Suggestions(Protocol):
    """What the assistant suggested, and what representatives made of it."""

    async def list(self, tenant: TenantId, conversation_id: ConversationId) -> list[Suggestion]:
        """A conversation's suggestions, oldest first; empty where the tenant has no such conversation."""
        ...

    async def settle(
        self, caller: Caller, conversation_id: ConversationId, suggestion_id: PendingId, *, accept: bool
    ) -> Suggestion:
        """Accept or dismiss a suggestion, once; the same answer of the same caller again changes nothing.

        Raises:
            NotFound: no such suggestion in this conversation of the caller's tenant.
            Conflict: it was settled otherwise, withdrawn or has expired.
        """
        ...
