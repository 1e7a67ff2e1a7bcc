"""The calls that the assistant may only suggest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from domain.caller import Caller
from domain.errors import Conflict, NotFound
from domain.ids import ConversationId, PendingId, TenantId
from domain.suggestion import Suggestion, SuggestionStatus
from policy.control.pending import ActionStatus, PendingAction, PendingActions, find_action, read_action
from policy.journal.journal import HashChainedJournal
from storage.tables.control import pending_actions
from storage.transactions import Transactions

_STATUS: dict[ActionStatus, SuggestionStatus] = {
    "pending": "proposed",
    "approved": "accepted",
    "confirmed": "accepted",
    "rejected": "dismissed",
    "withdrawn": "withdrawn",
}


class SuggestedCalls:
    """Lists and settles them; settling executes nothing, the accepted call is proposed anew by its representative."""

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

    async def list(self, tenant: TenantId, conversation_id: ConversationId) -> list[Suggestion]:
        """A conversation's suggestions, oldest first."""
        columns, now = pending_actions.c, self._clock()
        query = select(pending_actions).where(columns.tenant == tenant, columns.kind == "suggest")
        query = query.where(columns.conversation_id == conversation_id).order_by(columns.requested_at, columns.id)

        def read(connection: Connection) -> list[Suggestion]:
            box = self._transactions.vault.box(connection, conversation_id)
            return [suggestion_of(read_action(row, box), now) for row in connection.execute(query).mappings()]

        return await self._transactions.read(read)

    async def settle(
        self, caller: Caller, conversation_id: ConversationId, suggestion_id: PendingId, *, accept: bool
    ) -> Suggestion:
        """Accept or dismiss a suggestion, once.

        Raises:
            NotFound: no such suggestion in this conversation of the caller's tenant.
            Conflict: it was settled otherwise, withdrawn or has expired.
        """

        def work(connection: Connection) -> Suggestion:
            action = find_action(connection, self._transactions.vault, suggestion_id)
            if action is None or action.kind != "suggest" or action.tenant != caller.tenant:
                raise NotFound("no such proposal")
            if action.conversation_id != conversation_id:
                raise NotFound("no such proposal")
            return self._settle(connection, action, caller, accept)

        return await self._transactions.write(work)

    def _settle(self, connection: Connection, action: PendingAction, caller: Caller, accept: bool) -> Suggestion:
        now, word = self._clock(), "accepted" if accept else "dismissed"
        rationale = f"A representative {word} the suggested call."
        self._journal.append(connection, [action.entry("evidence", now, rationale, caller.subject)])
        action = (
            find_action(connection, self._transactions.vault, action.id) or action
        )  # as it is now that this is the only writer
        status: ActionStatus = "approved" if accept else "rejected"
        if action.status == "pending":
            self._actions.close(connection, action, status, caller.subject)
            action = replace(action, status=status, decided_by=caller.subject)
        elif (action.status, action.decided_by) != (status, caller.subject):
            raise Conflict("this was settled before")
        return suggestion_of(action, now)


def suggestion_of(action: PendingAction, now: datetime) -> Suggestion:
    """A suggestion as the desk sees it."""
    expired = action.status == "pending" and action.expires_at <= now
    return Suggestion(
        id=action.id,
        conversation_id=action.conversation_id,
        tool=action.binding.tool,
        arguments=action.arguments,
        summary=action.summary,
        reasons=action.reasons,
        status="expired" if expired else _STATUS[action.status],
        proposed_at=action.requested_at,
        expires_at=action.expires_at,
        decided_by=action.decided_by,
    )
