"""Nobody is stranded: supervisors see who has what and take over; what somebody left returns to its queue."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from desk.queue import PRIORITIES, Desk, DeskDependencies
from domain.caller import Caller, Role
from domain.conversation import Conversation
from domain.errors import Conflict, NotFound
from domain.ids import ConversationId
from router.outcome import handoff_news
from router.reassurance import Reassurance


@dataclass(frozen=True, slots=True)
class ClaimedCase:
    """A conversation that somebody has: who, since when, and for whom it waited. `name` is what customers call them."""

    conversation_id: ConversationId
    queue: str
    priority: str
    reason: str
    claimed_by: str
    name: str
    claimed_at: datetime
    customer_name: str


class Supervision:
    """What supervisors may do beside their own cases, and what is done for those who went away."""

    def __init__(self, desk: Desk, dependencies: DeskDependencies, silence: timedelta) -> None:
        self._desk = desk
        self._dependencies = dependencies
        self._silence = silence
        self._reassurance = Reassurance(dependencies.services, dependencies.store)

    async def claims(self, caller: Caller) -> list[ClaimedCase]:
        """Every claimed conversation of the tenant: the most urgent first, then the longest claimed."""
        record = self._dependencies.services.waiting.record
        found: list[ClaimedCase] = []
        for each in await self._dependencies.store.all_claimed(caller.tenant):
            name = await record.name_of(caller.tenant, each.claimed_by)
            customer: dict[str, Any] = each.packet.get("customer") or {}
            whose = (each.claimed_by, name, each.claimed_at or each.waiting_since, str(customer.get("name", "")))
            found.append(ClaimedCase(each.conversation_id, each.queue, each.priority, each.reason, *whose))
        return sorted(found, key=lambda each: (PRIORITIES.index(each.priority), each.claimed_at))

    async def take_over(self, caller: Caller, conversation_id: ConversationId) -> Conversation:
        """Have a conversation that somebody else claimed. What was being made in their name is withdrawn.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: nobody has it: it waits and can be claimed.
        """
        async with self._dependencies.work.open(conversation_id):
            change, handoff = await self._desk.find(caller, conversation_id)
            if handoff.state != "claimed":
                raise Conflict(f"nobody has {conversation_id}; claim it")
            if handoff.claimed_by != caller.subject:
                now, before = self._dependencies.services.clock(), handoff.claimed_by
                await self._dependencies.turns.withdraw_carried(change.row)
                row = replace(change.row, memory=replace(change.row.memory, carried=None), pending=None)
                handoff = replace(handoff, claimed_by=caller.subject, claimed_at=now)
                change, told = await self._reassurance.tell_claimed(replace(change, row=row), caller.subject, now)
                change = replace(change.publish("handoff", handoff_news(told)), handoff=handoff)
                self._desk.keep(caller, change, f"took the conversation over from {before}")
        return await self._dependencies.conversations.conversation(caller, conversation_id)

    async def return_stranded(self) -> None:
        """Give back to their queues what people have who were not heard for a while; the customers are told so."""
        now = self._dependencies.services.clock()
        record = self._dependencies.services.waiting.record
        for tenant, conversation_id, subject in await record.find_stranded(now - self._silence):
            caller = Caller(subject, Role.REPRESENTATIVE, tenant)
            async with self._dependencies.work.open(conversation_id):
                try:
                    change, handoff = await self._desk.find(caller, conversation_id)
                except NotFound:
                    continue
                if handoff.state != "claimed" or handoff.claimed_by != subject:
                    continue
                await self._dependencies.turns.withdraw_carried(change.row)
                change = await self._desk.put_back(change, handoff)
                minutes = round(self._silence.total_seconds() / 60)
                self._desk.keep(caller, change, f"was not heard for {minutes} minutes: it waits in its queue again")
