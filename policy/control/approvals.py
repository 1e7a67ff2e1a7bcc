"""The calls that wait for a supervisor."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from domain.approval import Approval, ApprovalStatus
from domain.caller import Caller
from domain.errors import Conflict, NotFound, NotPermitted
from domain.ids import PendingId, TenantId
from policy.control.pending import PendingAction, PendingActions, find_action, read_action
from policy.journal.journal import HashChainedJournal, recordable
from storage.tables.control import pending_actions
from storage.transactions import Transactions


class SupervisorApprovals:
    """Lists and decides them; what a supervisor sees is exactly what will execute."""

    def __init__(
        self,
        transactions: Transactions,
        journal: HashChainedJournal,
        actions: PendingActions,
        clock: Callable[[], datetime],
    ) -> None:
        self._transactions = transactions
        self._journal = journal
        self._actions = actions
        self._clock = clock

    async def list(self, tenant: TenantId, status: ApprovalStatus | None = None) -> list[Approval]:
        """The tenant's approvals, oldest first; those past their time are listed as expired."""
        columns, now = pending_actions.c, self._clock()
        query = select(pending_actions).where(columns.tenant == tenant, columns.kind == "approve")
        query = query.where(_status_is(status, now)).order_by(columns.requested_at, columns.id)

        def read(connection: Connection) -> list[Approval]:
            rows = connection.execute(query).mappings().all()
            boxes = self._transactions.vault.boxes(connection, (row["conversation_id"] for row in rows))
            return [_approval(read_action(row, boxes[row["conversation_id"]]), now) for row in rows]

        return await self._transactions.read(read)

    async def decide(self, caller: Caller, approval_id: PendingId, *, approve: bool, reason: str) -> Approval:
        """Approve or reject exactly one pending call, once; of any number of concurrent deciders one wins.

        Where the policy asks for several approvals it stays pending until the last; one rejection is enough.

        Raises:
            NotFound: no such approval in the caller's tenant.
            NotPermitted: the caller took part in proposing the call.
            Conflict: it was withdrawn, decided or has expired, or the caller approved it before.
        """
        verdict = _Verdict(caller, approve, recordable(reason))
        return await self._transactions.write(lambda connection: self._decide(connection, approval_id, verdict))

    def _decide(self, connection: Connection, approval_id: PendingId, verdict: "_Verdict") -> Approval:
        now, by = self._clock(), verdict.caller.subject
        action = _permitted(find_action(connection, self._transactions.vault, approval_id), verdict.caller)
        self._journal.append(connection, [action.entry("evidence", now, verdict.rationale, by)])
        action = (
            find_action(connection, self._transactions.vault, approval_id) or action
        )  # as it is now that this is the only writer
        if not verdict.approve:
            self._actions.reject(connection, action, by, verdict.reason)
            return _approval(replace(action, status="rejected", decided_by=by, decision_reason=verdict.reason), now)
        if action.status == "pending" and by in action.approved_by:
            raise Conflict("you approved this before: another supervisor has to")
        if len(action.approved_by) + 1 < action.approvals_needed:
            return _approval(self._actions.add_approval(connection, action, by), now)
        self._actions.answer(connection, action, by, verdict.reason)
        approved_by = (*action.approved_by, by)
        action = replace(action, status="approved", decided_by=by, approved_by=approved_by)
        return _approval(replace(action, decision_reason=verdict.reason), now)


@dataclass(frozen=True, slots=True)
class _Verdict:
    caller: Caller
    approve: bool
    reason: str

    @property
    def rationale(self) -> str:
        word = "approved" if self.approve else "rejected"
        return f"A supervisor {word} exactly this call: {self.reason}".removesuffix(": ")


def _permitted(action: PendingAction | None, caller: Caller) -> PendingAction:
    if action is None or action.kind != "approve" or action.tenant != caller.tenant:
        raise NotFound("no such approval")
    if caller.subject in action.actors:
        raise NotPermitted("nobody approves what they proposed themselves")
    return action


def _status_is(status: ApprovalStatus | None, now: datetime) -> Any:
    columns = pending_actions.c
    if status is None:
        return columns.id.is_not(None)
    if status == "expired":
        return and_(columns.status == "pending", columns.expires_at <= now)
    if status == "pending":
        return and_(columns.status == "pending", columns.expires_at > now)
    return columns.status == status


def _approval(action: PendingAction, now: datetime) -> Approval:
    status = "expired" if action.status == "pending" and action.expires_at <= now else action.status
    return Approval(
        id=action.id,
        tenant=action.tenant,
        conversation_id=action.conversation_id,
        customer_id=action.customer_id,
        tool=action.binding.tool,
        arguments=action.arguments,
        arguments_digest=action.binding.arguments_digest,
        summary=action.summary,
        reasons=action.reasons,
        status="approved" if status == "confirmed" else status,
        requested_at=action.requested_at,
        expires_at=action.expires_at,
        decided_by=action.decided_by,
        decision_reason=action.decision_reason,
        approvals_needed=action.approvals_needed,
        approved_by=action.approved_by,
    )
