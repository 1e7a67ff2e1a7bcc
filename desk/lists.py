"""What is on a desk: lists in summaries, a packet when it is looked at, and how far somebody has read."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from agents.handoff.packet_language import reword
from desk.cases import CaseList, CasePage, CaseSearch
from desk.feed import DeskFeed, DeskListener
from desk.queue import Desk, QueueItem
from domain.caller import Caller, Role
from domain.errors import Conflict, NotPermitted
from domain.ids import ConversationId
from storage.tables.desk import desk_seen
from storage.transactions import Transactions


class DeskLists:
    """The lists of somebody at the desk, and what they have seen of them."""

    def __init__(self, desk: Desk, cases: CaseList, feed: DeskFeed, transactions: Transactions) -> None:
        self._desk = desk
        self._cases = cases
        self._feed = feed
        self._transactions = transactions

    async def page(self, caller: Caller, search: CaseSearch) -> CasePage:
        """A page of a list.

        Raises:
            NotPermitted: what others have is for supervisors and auditors.
            BadRequest: `after` is no place of such a list.
        """
        if search.view == "others" and caller.role is Role.REPRESENTATIVE:
            raise NotPermitted("What colleagues have is shown to supervisors.")
        return await self._cases.page(caller, search)

    async def packet(self, caller: Caller, conversation_id: ConversationId, language: str = "en") -> QueueItem:
        """A conversation with its context packet, in that language: one that waits, one's own, a supervisor any.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: somebody else has it.
        """
        change, handoff = await self._desk.find(caller, conversation_id)
        if handoff.state == "claimed" and handoff.claimed_by != caller.subject and caller.role is Role.REPRESENTATIVE:
            raise Conflict(f"{conversation_id} was claimed by somebody else")
        words = (self._desk.words(change.row, language), self._desk.words(change.row, "en"))
        packet = reword(handoff.packet, change.row.memory.settled, *words)
        known = (handoff.queue, handoff.priority, handoff.reason, handoff.waiting_since, packet)
        return QueueItem(conversation_id, *known)

    async def see(self, caller: Caller, conversation_id: ConversationId, number: int) -> None:
        """Keep that the caller has looked at so many of a conversation's messages; going back changes nothing.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
        """
        change, _ = await self._desk.find(caller, conversation_id)
        number = min(number, change.row.messages)
        row = {"tenant": caller.tenant, "subject": caller.subject, "conversation_id": conversation_id}

        def write(connection: Connection) -> None:
            dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
            added = dialect.insert(desk_seen).values(**row, number=number)
            further = desk_seen.c.number < number
            keys = ["tenant", "subject", "conversation_id"]
            connection.execute(added.on_conflict_do_update(index_elements=keys, set_={"number": number}, where=further))

        await self._transactions.write(write, durable=False)
        await self._feed.touch(conversation_id)

    def listen(self, caller: Caller) -> DeskListener:
        """Hear what changes in the caller's lists."""
        return self._feed.subscribe(caller)
