"""Proposals at the desk: what the assistant may only suggest, accepted or dismissed by the one who has the case."""

from typing import Any

from desk.queue import Desk
from domain.caller import Caller
from domain.conversation import Conversation
from domain.ids import ConversationId, PendingId
from domain.suggestion import Suggestion, Suggestions
from router.conversations import Conversations
from router.turn import Turns


class ProposalDesk:
    """Lists and settles the suggestions of a conversation that a representative has claimed."""

    def __init__(self, suggestions: Suggestions, desk: Desk, turns: Turns, conversations: Conversations) -> None:
        self._suggestions = suggestions
        self._desk = desk
        self._turns = turns
        self._conversations = conversations

    async def list(self, caller: Caller, conversation_id: ConversationId) -> list[Suggestion]:
        """The conversation's suggestions, oldest first.

        Raises:
            NotFound: unknown, or another tenant's.
        """
        await self._turns.find(caller, conversation_id)
        return await self._suggestions.list(caller.tenant, conversation_id)

    async def settle(
        self, caller: Caller, conversation_id: ConversationId, suggestion_id: PendingId, *, accept: bool
    ) -> Conversation:
        """Accept or dismiss one suggestion. An accepted call goes through the gate in the representative's name.

        Where it needs the customer's yes or a code, the customer is asked in the conversation; where it needs a
        supervisor, it waits for approval.

        Raises:
            NotFound: no such conversation with people, or no such suggestion in it.
            Conflict: the caller has not claimed it, or the suggestion was settled otherwise or has expired.
        """
        await self._desk.see_claimed(caller, conversation_id)
        settled = await self._suggestions.settle(caller, conversation_id, suggestion_id, accept=accept)
        if accept:
            carried: dict[str, Any] = {"suggestion": settled.id, "tool": settled.tool, "arguments": settled.arguments}
            await self._turns.suggestion_accepted(caller, conversation_id, {**carried, "by": caller.subject})
        return await self._conversations.conversation(caller, conversation_id)
