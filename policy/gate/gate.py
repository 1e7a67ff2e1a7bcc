"""The gate: the one place where tool calls are decided, recorded and executed."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import Connection

from domain.approval import ALREADY_WAITING
from domain.calls import CallContext, CallResult, Outcome, ToolCall
from domain.decision import Decision, Effect
from domain.errors import PolicyUnavailable, ToolNotReached, ToolUnavailable
from domain.ids import ConversationId, PendingId
from domain.record import Note
from domain.vault import Vault
from policy.control.evidence import extend_confirmation
from policy.control.pending import KINDS, LIFETIMES, ActionKind, PendingAction, PendingActions, hold, new_pending_id
from policy.control.suggestions import suggestion_of
from policy.control.superseded import Superseding
from policy.gate import entries
from policy.gate.deciding import DecisionService, Past
from policy.gate.decisions import refuse
from policy.gate.effects import Effects, Overtaken
from policy.gate.entries import DecisionContext
from policy.gate.execution import Executor
from policy.gate.foresight import Foresight
from policy.gate.proposal import AuthorizedCall, Proposal, propose, undertake
from policy.gate.recorded_calls import RecordedCall, call_row, forget_reads
from policy.gate.redaction import mask_outcome, redact_arguments
from policy.gate.turn_memory import MAX_DRAFTS, TurnMemories, TurnMemory
from policy.journal.journal import Draft, HashChainedJournal
from policy.tools.pins import Tool, ToolStatus
from policy.tools.servers import ToolServers
from policy.tools.tool_data import ToolData
from storage.transactions import Transactions
from storage.unit_of_work import open_unit

T = TypeVar("T")
SUGGESTED = "autonomy/suggest"
REHEARSED = frozenset({"autonomy/observe", SUGGESTED})
"""The rules after which it is recorded what the call would have come to."""
DESK = "desk"
"""The reader of a summary that is nobody's own: what a call would do, said about the customer."""
ROUNDS = 3
"""How often a call that somebody else overtook is looked at afresh."""


class Describe(Protocol):
    """Says to the customer in their language, or to the desk about them, what exactly a call would do."""

    def __call__(self, context: CallContext, call: ToolCall, resource: Mapping[str, Any], locale: str) -> str:
        """Describe the call from exactly its arguments and what was read of the thing it is about.

        `locale` is the customer's, or `DESK` for supervisors and representatives.
        """
        ...


UNREACHABLE = "{} does not answer right now"
UNKNOWN = "{} did not answer: it is not known yet whether this was done"


@dataclass(frozen=True, slots=True)
class GateParts:
    """What the gate is made of; `policy.assembly` puts them together."""

    transactions: Transactions
    vault: Vault
    journal: HashChainedJournal
    actions: PendingActions
    servers: ToolServers
    judge: DecisionService
    foresight: Foresight
    effects: Effects
    executor: Executor
    superseding: Superseding
    tool_data: Mapping[str, ToolData]
    describe: Describe
    clock: Callable[[], datetime]


class Gate:
    """Decides, records and executes tool calls; the promises are those of `domain.calls.ToolGate`.

    A call with arguments that cannot be used, and one whose system does not answer, ends in a failed outcome; their
    decision is a `deny` with a `gate/...` rule. Writes of one conversation run one after the other.
    """

    def __init__(self, parts: GateParts) -> None:
        self._parts = parts
        self._memories = TurnMemories()
        self._locks: WeakValueDictionary[ConversationId, asyncio.Lock] = WeakValueDictionary()

    async def call(self, context: CallContext, call: ToolCall) -> CallResult:
        """Propose a call; it executes only if the policy allows it with the evidence at hand."""
        memory = self._memories.of(context)
        proposal = await self._examine(context, call)
        if isinstance(proposal, CallResult):
            entry = entries.refused_unasked(context, call, proposal.decision, self._parts.clock())
            await self._buffer(memory, entry)
            return proposal
        if not proposal.is_write:
            return await self._govern(proposal, memory)
        async with self._locks.setdefault(context.conversation_id, asyncio.Lock()):
            return await self._govern(proposal, memory)

    async def consider(self, context: CallContext, call: ToolCall) -> Decision:
        """What the policy would say to a call if the customer said yes to it; nothing is held, reserved or executed."""
        memory = self._memories.of(context)
        proposal = await self._examine(context, call)
        if isinstance(proposal, CallResult):
            return proposal.decision
        try:
            decision_context = await self._parts.judge.suppose(proposal, memory)
        except (PolicyUnavailable, ToolUnavailable) as error:
            return refuse("gate/not_known", str(error))
        await self._buffer(memory, entries.considered(proposal, decision_context, self._parts.clock()))
        return decision_context.decision

    async def foresee(self, context: CallContext, tools: Sequence[str]) -> CallResult | None:
        """The refusal of the first of these tools that this principal may not use whatever the arguments; else None."""
        memory = self._memories.of(context)
        foreseen = await self._parts.foresight.foresee(context, tools, memory)
        if foreseen is None:
            return None
        await self._buffer(memory, entries.decided(foreseen.proposal, foreseen.decision_context, self._parts.clock()))
        return foreseen.result

    async def find_objections(self, context: CallContext, tools: Sequence[str]) -> Mapping[str, Collection[str]]:
        """The rules by which this principal may not use each of these tools at all now; nothing of it is recorded.

        Raises:
            ToolUnavailable, PolicyUnavailable: nobody knows.
        """
        return await self._parts.foresight.find_objections(context, tools)

    async def confirm(self, context: CallContext, pending_id: PendingId) -> None:
        """Record the customer's yes to exactly this pending action, to be used once by the next `call`."""
        await self._parts.actions.confirm(context, pending_id)
        self._memories.of(context).changed()

    async def withdraw(self, context: CallContext, pending_id: PendingId) -> None:
        """Drop a pending action for good."""
        await self._parts.actions.withdraw(context, pending_id)
        self._memories.of(context).changed()

    def finish(self, conversation_id: ConversationId, notes: Sequence[Note] = ()) -> None:
        """End a turn: its record is written with the open unit of work, and reads' results are dropped with it."""
        memory = self._memories.drop(conversation_id)
        drafts = [*(memory.drafts if memory else ()), *(self._parts.journal.draft(note) for note in notes)]
        forget = memory is not None and memory.kept_reads

        def write(connection: Connection) -> None:
            self._parts.journal.append(connection, drafts)
            if forget:
                forget_reads(connection, conversation_id)

        if drafts or forget:
            open_unit().append(write)

    def forget(self, conversation_id: ConversationId) -> None:
        """Drop what is remembered of a turn that broke off."""
        self._memories.drop(conversation_id)

    async def _examine(self, context: CallContext, call: ToolCall) -> Proposal | CallResult:
        """Look the tool up and check the arguments; what cannot even be proposed is refused here."""
        try:
            tool = await self._parts.servers.find(call.tool)
        except ToolUnavailable as error:
            outcome = Outcome("failed", error=UNREACHABLE.format(call.server))
            return CallResult(call, refuse("gate/tool_unavailable", str(error)), outcome)
        if tool is None or tool.status is not ToolStatus.READY:
            return CallResult(call, _turn_away(tool))
        problem = tool.check.problem(call.arguments)
        if problem is not None:
            return CallResult(call, refuse("gate/invalid_arguments", problem), Outcome("failed", error=problem))
        data = self._parts.tool_data.get(call.tool, ToolData())
        return propose(context, call, tool, data, self._parts.vault)

    async def _govern(self, proposal: Proposal, memory: TurnMemory) -> CallResult:
        """Replay what happened already, or decide and act; look again where somebody else was faster."""
        reason = ""
        for _ in range(ROUNDS):
            past = await self._parts.judge.look_back(proposal, memory)
            if past.recorded is not None:
                return await self._resume(proposal, past.recorded, memory)
            try:
                return await self._decide(proposal, past, memory)
            except Overtaken as overtaken:
                reason = str(overtaken)
        return await self._refuse(
            proposal, DecisionContext(refuse("gate/overtaken", f"Refused: {reason}."), {}), memory
        )

    async def _decide(self, proposal: Proposal, past: Past, memory: TurnMemory) -> CallResult:
        if past.refusal is not None:
            refusal = refuse(f"gate/{past.refusal}", f"This call was {past.refusal} before.")
            return await self._refuse(proposal, DecisionContext(refusal, {}), memory)
        try:
            decision_context = await self._parts.judge.rule(proposal, past, memory)
        except PolicyUnavailable as error:
            decision_context = DecisionContext(refuse("gate/policy_unavailable", str(error)), {})
        except ToolUnavailable as error:
            unread = DecisionContext(refuse("gate/facts_unavailable", str(error)), {})
            return await self._refuse(proposal, unread, memory, Outcome("failed", error=str(error)))
        return await self._act(proposal, decision_context, memory)

    async def _act(self, proposal: Proposal, decision_context: DecisionContext, memory: TurnMemory) -> CallResult:
        effect = decision_context.decision.effect
        if effect in KINDS:
            return await self._hold(proposal, decision_context, memory)
        if proposal.is_write and not REHEARSED.isdisjoint(decision_context.decision.rules):
            return await self._rehearse(proposal, decision_context, memory)
        if effect is not Effect.ALLOW:
            return await self._refuse(proposal, decision_context, memory)
        authorized = undertake(proposal, decision_context.decision)
        if not proposal.is_write:
            return await self._read(proposal, authorized, decision_context, memory)
        await self._parts.effects.begin(proposal, authorized, decision_context, memory)
        return await self._carry_out(authorized, memory, fresh=True)

    async def _refuse(
        self, proposal: Proposal, decision_context: DecisionContext, memory: TurnMemory, outcome: Outcome | None = None
    ) -> CallResult:
        await self._buffer(memory, entries.decided(proposal, decision_context, self._parts.clock()))
        if proposal.is_write:
            await self._write_out(memory)
        return CallResult(proposal.call, decision_context.decision, outcome)

    async def _hold(self, proposal: Proposal, decision_context: DecisionContext, memory: TurnMemory) -> CallResult:
        """Keep the call as pending until its evidence is there."""
        kind = KINDS[decision_context.decision.effect]
        action, entry = (
            self._action(proposal, decision_context, kind),
            entries.decided(proposal, decision_context, self._parts.clock()),
        )
        waits = refuse(ALREADY_WAITING, "The same waits for approval in another conversation of the customer.")
        second = entries.decided(proposal, replace(decision_context, decision=waits), self._parts.clock())

        def keep(connection: Connection, drafts: Sequence[Draft]) -> PendingAction | None:
            if kind == "approve" and self._parts.superseding.waits_elsewhere(connection, action):
                self._parts.journal.append(connection, [*drafts, second])
                return None
            self._parts.journal.append(connection, [*drafts, entry])
            held = hold(connection, self._parts.vault, action)
            if held.kind == "approve":
                extend_confirmation(connection, decision_context.held, held.expires_at)
            return held

        held = await self._write(memory, keep)
        if held is None:
            return CallResult(proposal.call, waits)
        memory.changed()
        return CallResult(proposal.call, decision_context.decision, pending=held.pending)

    async def _rehearse(self, proposal: Proposal, decision_context: DecisionContext, memory: TurnMemory) -> CallResult:
        """Record what the dial left to people, and where it may be suggested keep it for a representative."""
        rehearsal = await self._parts.judge.rehearse(decision_context)
        entry = entries.rehearsed(proposal, decision_context, rehearsal, self._parts.clock())
        action = self._suggestion(proposal, decision_context, rehearsal)

        def keep(connection: Connection, drafts: Sequence[Draft]) -> PendingAction | None:
            self._parts.journal.append(connection, [*drafts, entry])
            return hold(connection, self._parts.vault, action) if action is not None else None

        held = await self._write(memory, keep)
        suggestion = suggestion_of(held, self._parts.clock()) if held is not None else None
        return CallResult(proposal.call, decision_context.decision, suggestion=suggestion)

    def _suggestion(
        self, proposal: Proposal, decision_context: DecisionContext, rehearsal: Decision | None
    ) -> PendingAction | None:
        """The call as a representative may have it done; None where nobody could."""
        if SUGGESTED not in decision_context.decision.rules or rehearsal is None:
            return None
        if rehearsal.effect in (Effect.DENY, Effect.HANDOFF):
            return None
        return self._action(proposal, replace(decision_context, decision=rehearsal), "suggest")

    async def _read(
        self, proposal: Proposal, authorized: AuthorizedCall, decision_context: DecisionContext, memory: TurnMemory
    ) -> CallResult:
        try:
            outcome = mask_outcome(await self._parts.executor.execute(authorized), decision_context.decision)
        except ToolUnavailable:
            outcome = Outcome("failed", error=UNREACHABLE.format(proposal.call.server))
        now = self._parts.clock()
        if outcome.succeeded:
            memory.rows.append(call_row(authorized, outcome, now))
            memory.reads[proposal.key] = RecordedCall(decision_context.decision, replace(outcome, replayed=True))
        await self._buffer(memory, entries.read_done(proposal, decision_context, outcome, now))
        return CallResult(proposal.call, decision_context.decision, outcome)

    async def _resume(self, proposal: Proposal, recorded: RecordedCall, memory: TurnMemory) -> CallResult:
        """Answer with the recorded outcome, or find it out: the server returns its first result for the same key.

        Whatever was stopped meanwhile is not sent again, for it may never have arrived.
        """
        if recorded.outcome is not None:
            return CallResult(proposal.call, recorded.decision, recorded.outcome)
        authorized = undertake(proposal, recorded.decision)
        if authorized.repeatable and not await self._parts.judge.is_stopped(proposal):
            return await self._carry_out(authorized, memory)
        return CallResult(proposal.call, recorded.decision, _unknown(authorized))

    async def _carry_out(self, authorized: AuthorizedCall, memory: TurnMemory, *, fresh: bool = False) -> CallResult:
        """Execute what is durably intended, and make its outcome durable; `fresh` where nobody tried it before."""
        call, decision = authorized.call, authorized.decision
        memory.changed()
        try:
            outcome = mask_outcome(await self._parts.executor.execute(authorized), decision)
        except ToolUnavailable as error:
            if not (fresh and isinstance(error, ToolNotReached)):
                await self._parts.effects.leave_open(authorized, str(error))
                return CallResult(call, decision, _unknown(authorized))
            outcome = Outcome("failed", error=UNREACHABLE.format(call.server))
        return CallResult(call, decision, await self._parts.effects.end(authorized, outcome))

    async def _buffer(self, memory: TurnMemory, draft: Draft) -> None:
        memory.drafts.append(draft)
        if len(memory.drafts) >= MAX_DRAFTS:
            await self._write_out(memory)

    async def _write_out(self, memory: TurnMemory) -> None:
        if memory.drafts:
            await self._write(memory, self._parts.journal.append, durable=False)

    async def _write(
        self, memory: TurnMemory, work: Callable[[Connection, Sequence[Draft]], T], *, durable: bool = True
    ) -> T:
        """Write something together with the entries that waited for it."""
        waiting = memory.take_drafts()
        try:
            return await self._parts.transactions.write(
                lambda connection: work(connection, waiting.drafts), durable=durable
            )
        except Exception:
            memory.give_back(waiting)
            raise

    def _action(self, proposal: Proposal, decision_context: DecisionContext, kind: ActionKind) -> PendingAction:
        context, decision, now = proposal.context, decision_context.decision, self._parts.clock()
        arguments = redact_arguments(proposal.call.arguments)
        shown = replace(proposal.call, arguments=arguments)
        return PendingAction(
            id=new_pending_id(),
            key=proposal.key,
            kind=kind,
            tenant=context.principal.tenant,
            conversation_id=context.conversation_id,
            turn_id=context.turn_id,
            customer_id=proposal.customer_id,
            actors=_actors(context),
            binding=proposal.binding(decision.policy_revision),
            arguments=arguments,
            summary=self._parts.describe(context, shown, decision_context.resource, _reader(kind, context)),
            reasons=decision.reasons,
            requested_at=now,
            expires_at=now + LIFETIMES[kind],
            approvals_needed=decision.approvals_needed,
        )


def _turn_away(tool: Tool | None) -> Decision:
    if tool is None:
        return refuse("gate/unknown_tool", "There is no such tool.")
    if tool.status is ToolStatus.UNPINNED:
        return refuse("gate/unpinned_tool", f"{tool.name} is not pinned in policy data.")
    return refuse("gate/quarantined_tool", f"{tool.name} is not the tool that was pinned.")


def _reader(kind: str, context: CallContext) -> str:
    """For whom a call is described: supervisors and representatives decide on these, the customer on all others."""
    return DESK if kind in ("approve", "suggest") else context.locale


def _actors(context: CallContext) -> tuple[str, ...]:
    """Who proposed the call, as far as they are people or others' agents."""
    agent = context.principal.agent
    own = () if agent.kind == "specialist" else (agent.id,)
    return (*own, *context.principal.chain)


def _unknown(authorized: AuthorizedCall) -> Outcome:
    return Outcome("failed", error=UNKNOWN.format(authorized.call.server), uncertain=True)
