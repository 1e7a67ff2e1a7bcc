"""Acting at the desk: what a representative may do for the customer, decided and explained before it is sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from agents.handoff.desk_words import DeskWords
from desk.queue import Desk, DeskDependencies, context_for
from domain.caller import Caller
from domain.calls import ToolCall
from domain.conversation import Conversation
from domain.decision import Effect, Reason
from domain.ids import CallId, ConversationId

NEEDS = {
    Effect.ALLOW: "Allowed. Where the rules ask for it, the customer confirms first; then it is made, in your name.",
    Effect.CONFIRM: "The customer has to confirm it first; then it is made, in your name.",
    Effect.STEP_UP: "The customer has to prove who they are with a code first.",
    Effect.APPROVE: "A supervisor other than you has to approve it, after the customer's yes.",
    Effect.HANDOFF: "Not allowed at the desk: somebody with more authority has to decide it elsewhere.",
    Effect.DENY: "Not allowed. Nothing can be sent.",
}
"""What each decision means to whoever is about to act."""
SENDABLE = (Effect.ALLOW, Effect.CONFIRM, Effect.STEP_UP, Effect.APPROVE)


@dataclass(frozen=True, slots=True)
class DeskTool:
    """A tool that policy grants to representatives, with the JSON Schema that its form is made from."""

    name: str
    title: str
    description: str
    input_schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DeskTools:
    """The tools that may be used, and the currency of their amounts."""

    currency: str
    items: tuple[DeskTool, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """What a call would do, in words; what the rules want for it; and whether it may be sent at all."""

    summary: str
    effect: Effect
    needs: str
    sendable: bool
    reasons: tuple[Reason, ...]


class ActionDesk:
    """Calls in a representative's own name, for the customer of a conversation that they have claimed."""

    def __init__(self, desk: Desk, dependencies: DeskDependencies, tools: Callable[[], Sequence[DeskTool]]) -> None:
        self._desk = desk
        self._dependencies = dependencies
        self._tools = tools

    async def tools(self, caller: Caller, conversation_id: ConversationId) -> DeskTools:
        """The tools that may be used, by title. One that is listed is decided on all the same.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        await self._desk.see_claimed(caller, conversation_id)
        return DeskTools(self._dependencies.services.currencies[caller.tenant], tuple(self._tools()))

    async def explain(
        self, caller: Caller, conversation_id: ConversationId, tool: str, arguments: dict[str, Any]
    ) -> Explained:
        """Say what a call would do and what the rules would want; nothing is held, asked or executed.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        services = self._dependencies.services
        async with self._dependencies.work.open(conversation_id):
            row = await self._desk.find_claimed(caller, conversation_id)
            call = ToolCall(CallId(f"desk/{uuid4().hex}"), tool, arguments)
            decision = await services.gate.consider(context_for(row, caller), call)
            services.gate.finish(row.id, ())
        words = DeskWords(services.catalogue, services.desk_voice(row.tenant, row.memory))
        sendable = decision.effect in SENDABLE
        return Explained(
            words.proposed(tool, arguments), decision.effect, NEEDS[decision.effect], sendable, decision.reasons
        )

    async def act(
        self, caller: Caller, conversation_id: ConversationId, action_id: str, tool: str, arguments: dict[str, Any]
    ) -> Conversation:
        """Make one call in the caller's name: the customer or a supervisor is asked where the rules want it.

        The same `action_id` is the same act, however often it is sent.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        await self._desk.see_claimed(caller, conversation_id)
        named = {"suggestion": f"{caller.subject}/{action_id}", "tool": tool, "arguments": arguments}
        await self._dependencies.turns.suggestion_accepted(caller, conversation_id, {**named, "by": caller.subject})
        return await self._dependencies.conversations.conversation(caller, conversation_id)
