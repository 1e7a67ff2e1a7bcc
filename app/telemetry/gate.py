"""The gate, watched: what was decided, and one span for each proposed call."""

from collections.abc import Collection, Mapping, Sequence

from app.telemetry.spans import span
from domain.calls import CallContext, CallResult, ToolCall, ToolGate
from domain.decision import Decision
from domain.ids import ConversationId, PendingId
from domain.metrics import Metrics
from domain.record import Note


class WatchedGate:
    """See `domain.calls.ToolGate`; a call that is answered from the record is not counted again."""

    def __init__(self, gate: ToolGate, metrics: Metrics) -> None:
        self._gate = gate
        self._metrics = metrics

    async def call(self, context: CallContext, call: ToolCall) -> CallResult:
        """See `ToolGate.call`."""
        with span("gate call", tool=call.tool) as opened:
            result = await self._gate.call(context, call)
            decision, outcome = result.decision, result.outcome
            opened.set_attribute("switchboard.effect", decision.effect.value)
            opened.set_attribute("switchboard.rules", decision.rules)
            opened.set_attribute("switchboard.outcome", outcome.status if outcome is not None else "not executed")
        if outcome is None or not outcome.replayed:
            self._metrics.decided(decision.effect.value, decision.rules)
        return result

    async def consider(self, context: CallContext, call: ToolCall) -> Decision:
        """See `ToolGate.consider`."""
        with span("gate consider", tool=call.tool) as opened:
            decision = await self._gate.consider(context, call)
            opened.set_attribute("switchboard.effect", decision.effect.value)
        return decision

    async def foresee(self, context: CallContext, tools: Sequence[str]) -> CallResult | None:
        """See `ToolGate.foresee`."""
        with span("gate foresee") as opened:
            refusal = await self._gate.foresee(context, tools)
            opened.set_attribute("switchboard.rules", refusal.decision.rules if refusal is not None else ())
        if refusal is not None:
            self._metrics.decided(refusal.decision.effect.value, refusal.decision.rules)
        return refusal

    async def find_objections(self, context: CallContext, tools: Sequence[str]) -> Mapping[str, Collection[str]]:
        """See `ToolGate.find_objections`."""
        return await self._gate.find_objections(context, tools)

    async def withdraw(self, context: CallContext, pending_id: PendingId) -> None:
        """See `ToolGate.withdraw`."""
        await self._gate.withdraw(context, pending_id)

    async def confirm(self, context: CallContext, pending_id: PendingId) -> None:
        """See `ToolGate.confirm`."""
        await self._gate.confirm(context, pending_id)

    def finish(self, conversation_id: ConversationId, notes: Sequence[Note] = ()) -> None:
        """See `ToolGate.finish`."""
        self._gate.finish(conversation_id, notes)

    def forget(self, conversation_id: ConversationId) -> None:
        """See `ToolGate.forget`."""
        self._gate.forget(conversation_id)
