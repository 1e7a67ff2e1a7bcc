"""What is kept of a conversation, and what one act adds to it."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.calls import Pending
from domain.conversation import Attachment, Event, Message, Status, Turn
from domain.ids import ConversationId, MessageId, TenantId, TurnId
from router.memory.follow_up import FollowUp
from router.memory.state import Memory


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation's row: its bounded state, how many events and messages it has, and when words were said last."""

    id: ConversationId
    tenant: TenantId
    channel: str
    status: Status
    created_at: datetime
    memory: Memory
    pending: Pending | None = None
    events: int = 0
    messages: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn as requested, with its result once it is done. `text` is screened."""

    id: TurnId
    conversation_id: ConversationId
    client_message_id: str
    text: str
    kind: str
    at: datetime
    request: dict[str, Any] = field(default_factory=dict[str, Any])
    result: Turn | None = None


@dataclass(frozen=True, slots=True)
class StoredHandoff:
    """A conversation with people: `state` is queued, claimed, released or resolved; `claimed_at` the last claim."""

    conversation_id: ConversationId
    tenant: TenantId
    queue: str
    priority: str
    reason: str
    waiting_since: datetime
    packet: dict[str, Any]
    state: str
    claimed_by: str = ""
    claimed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one act adds to a conversation; saved in one transaction. `row` carries the new counts.

    `sent_otherwise` says that its words are not for the connector that the conversation came by: they reach the
    customer another way, or only belong to the conversation. `sent` are the files that one of its messages names.
    `of_desk` says that another desk did it, which is not told of it.
    """

    row: Stored
    messages: tuple[Message, ...] = ()
    events: tuple[Event, ...] = ()
    turn: Turn | None = None
    handoff: StoredHandoff | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    called_off: tuple[str, ...] = ()
    rating: dict[str, Any] | None = None
    sent_otherwise: bool = False
    sent: tuple[str, ...] = ()
    of_desk: bool = False

    def publish(self, kind: Any, data: dict[str, Any]) -> "Change":
        """The same change with one more event, numbered after the last."""
        number = self.row.events + 1
        return replace(self, row=replace(self.row, events=number), events=(*self.events, Event(number, kind, data)))

    def append_message(
        self, role: Any, text: str, at: datetime, told: bool = True, files: tuple[Attachment, ...] = ()
    ) -> "Change":
        """The same change with one more message, and its event unless it is the customer's own.

        Of a change one message has files: the one that they were given with, else the first.
        """
        number = self.row.messages + 1
        subject = "" if role == "customer" else self.row.memory.subject
        message = Message(MessageId(f"{self.row.id}-{number}"), role, text, at, subject, files)
        row = replace(self.row, messages=number, last_at=at)
        sent = tuple(each.id for each in files) or self.sent
        change = replace(self, row=row, messages=(*self.messages, message), sent=sent)
        data = {"id": message.id, "role": role, "text": text, "at": at.isoformat()} | (
            {"subject": subject} if subject else {}
        )
        if files:
            data["attachments"] = [{**asdict(each), "at": each.at.isoformat()} for each in files]
        return change.publish("message", data) if told else change
