"""A supervisor's approval of one exact call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from domain.caller import Caller
from domain.decision import Reason
from domain.ids import ConversationId, PendingId, TenantId

SUPERSEDED = "superseded: the same was settled in another conversation of the customer"
"""The reason of an approval that nobody had to decide any more."""
CORRECTED = "corrected: the customer said that something in it is wrong"
"""The reason of a call that was taken back in order to be put anew with what is right."""
WORKS_AGAIN = "works again: the customer said that there is nothing to mend any more"
"""The reason of a call that was taken back because it is not needed."""
ALREADY_WAITING = "gate/already_waiting"
"""The rule that refuses a call about a thing that waits for a supervisor in another conversation of the customer."""
ApprovalStatus = Literal["pending", "approved", "rejected", "withdrawn", "expired"]


@dataclass(frozen=True, slots=True)
class Approval:
    """What a supervisor sees is exactly what will execute: tool and arguments, named by their digest."""

    id: PendingId
    tenant: TenantId
    conversation_id: ConversationId
    customer_id: str
    tool: str
    arguments: dict[str, Any]
    arguments_digest: str
    summary: str
    reasons: tuple[Reason, ...]
    status: ApprovalStatus
    requested_at: datetime
    expires_at: datetime
    decided_by: str = ""
    decision_reason: str = ""
    approvals_needed: int = 1
    approved_by: tuple[str, ...] = ()


class Approvals(Protocol):
    """The calls that wait for a supervisor, and what supervisors decided."""

    async def list(self, tenant: TenantId, status: ApprovalStatus | None = None) -> list[Approval]:
        """The tenant's approvals, oldest first; those past their time are listed as expired."""
        ...

    async def decide(self, caller: Caller, approval_id: PendingId, *, approve: bool, reason: str) -> Approval:
        """Approve or reject exactly one pending call, once; of any number of concurrent deciders one wins.

        Where several approvals are needed it stays pending until the last; one rejection is enough.

        Raises:
            NotFound: no such approval in the caller's tenant.
            Conflict: it was withdrawn, decided or has expired, or the caller approved it before.
        """
        ...
