"""One matter, one state: what waits for a supervisor about a thing is closed once the thing was settled elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from domain.approval import SUPERSEDED
from domain.errors import Conflict
from domain.ids import ConversationId, TenantId
from domain.vault import Vault
from policy.control.pending import PendingAction, PendingActions, read_action
from policy.journal.journal import HashChainedJournal
from storage.tables.control import pending_actions

SUBJECTS = ("payment_id", "line_id", "invoice_id")
OURSELVES = "switchboard"


@dataclass(frozen=True, slots=True)
class Matter:
    """A change that was made for a customer in a conversation: what others about the same thing are held against."""

    tenant: TenantId
    customer_id: str
    conversation_id: ConversationId
    tool: str
    arguments: Mapping[str, Any]

    @property
    def thing(self) -> str:
        """The payment, line or invoice that it is about; empty where it is about none."""
        return thing_of(self.arguments)


def thing_of(arguments: Mapping[str, Any]) -> str:
    """The payment, line or invoice that a call is about, empty for none."""
    return next((str(arguments[name]) for name in SUBJECTS if arguments.get(name)), "")


class Superseding:
    """Closes approvals whose matter was settled in another conversation, with the reason, on the record of theirs."""

    def __init__(self, vault: Vault, journal: HashChainedJournal, actions: PendingActions) -> None:
        self._vault = vault
        self._journal = journal
        self._actions = actions

    def close(self, connection: Connection, matter: Matter, now: datetime) -> int:
        """Close what waits elsewhere for the same thing, within the caller's transaction; returns how many."""
        if not matter.thing or not matter.customer_id:
            return 0
        return sum(self._close(connection, each, now) for each in self._same(connection, matter, now))

    def waits_elsewhere(self, connection: Connection, action: PendingAction) -> bool:
        """Whether what a supervisor would be asked waits for one in another conversation already.

        Two that ask at the same moment may both come to wait: the one that is settled first closes the other.
        """
        tool, now = action.binding.tool, action.requested_at
        matter = Matter(action.tenant, action.customer_id, action.conversation_id, tool, action.arguments)
        return bool(matter.thing and matter.customer_id and self._same(connection, matter, now))

    def _same(self, connection: Connection, matter: Matter, now: datetime) -> list[PendingAction]:
        return [each for each in self._waiting(connection, matter, now) if thing_of(each.arguments) == matter.thing]

    def _waiting(self, connection: Connection, matter: Matter, now: datetime) -> list[PendingAction]:
        columns = pending_actions.c
        query = select(pending_actions).where(
            columns.tenant == matter.tenant,
            columns.customer_id == matter.customer_id,
            columns.tool == matter.tool,
            columns.conversation_id != matter.conversation_id,
            columns.kind == "approve",
            columns.status == "pending",
            columns.expires_at > now,
        )
        rows = connection.execute(query).mappings().all()
        boxes = self._vault.boxes(connection, (row["conversation_id"] for row in rows))
        return [read_action(row, boxes[row["conversation_id"]]) for row in rows]

    def _close(self, connection: Connection, action: PendingAction, now: datetime) -> bool:
        entry = action.entry("withdrawal", now, f"The approval was closed, {SUPERSEDED}.", OURSELVES)
        self._journal.lock(connection, entry)
        try:
            self._actions.reject(connection, action, OURSELVES, SUPERSEDED)
        except Conflict:  # decided by somebody at this very moment
            return False
        self._journal.append(connection, [entry])
        return True
