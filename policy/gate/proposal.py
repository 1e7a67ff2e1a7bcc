"""A proposed call that passed the gate's own checks, and what follows from an allowed one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.calls import CallContext, ToolCall
from domain.decision import Decision
from domain.digest import digest
from domain.grant import GrantClaims
from domain.ids import ConversationId, TenantId, TurnId
from domain.vault import Vault
from policy.control.dial import DialPosition
from policy.control.evidence import Binding
from policy.gate.redaction import has_secrets
from policy.tools.pins import Tool
from policy.tools.tool_data import ToolData

_NAMES_ITS_CUSTOMER = frozenset({"verification", "find"})
"""Groups of tools that run before the customer is known: their grant is for the customer that they name."""

MAX_ID = 64
_SUBJECTS = ("payment_id", "line_id", "invoice_id")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One call of a ready tool with valid arguments. `key` is the same for every try of it."""

    context: CallContext
    call: ToolCall
    tool: Tool
    data: ToolData
    arguments_digest: str
    key: str

    @property
    def is_write(self) -> bool:
        """Whether it may change something; what policy data does not call a read is a write."""
        return self.data.kind == "write"

    @property
    def customer_id(self) -> str:
        """Whom the call is about: the conversation's customer, never one that the arguments name instead."""
        if self.context.principal.customer is not None:
            return self.context.principal.customer.id
        named = self.call.arguments.get("customer_id") if self.data.group in _NAMES_ITS_CUSTOMER else None
        return named if isinstance(named, str) and len(named) <= MAX_ID else ""

    @property
    def subject(self) -> str:
        """The payment, line or invoice that the call is about, for the ledger."""
        named = (self.call.arguments.get(name) for name in _SUBJECTS)
        return next((value for value in named if isinstance(value, str)), "")[:120]

    def binding(self, policy_revision: str) -> Binding:
        """What evidence for this call must be bound to."""
        return Binding(self.tool.name, self.tool.digest, self.arguments_digest, policy_revision)


@dataclass(frozen=True, slots=True)
class AuthorizedCall:
    """An allowed call that is to be executed, now or again after a crash."""

    key: str
    tenant: TenantId
    conversation_id: ConversationId
    turn_id: TurnId
    customer_id: str
    call: ToolCall
    arguments_digest: str
    tool: Tool
    is_write: bool
    repeatable: bool
    decision: Decision

    @property
    def claims(self) -> GrantClaims:
        """What the server is granted: this call, once."""
        return GrantClaims(
            decision_id=self.decision.id,
            server=self.call.server,
            tool=self.call.name,
            arguments_digest=self.arguments_digest,
            tenant=self.tenant,
            customer=self.customer_id,
            idempotency_key=self.key if self.is_write else "",
        )


def propose(context: CallContext, call: ToolCall, tool: Tool, data: ToolData, vault: Vault) -> Proposal:
    """Name a call by its idempotency key: conversation, turn and step (the call's id), tool and exact arguments.

    Of arguments with a secret in them the key tells nothing to whoever has no encryption key.
    """
    arguments_digest = call.arguments_digest
    key: dict[str, Any] = {
        "conversation": context.conversation_id,
        "call": call.id,
        "tool": call.tool,
        "arguments": vault.keyed(arguments_digest) if has_secrets(call.arguments) else arguments_digest,
    }
    return Proposal(context, call, tool, data, arguments_digest, digest(key))


def undertake(proposal: Proposal, decision: Decision) -> AuthorizedCall:
    """Take a decision to allow as the order to execute."""
    return AuthorizedCall(
        key=proposal.key,
        tenant=proposal.context.principal.tenant,
        conversation_id=proposal.context.conversation_id,
        turn_id=proposal.context.turn_id,
        customer_id=proposal.customer_id,
        call=proposal.call,
        arguments_digest=proposal.arguments_digest,
        tool=proposal.tool,
        is_write=proposal.is_write,
        repeatable=proposal.tool.first_party or proposal.data.idempotent or not proposal.is_write,
        decision=decision,
    )


def place_of(proposal: Proposal, resource: Mapping[str, Any], bucket: int) -> DialPosition:
    """Where a proposed call stands; a procedure is named with its specialist."""
    context = proposal.context
    principal, agent = context.principal, context.principal.agent
    name = agent.procedure if "." in agent.procedure else f"{agent.id}.{agent.procedure}"
    account: Any = resource.get("account") or {}
    partners = (*principal.chain, *((agent.id,) if agent.kind == "partner" else ()))
    cohorts = {f"locale:{context.locale}", *(f"flag:{flag}" for flag in account.get("flags", ()))}
    cohorts |= {f"partner:{partner}" for partner in partners}
    return DialPosition(principal.tenant, name, context.channel, frozenset(cohorts), bucket)
