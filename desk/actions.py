"""Acting at the desk: what a representative may do for the customer, decided and explained before it is sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from desk.queue import Desk, DeskDependencies, context_for
from domain.caller import Caller
from domain.calls import ToolCall
from domain.conversation import Conversation
from domain.decision import Effect, Reason
from domain.ids import CallId, ConversationId

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
class ConsideredCall:
    """A call that a representative thinks of making."""

    tool: str
    arguments: dict[str, Any]


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
        self, caller: Caller, conversation_id: ConversationId, call: ConsideredCall, language: str = "en"
    ) -> Explained:
        """Say in their language what a call would do and what the rules would want; nothing is asked or executed.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        services = self._dependencies.services
        async with self._dependencies.work.open(conversation_id):
            row = await self._desk.find_claimed(caller, conversation_id)
            wanted = ToolCall(CallId(f"desk/{uuid4().hex}"), call.tool, call.arguments)
            decision = await services.gate.consider(context_for(row, caller), wanted)
            services.gate.finish(row.id, ())
        words, effect = self._desk.words(row, language), decision.effect
        told = (words.proposed(call.tool, call.arguments), effect, words.text(f"needs.{effect}"))
        reasons = tuple(replace(each, message=words.reason(each.message)) for each in decision.reasons)
        return Explained(*told, effect in SENDABLE, reasons)

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
