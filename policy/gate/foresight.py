"""What somebody could in no case do: asked before a journey begins, so that nothing is asked of a customer in vain."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.calls import CallContext, CallResult, ToolCall
from domain.decision import Decision, Effect
from domain.errors import PolicyUnavailable, ToolUnavailable
from domain.ids import CallId
from domain.vault import Vault
from policy.gate.deciding import DecisionService
from policy.gate.entries import DecisionContext
from policy.gate.proposal import Proposal, propose
from policy.gate.turn_memory import TurnMemory
from policy.tools.servers import ToolServers
from policy.tools.tool_data import ToolData

WHOSE = "agents/"
"""The area of rules that speak about who acts, whatever the arguments."""

CONSENT = "agents/delegated_consent"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A refusal that is certain before any arguments are known."""

    proposal: Proposal
    decision_context: DecisionContext

    @property
    def result(self) -> CallResult:
        """The refusal as that of a call, which was never proposed."""
        return CallResult(self.proposal.call, self.decision_context.decision)


class Foresight:
    """Puts tools without arguments before the policy, and heeds only what it says about who acts."""

    def __init__(
        self, servers: ToolServers, judge: DecisionService, tool_data: Mapping[str, ToolData], vault: Vault
    ) -> None:
        self._servers = servers
        self._judge = judge
        self._tool_data = tool_data
        self._vault = vault

    async def foresee(self, context: CallContext, tools: Sequence[str], memory: TurnMemory) -> Foreseen | None:
        """The first of these tools that the principal may not use at all; None where there is none, or nobody knows."""
        for name in tools:
            foreseen = await self._look_at(context, name, memory)
            if foreseen is not None:
                return foreseen
        return None

    async def find_objections(self, context: CallContext, tools: Sequence[str]) -> Mapping[str, Collection[str]]:
        """The rules that speak against each of these tools, by facts that are read now and not remembered.

        Raises:
            ToolUnavailable, PolicyUnavailable: nobody knows.
        """
        memory = TurnMemory(context.principal.tenant, context.turn_id)
        found = {name: await self._see(context, name, memory) for name in tools}
        return {name: each.decision_context.decision.rules if each is not None else () for name, each in found.items()}

    async def _look_at(self, context: CallContext, name: str, memory: TurnMemory) -> Foreseen | None:
        try:
            return await self._see(context, name, memory)
        except (ToolUnavailable, PolicyUnavailable):
            return None

    async def _see(self, context: CallContext, name: str, memory: TurnMemory) -> Foreseen | None:
        call = ToolCall(CallId(f"{context.turn_id}/foreseen/{name}"), name, {})
        tool = await self._servers.find(name)
        if tool is None:
            return None
        proposal = propose(context, call, tool, self._tool_data.get(name, ToolData()), self._vault)
        found = await self._judge.suppose(proposal, memory)
        decision = _about_who(found.decision, known=context.principal.customer is not None)
        return Foreseen(proposal, replace(found, decision=decision)) if decision is not None else None


def _about_who(decision: Decision, *, known: bool) -> Decision | None:
    """The denial for the reasons that hold whatever is proposed; of nobody's consent nothing is known yet."""
    reasons = tuple(
        reason for reason in decision.reasons if reason.rule.startswith(WHOSE) and (known or reason.rule != CONSENT)
    )
    if decision.effect is not Effect.DENY or not reasons:
        return None
    return replace(decision, reasons=reasons)
