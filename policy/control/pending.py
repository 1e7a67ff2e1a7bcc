"""Pending actions: calls that wait for a customer's yes, a code or a supervisor."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from domain.calls import CallContext, Pending, PendingKind
from domain.decision import Effect, Reason
from domain.errors import Conflict
from domain.ids import ConversationId, PendingId, TenantId, TurnId
from domain.vault import Cipher, Tags, Vault, place_of
from policy.control.evidence import Binding, Evidence, EvidenceKind, give_evidence, new_evidence_id, void_evidence
from policy.journal.journal import Draft, HashChainedJournal
from storage.completeness import see_complete
from storage.tables.control import calls, pending_actions
from storage.tagged_rows import see_vouched
from storage.transactions import Transactions

ActionKind = Literal["confirm", "verify", "approve", "suggest"]
ActionStatus = Literal["pending", "confirmed", "approved", "rejected", "withdrawn"]
KINDS: dict[Effect, ActionKind] = {Effect.CONFIRM: "confirm", Effect.STEP_UP: "verify", Effect.APPROVE: "approve"}
LIFETIMES: dict[ActionKind, timedelta] = {
    "confirm": timedelta(minutes=15),
    "verify": timedelta(minutes=15),
    "approve": timedelta(hours=24),
    "suggest": timedelta(hours=24),
}
_OUTCOME_OF: dict[ActionKind, ActionStatus] = {"confirm": "confirmed", "approve": "approved"}
_EVIDENCE_OF: dict[ActionKind, EvidenceKind] = {"confirm": "confirmation", "approve": "approval"}


_FIND_REFUSAL = select(pending_actions).where(
    pending_actions.c.key == bindparam("wanted"), pending_actions.c.status.in_(["withdrawn", "rejected"])
)


@dataclass(frozen=True, slots=True)
class PendingAction:
    """One call that waits. `key` is the call's idempotency key, `actors` who proposed it: they may not approve it."""

    id: PendingId
    key: str
    kind: ActionKind
    tenant: TenantId
    conversation_id: ConversationId
    turn_id: TurnId
    customer_id: str
    actors: tuple[str, ...]
    binding: Binding
    arguments: dict[str, Any]
    summary: str
    reasons: tuple[Reason, ...]
    requested_at: datetime
    expires_at: datetime
    status: ActionStatus = "pending"
    decided_by: str = ""
    decision_reason: str = ""
    approvals_needed: int = 1
    approved_by: tuple[str, ...] = ()

    @property
    def pending(self) -> Pending:
        """The form that the conversation keeps."""
        return Pending(
            id=self.id,
            kind=cast(PendingKind, self.kind),
            summary=self.summary,
            tool=self.binding.tool,
            arguments=self.arguments,
            arguments_digest=self.binding.arguments_digest,
            policy_revision=self.binding.policy_revision,
            expires_at=self.expires_at,
        )

    def evidence(self, by: str, at: datetime) -> Evidence:
        """What a yes to this action is worth."""
        return Evidence(
            id=new_evidence_id(),
            kind=_EVIDENCE_OF[self.kind],
            tenant=self.tenant,
            conversation_id=self.conversation_id,
            customer_id=self.customer_id,
            binding=self.binding,
            by=by,
            at=at,
            asked_at=self.requested_at,
            expires_at=at + LIFETIMES[self.kind],
            pending_id=self.id,
        )

    def entry(self, kind: Literal["evidence", "withdrawal"], at: datetime, rationale: str, by: str) -> Draft:
        """The record's line about what became of this action."""
        return Draft(
            self.conversation_id,
            self.turn_id,
            self.tenant,
            at,
            kind,
            rationale,
            tool=self.binding.tool,
            payload={
                "pending_id": self.id,
                "action": self.kind,
                "by": by,
                "arguments_digest": self.binding.arguments_digest,
                "tool_digest": self.binding.tool_digest,
                "policy_revision": self.binding.policy_revision,
            },
        )


def new_pending_id() -> PendingId:
    """Make an id that nobody can guess."""
    return PendingId(f"pa_{uuid4().hex}")


class PendingActions:
    """The pending actions of all conversations: each is answered once, and bound to its exact call."""

    def __init__(
        self,
        transactions: Transactions,
        journal: HashChainedJournal,
        clock: Callable[[], datetime],
    ) -> None:
        self._transactions = transactions
        self._journal = journal
        self._clock = clock

    async def confirm(self, context: CallContext, pending_id: PendingId) -> None:
        """Turn the customer's yes into evidence for exactly this action.

        Raises:
            Conflict: there is no such action in this conversation that still waits for a yes.
        """
        await self._transactions.write(lambda connection: self._confirm(connection, context, pending_id))

    async def withdraw(self, context: CallContext, pending_id: PendingId) -> None:
        """Drop an action and what was given for it; one that was executed, rejected or is unknown stays as it is."""
        await self._transactions.write(lambda connection: self._withdraw(connection, context, pending_id))

    def answer(self, connection: Connection, action: PendingAction, by: str, reason: str = "") -> None:
        """Say yes to an action within the caller's transaction; of any number of concurrent yeses one succeeds.

        Raises:
            Conflict: it was answered or withdrawn before, or has expired.
        """
        self.close(connection, action, _OUTCOME_OF[action.kind], by, reason)
        give_evidence(connection, action.evidence(by, self._clock()))

    def add_approval(self, connection: Connection, action: PendingAction, by: str) -> PendingAction:
        """Count one of several approvals within the caller's transaction; the action goes on waiting for the others.

        Raises:
            Conflict: it was answered or withdrawn before, has expired, or was approved meanwhile.
        """
        self._see_complete(connection, action)
        approved_by = (*action.approved_by, by)
        self._change(connection, action, approved_by=list(approved_by))
        give_evidence(connection, action.evidence(by, self._clock()))
        return replace(action, approved_by=approved_by)

    def reject(self, connection: Connection, action: PendingAction, by: str, reason: str) -> None:
        """Say no to an action within the caller's transaction; what the customer gave for it is void.

        Raises:
            Conflict: it was answered or withdrawn before, or has expired.
        """
        self.close(connection, action, "rejected", by, reason)
        binding = action.binding
        void_evidence(connection, action.conversation_id, binding.tool, binding.arguments_digest)

    def close(
        self, connection: Connection, action: PendingAction, status: ActionStatus, by: str, reason: str = ""
    ) -> None:
        """Settle an action within the caller's transaction.

        Raises:
            Conflict: it was answered or withdrawn before, or has expired.
        """
        self._see_complete(connection, action)
        approved_by = [*action.approved_by, by] if status == "approved" else list(action.approved_by)
        sealed = self._sealed_reason(connection, action, reason)
        self._change(connection, action, status=status, decided_by=by, decision_reason=sealed, approved_by=approved_by)

    def _confirm(self, connection: Connection, context: CallContext, pending_id: PendingId) -> None:
        action = find_action(connection, self._transactions.vault, pending_id)
        if action is None or action.kind != "confirm" or not _belongs(action, context):
            raise Conflict("nothing waits for this confirmation")
        by, words = _agreeing(context)
        entry = action.entry("evidence", self._clock(), words, by)
        self._journal.append(connection, [entry])
        self.answer(connection, action, by)

    def _withdraw(self, connection: Connection, context: CallContext, pending_id: PendingId) -> None:
        action = find_action(connection, self._transactions.vault, pending_id)
        if action is None or not _belongs(action, context):
            return
        entry = action.entry("withdrawal", self._clock(), "The request was withdrawn.", "customer")
        self._journal.lock(connection, entry)
        if self._drop(connection, action):
            self._journal.append(connection, [entry])

    def _change(self, connection: Connection, action: PendingAction, **values: Any) -> None:
        """Change an action that still waits as it was read; of any number of concurrent changes one succeeds."""
        columns = pending_actions.c
        statement = (
            update(pending_actions)
            .where(columns.id == action.id, columns.status == "pending", columns.expires_at > self._clock())
            .where(columns.approved_by == list(action.approved_by))
            .values(**values)
        )
        if connection.execute(statement).rowcount != 1:
            raise Conflict("this was decided or withdrawn before, or has expired")

    def _see_complete(self, connection: Connection, action: PendingAction) -> None:
        """See that no action of the conversation was removed, or put back to where it still waited."""
        where = pending_actions.c.conversation_id == action.conversation_id
        scope = (action.conversation_id, action.tenant)
        see_complete(connection, self._transactions.vault.tags, scope, pending_actions, where)

    def _sealed_reason(self, connection: Connection, action: PendingAction, reason: str) -> str:
        box = self._transactions.vault.own_box(connection, action.conversation_id, action.tenant)
        return box.seal(_place("decision_reason", action.id), reason)

    def _drop(self, connection: Connection, action: PendingAction) -> bool:
        columns = pending_actions.c
        executed = select(calls.c.key).where(calls.c.key == action.key)
        statement = (
            update(pending_actions)
            .where(columns.key == action.key, columns.status.in_(["pending", "confirmed", "approved"]))
            .where(~executed.exists())
            .values(status="withdrawn")
        )
        if not connection.execute(statement).rowcount:
            return False
        binding = action.binding
        void_evidence(connection, action.conversation_id, binding.tool, binding.arguments_digest)
        return True


def hold(connection: Connection, vault: Vault, action: PendingAction) -> PendingAction:
    """Keep a new action, or find the live one of the same call; the caller holds the journal's head."""
    columns = pending_actions.c
    query = select(pending_actions).where(
        columns.key == action.key,
        columns.kind == action.kind,
        columns.status == "pending",
        columns.policy_revision == action.binding.policy_revision,
        columns.tool_digest == action.binding.tool_digest,
        columns.expires_at > action.requested_at,
    )
    found = connection.execute(query).mappings().first()
    box = vault.own_box(connection, action.conversation_id, action.tenant)
    if found is not None:
        return read_action(found, box)
    connection.execute(insert(pending_actions).values(**_row(action, box)))
    return action


def find_refusal(connection: Connection, tags: Tags, key: str) -> ActionStatus | None:
    """Whether a call was withdrawn by the customer or rejected by a supervisor, which is final for that call.

    Raises:
        RecordBroken: the action was changed or forged.
    """
    row = connection.execute(_FIND_REFUSAL, {"wanted": key}).mappings().first()
    if row is None:
        return None
    see_vouched(tags, "pending_actions", row)
    return row["status"]


def find_action(connection: Connection, vault: Vault, pending_id: PendingId) -> PendingAction | None:
    """The action of an id, if there is one."""
    query = select(pending_actions).where(pending_actions.c.id == pending_id)
    found = connection.execute(query).mappings().first()
    return None if found is None else read_action(found, vault.box(connection, found["conversation_id"]))


def read_action(row: RowMapping, box: Cipher) -> PendingAction:
    """An action as it is kept, with its words and figures unsealed.

    Raises:
        RecordBroken: it was changed or forged.
    """
    see_vouched(box.tags, "pending_actions", row)
    values = {name: value for name, value in row.items() if name != "mac"}
    values["arguments"] = box.unseal_json(_place("arguments", row["id"]), row["arguments"], {})
    values["summary"] = box.unseal(_place("summary", row["id"]), row["summary"])
    values["decision_reason"] = box.unseal(_place("decision_reason", row["id"]), row["decision_reason"])
    names = ("tool", "tool_digest", "arguments_digest", "policy_revision")
    values["binding"] = Binding(**{name: values.pop(name) for name in names})
    values["actors"] = tuple(values["actors"])
    values["approved_by"] = tuple(values["approved_by"])
    values["reasons"] = tuple(Reason(**reason) for reason in values["reasons"])
    return PendingAction(**values)


def _row(action: PendingAction, box: Cipher) -> dict[str, Any]:
    row = asdict(action)
    row["arguments"] = box.seal_json(_place("arguments", action.id), row["arguments"])
    row["summary"] = box.seal(_place("summary", action.id), row["summary"])
    return {**row.pop("binding"), **row}


def _place(column: str, action: str) -> str:
    return place_of(f"pending_actions.{column}", action)


def _agreeing(context: CallContext) -> tuple[str, str]:
    """Who says yes in this conversation, and the record's words for it: a partner's agent, and an operator who tries a
    tool, speak for the customer."""
    agent, customer, operator = context.principal.agent, context.principal.customer, context.principal.operator
    if operator:
        return operator, f"The operator {operator} said yes to exactly this call; the customer was not asked."
    if agent.kind == "partner":
        return agent.id, f"The partner {agent.id} said yes to exactly this call on the customer's behalf."
    return customer.id if customer else "customer", "The customer said yes to exactly this call."


def _belongs(action: PendingAction, context: CallContext) -> bool:
    return action.conversation_id == context.conversation_id and action.tenant == context.principal.tenant
