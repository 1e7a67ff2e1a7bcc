"""The journal's entries: what was intended, decided and done, in a form that shows tampering."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from domain.ids import ConversationId, TenantId, TurnId

EntryKind = Literal["decision", "intent", "outcome", "evidence", "withdrawal", "handoff", "note"]


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of a conversation's record. `hash` covers every field and the previous entry's hash."""

    id: str
    conversation_id: ConversationId
    turn_id: TurnId
    tenant: TenantId
    sequence: int
    at: datetime
    kind: EntryKind
    tool: str
    decision_id: str
    effect: str
    outcome: str
    rules: tuple[str, ...]
    rationale: str
    payload: dict[str, Any]
    hash: str
    previous_hash: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something for the record that is not a tool call.

    An `impersonal` one is about no customer: it stays readable whatever is erased.
    """

    conversation_id: ConversationId
    turn_id: TurnId
    tenant: TenantId
    kind: EntryKind
    rationale: str
    payload: dict[str, Any] = field(default_factory=dict[str, Any])
    impersonal: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the record is whole; `problems` say which entry or row, what is wrong with it, and since when.

    `anchored_until` is the time of the last anchor, empty where nothing is anchored, and `entries_since` how many
    entries it does not cover yet. `keyed_since` is from when on rows and entries carry tags.
    """

    ok: bool
    conversations: int
    entries: int
    problems: tuple[str, ...] = ()
    anchored_until: str = ""
    anchored_head: str = ""
    entries_since: int = 0
    retired: int = 0
    keyed_since: str = ""


class Journal(Protocol):
    """The record as those who read it see it."""

    async def entries(self, tenant: TenantId, conversation_id: ConversationId) -> list[JournalEntry]:
        """A conversation's entries in order; empty where the tenant has no such conversation."""
        ...

    async def decision(self, tenant: TenantId, decision_id: str) -> list[JournalEntry]:
        """All that the record says of one decision, in order; empty where the tenant has no such decision."""
        ...

    async def verify(self, tenant: TenantId | None = None) -> Verification:
        """Recompute every hash chain, of one tenant or of all."""
        ...

    async def note(self, entry: Note) -> None:
        """Append an entry that is not about a tool call: a handoff, a representative's act, a feedback."""
        ...
