"""Approvals at the desk: a supervisor decides on one exact call, and the conversation goes on with it."""

from collections.abc import Collection, Iterable

import structlog

from domain.approval import Approval, Approvals, ApprovalStatus
from domain.caller import Caller, Role
from domain.errors import Conflict, StorageUnavailable, SwitchboardError, Unavailable
from domain.ids import PendingId, TenantId
from router.turn import Turns

log = structlog.get_logger()
OVER: tuple[ApprovalStatus, ...] = ("approved", "rejected", "expired")
OURSELVES = "switchboard"


class ApprovalDesk:
    """What waits for a supervisor. A decision stands as soon as it is made; the conversation follows it."""

    def __init__(self, approvals: Approvals, turns: Turns) -> None:
        self._approvals = approvals
        self._turns = turns

    @property
    def record(self) -> Approvals:
        """Where they are kept."""
        return self._approvals

    async def list(self, caller: Caller, status: ApprovalStatus | None = None) -> list[Approval]:
        """The tenant's approvals, oldest first."""
        return await self._approvals.list(caller.tenant, status)

    async def decide(self, caller: Caller, approval_id: PendingId, *, approve: bool, reason: str) -> Approval:
        """Approve or reject, and let the conversation go on; at once, or where it cannot now, a little later.

        Raises:
            NotFound: no such approval in the caller's tenant.
            Conflict: it was withdrawn, decided or has expired.
        """
        decided = await self._approvals.decide(caller, approval_id, approve=approve, reason=reason)
        if decided.status == "pending":
            return decided
        try:
            await self._turns.approval_decided(
                caller, decided.conversation_id, approval_id, approved=approve, reason=reason
            )
        except Unavailable as error:
            log.warning("approval_followed_later", approval=approval_id, error=str(error))
        return decided

    async def follow_up(self, tenants: Iterable[TenantId], waiting: Collection[PendingId]) -> None:
        """Let conversations go on whose approval was decided just before a crash, or by nobody in time.

        Those that went on stay as they are.

        Raises:
            StorageUnavailable: the database does not answer.
        """
        if not waiting:
            return
        for tenant in tenants:
            for status in OVER:
                for approval in await self._approvals.list(tenant, status):
                    if approval.id in waiting:
                        await self._go_on(approval)

    async def _go_on(self, approval: Approval) -> None:
        caller = Caller(approval.decided_by or OURSELVES, Role.SUPERVISOR, approval.tenant)
        approved, reason = approval.status == "approved", approval.decision_reason
        try:
            await self._turns.approval_decided(
                caller, approval.conversation_id, approval.id, approved=approved, reason=reason
            )
        except Conflict:
            return  # the conversation was closed since
        except StorageUnavailable:
            raise
        except SwitchboardError as error:
            log.warning("approval_not_followed", approval=approval.id, error=str(error))
