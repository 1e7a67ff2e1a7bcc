"""What the gate remembers within a turn: facts already read, and entries that wait for the next durable write."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from domain.calls import CallContext
from domain.ids import ConversationId, TenantId, TurnId
from policy.control.evidence import Evidence
from policy.gate.recorded_calls import RecordedCall
from policy.journal.journal import Draft

MAX_DRAFTS = 64
"""So many reads are written at the latest, whatever the turn does."""

MAX_MEMORIES = 5000


@dataclass(frozen=True, slots=True)
class UnsavedEntries:
    """Entries, and reads' outcomes, on their way into the database."""

    drafts: tuple[Draft, ...]
    rows: tuple[dict[str, Any], ...]


@dataclass(slots=True)
class TurnMemory:
    """One conversation's running turn in this process. Losing it loses no effect, since only reads wait in it."""

    tenant: TenantId
    turn_id: TurnId
    loaded: bool = False
    evidence: tuple[Evidence, ...] = ()
    reads: dict[str, RecordedCall] = field(default_factory=dict[str, RecordedCall])
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    drafts: list[Draft] = field(default_factory=list[Draft])
    rows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    kept_reads: bool = False

    def next_turn(self, turn_id: TurnId) -> None:
        """Forget what was read in the turn before; what is still to be written stays."""
        if turn_id != self.turn_id:
            self.turn_id, self.loaded = turn_id, False
            self.facts, self.rows, self.reads = {}, [], {}

    def take(self) -> UnsavedEntries:
        """Hand out what waits, to be written durably."""
        waiting = UnsavedEntries(tuple(self.drafts), tuple(self.rows))
        self.drafts, self.rows = [], []
        self.kept_reads = self.kept_reads or bool(waiting.rows)
        return waiting

    def take_drafts(self) -> UnsavedEntries:
        """Hand out the entries alone."""
        waiting = UnsavedEntries(tuple(self.drafts), ())
        self.drafts = []
        return waiting

    def give_back(self, waiting: UnsavedEntries) -> None:
        """Take back what could not be written."""
        self.drafts[:0] = waiting.drafts
        self.rows[:0] = waiting.rows

    def changed(self) -> None:
        """A write was executed, or evidence came or went: what was read before may be stale."""
        self.facts = {}
        self.loaded = False


class TurnMemories:
    """The memory of each conversation's running turn; those idle for longest make room."""

    def __init__(self) -> None:
        self._memories: OrderedDict[ConversationId, TurnMemory] = OrderedDict()

    def of(self, context: CallContext) -> TurnMemory:
        """The memory of this turn."""
        memory = self._memories.get(context.conversation_id)
        if memory is None:
            memory = TurnMemory(context.principal.tenant, context.turn_id)
            self._memories[context.conversation_id] = memory
            self._make_room()
        self._memories.move_to_end(context.conversation_id)
        memory.next_turn(context.turn_id)
        return memory

    def drop(self, conversation_id: ConversationId) -> TurnMemory | None:
        """Forget a turn that has ended; what was remembered of it, if it ran here."""
        return self._memories.pop(conversation_id, None)

    def _make_room(self) -> None:
        while len(self._memories) > MAX_MEMORIES:
            self._memories.popitem(last=False)
