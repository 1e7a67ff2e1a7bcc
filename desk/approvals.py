"""Approvals at the desk: a supervisor decides on one exact call, and the conversation goes on with it."""

from domain.approval import Approval, Approvals, ApprovalStatus
from domain.caller import Caller
from domain.ids import PendingId
from router.turn import Turns


class ApprovalDesk:
    """What waits for a supervisor. A decision stands as soon as it is made; the conversation follows it."""

    def __init__(self, approvals: Approvals, turns: Turns) -> None:
        self._approvals = approvals
        self._turns = turns

    async def list(self, caller: Caller, status: ApprovalStatus | None = None) -> list[Approval]:
        """The tenant's approvals, oldest first."""
        return await self._approvals.list(caller.tenant, status)

    async def decide(self, caller: Caller, approval_id: PendingId, *, approve: bool, reason: str) -> Approval:
        """Approve or reject, and let the conversation go on.

        Raises:
            NotFound: no such approval in the caller's tenant.
            Conflict: it was withdrawn, decided or has expired.
        """
        decided = await self._approvals.decide(caller, approval_id, approve=approve, reason=reason)
        await self._turns.approval_decided(
            caller, decided.conversation_id, approval_id, approved=approve, reason=reason
        )
        return decided
