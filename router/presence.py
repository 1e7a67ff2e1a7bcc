"""Signs of life in a conversation: somebody types, somebody has read up to here."""

from dataclasses import replace
from typing import Literal

from domain.caller import Caller, Role
from domain.errors import NotFound, NotPermitted
from domain.ids import ConversationId
from router.events import EventFeed
from router.memory.store import Change, Store, Stored
from router.services import Services
from router.turn import Turns
from storage.unit_of_work import UnitsOfWork

Side = Literal["customer", "representative"]
PEOPLE = frozenset({Role.REPRESENTATIVE, Role.SUPERVISOR})
PATIENCE_S = 3.0


class PresenceEvents:
    """Tells who types, which nobody keeps, and who has read how far, which is kept as an event."""

    def __init__(self, services: Services, turns: Turns, store: Store, work: UnitsOfWork, feed: EventFeed) -> None:
        self._services = services
        self._turns = turns
        self._store = store
        self._work = work
        self._feed = feed

    async def typing(self, caller: Caller, conversation_id: ConversationId) -> None:
        """Let those who listen know that the caller's side is typing; in every process, and nothing is stored.

        Raises:
            NotFound: unknown, another tenant's or another customer's.
            NotPermitted: a representative who has not claimed it.
        """
        row = await self._turns.find(caller, conversation_id)
        side, name = await self._side(caller, row)
        data = {"role": side, "name": name, "at": self._services.clock().isoformat()}
        await self._feed.tell_everywhere(conversation_id, "typing", data)

    async def read(self, caller: Caller, conversation_id: ConversationId, message_id: str | None) -> None:
        """Keep that the caller's side has read up to this message, or everything; going back changes nothing.

        Raises:
            NotFound: unknown, another tenant's or another customer's, or no such message in it.
            NotPermitted: a representative who has not claimed it.
            Busy: a turn is under way for longer than is waited.
        """
        await self._turns.find(caller, conversation_id)
        async with self._work.open(conversation_id, PATIENCE_S) as unit:
            row = await self._turns.find(caller, conversation_id)
            side, name = await self._side(caller, row)
            number = row.messages if message_id is None else _number_of(row, message_id)
            if number <= row.memory.seen.get(side, 0):
                return
            memory = replace(row.memory, seen={**row.memory.seen, side: number})
            data = {"role": side, "name": name, "message_id": f"{row.id}-{number}"}
            change = Change(replace(row, memory=memory))
            self._store.save(change.publish("read", {**data, "at": self._services.clock().isoformat()}))
            unit.announce(conversation_id)

    async def _side(self, caller: Caller, row: Stored) -> tuple[Side, str]:
        """Whose side the caller is on, and what customers call them."""
        if caller.role not in PEOPLE:
            return "customer", ""
        handoff = await self._store.handoff(row.id) if row.memory.handoff is not None else None
        if handoff is None or (handoff.state, handoff.claimed_by) != ("claimed", caller.subject):
            raise NotPermitted(f"claim {row.id} first")
        return "representative", await self._services.waiting.record.name_of(row.tenant, caller.subject)


def _number_of(row: Stored, message_id: str) -> int:
    prefix, _, number = message_id.rpartition("-")
    if prefix != row.id or not number.isdecimal() or not 1 <= int(number) <= row.messages:
        raise NotFound(f"no message {message_id} in this conversation")
    return int(number)
