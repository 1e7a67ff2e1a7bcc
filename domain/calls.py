"""Tool calls: proposed by a specialist, decided by the policy, executed by a server."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from domain.decision import Decision
from domain.digest import digest
from domain.ids import CallId, ConversationId, DecisionId, PendingId, TurnId
from domain.principal import Principal
from domain.record import Note
from domain.suggestion import Suggestion

OutcomeStatus = Literal["succeeded", "failed"]
PendingKind = Literal["confirm", "verify", "approve", "slot", "consent"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A proposed call of an MCP tool, `server.tool`. `id` is the same for every try of the same proposal."""

    id: CallId
    tool: str
    arguments: dict[str, Any]

    @property
    def server(self) -> str:
        """The MCP server's name."""
        return self.tool.partition(".")[0]

    @property
    def name(self) -> str:
        """The tool's name on its server."""
        return self.tool.partition(".")[2]

    @property
    def arguments_digest(self) -> str:
        """The digest that evidence and grants are bound to."""
        return digest(self.arguments)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the server answered: `data` when it succeeded, else an `error` that may be shown to a model.

    `uncertain` marks a failed write without a usable answer: it may have been done all the same.
    """

    status: OutcomeStatus
    data: Any = None
    error: str = ""
    replayed: bool = False
    uncertain: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether the server reported success."""
        return self.status == "succeeded"


@dataclass(frozen=True, slots=True)
class Option:
    """An answer on offer: `value` is what to send as the message, `label` what a button says, in the customer's
    language.
    """

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Pending:
    """The one thing that a conversation waits for before a call may execute (or a slot that was asked for).

    `summary` is made from exactly `tool` and `arguments`; `arguments_digest` and `policy_revision` bind the evidence.
    `options` are the answers to choose from, where there are any.
    """

    id: PendingId
    kind: PendingKind
    summary: str
    tool: str = ""
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    arguments_digest: str = ""
    policy_revision: str = ""
    expires_at: datetime | None = None
    options: tuple[Option, ...] = ()

    def is_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class CallContext:
    """What the gate is told about the turn that a call is part of; none of it comes from a model.

    `sentiment` runs from -1 (angry) to 1 (pleased); `confidence` in 0..1 is the understanding's. `model` names the
    language model that had a part in the turn so far, for the record. `formats` is the whole tag (BCP 47) by which
    figures are written for the customer, empty where `locale` says it all.
    """

    conversation_id: ConversationId
    turn_id: TurnId
    principal: Principal
    channel: str = "chat"
    locale: str = "en"
    sentiment: float = 0.0
    confidence: float = 1.0
    model: str = ""
    formats: str = ""


@dataclass(frozen=True, slots=True)
class CallResult:
    """What became of a proposed call.

    `pending` is set where it waits for evidence. `outcome` is set where it executed, and also, failed, where it could
    not even be decided on: bad arguments, or a system that does not answer. With neither, the policy denied it or gave
    it to a person, as the decision's effect says; `suggestion` is set where a person may have it done.
    """

    call: ToolCall
    decision: Decision
    outcome: Outcome | None = None
    pending: Pending | None = None
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class CallProgress:
    """How far a call under way has come, as its server says: `done` of `total`, where it knows that, and its own words.

    `message` is what somebody else's system wrote: it is screened before it is shown.
    """

    conversation_id: ConversationId
    turn_id: TurnId
    decision_id: DecisionId
    tool: str
    done: float
    total: float | None
    message: str


class ToolGate(Protocol):
    """The one way to a tool: decides, records and executes."""

    async def call(self, context: CallContext, call: ToolCall) -> CallResult:
        """Propose a call; it executes only if the policy allows it with the evidence at hand.

        Proposing the same call (same `call.id` and arguments) again is safe: one that already executed returns its
        recorded outcome. Never raises for a platform failure of policy or server: those are a `deny` decision or a
        failed outcome.
        """
        ...

    async def consider(self, context: CallContext, call: ToolCall) -> Decision:
        """What the policy would say to a call if the customer said yes to it; nothing is held, reserved or executed.

        Never raises for a platform failure: nobody knows then, and the decision is a `deny`.
        """
        ...

    async def foresee(self, context: CallContext, tools: Sequence[str]) -> CallResult | None:
        """The refusal of the first of these tools that this principal may not use whatever the arguments; else None.

        For what is to be known before a customer is asked anything. None says that nothing speaks against it yet, or
        that nobody knows; nothing is held or executed.
        """
        ...

    async def find_objections(self, context: CallContext, tools: Sequence[str]) -> Mapping[str, Collection[str]]:
        """The rules by which this principal may not use each of these tools at all now; nothing of it is recorded.

        Raises:
            ToolUnavailable, PolicyUnavailable: nobody knows.
        """
        ...

    async def withdraw(self, context: CallContext, pending_id: PendingId) -> None:
        """Drop a pending action for good: it can be neither confirmed nor approved any more."""
        ...

    async def confirm(self, context: CallContext, pending_id: PendingId) -> None:
        """Record the customer's yes to exactly this pending action, to be used once by the next `call`.

        Raises:
            Conflict: it was withdrawn, has expired or was confirmed before.
        """
        ...

    def finish(self, conversation_id: ConversationId, notes: Sequence[Note] = ()) -> None:
        """End a turn: what of its record is still buffered, then `notes`, is written with the open unit of work."""
        ...

    def forget(self, conversation_id: ConversationId) -> None:
        """Drop what is remembered of a turn that broke off: it will run again, here or in another process."""
        ...
