"""A conversation and its turns, as channels and the desk see them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from domain.calls import Pending
from domain.ids import ConversationId, MessageId, TenantId, TurnId
from domain.principal import Customer
from domain.understanding import Intent

Role = Literal["customer", "assistant", "representative", "system"]
CustomerChannel = Literal["chat", "voice", "email", "sms", "whatsapp"]
"""What a conversation can be opened on over HTTP; a further channel is named here."""
Channel = Literal[CustomerChannel, "a2a"]
AnswerBy = Literal["", "email", "sms"]
LOCALES = ("en", "es", "de", "fr", "hi")
"""The languages in which replies exist."""
QUEUES = ("billing", "scheduling", "technical", "retention", "vulnerable", "general")
"""Where conversations wait for people."""


class Status(StrEnum):
    """Whose move it is."""

    OPEN = "open"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_APPROVAL = "waiting_approval"
    WITH_REPRESENTATIVE = "with_representative"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a customer or a representative sent; `size` in bytes.

    `media_type` is what its content is, whatever it is called.
    """

    id: str
    name: str
    media_type: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """Words that were said, already screened of secrets. `subject` is empty on channels whose messages have none."""

    id: MessageId
    role: Role
    text: str
    at: datetime
    subject: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A tool call that was decided in a turn, and what came of it; `ids` are the numbers that its system gave."""

    tool: str
    arguments: dict[str, Any]
    effect: str
    outcome: Literal["succeeded", "failed", "refused"]
    decision_id: str
    rules: tuple[str, ...] = ()
    ids: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Handoff:
    """A conversation given to people: which queue, how urgent, why, and the context packet's id.

    The rest is how it stood when it was looked at. `position` is 1 for the next one to be claimed, 0 once claimed.
    `expected_wait_s` is None where too few were claimed lately to say. `claimed_by` is what customers call the
    representative, empty where that is not known. `on_duty` is None where nobody knows; with False, `on_duty_at` is
    when somebody will be, if that is known. `answer_by` is how the customer, who did not stay, is answered besides
    (`email`, `sms`), at `answer_to`, which is masked; both are empty for whoever waits in the conversation.
    """

    queue: str
    priority: str
    reason: str
    packet_id: str = ""
    state: Literal["queued", "claimed"] = "queued"
    position: int = 0
    expected_wait_s: int | None = None
    claimed_by: str = ""
    on_duty: bool | None = None
    on_duty_at: datetime | None = None
    answer_by: AnswerBy = ""
    answer_to: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One customer message and all that it set off. `messages` are the replies, in order."""

    conversation_id: ConversationId
    turn_id: TurnId
    status: Status
    specialist: str = ""
    procedure: str = ""
    intent: Intent | None = None
    messages: tuple[Message, ...] = ()
    pending: Pending | None = None
    actions: tuple[Action, ...] = ()
    handoff: Handoff | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer's case on one channel, with everything said and done in it so far.

    `locale` is the language that is spoken now, `formats` the whole tag (BCP 47) by which figures are written.
    `external_id` and `metadata` are the channel's own, as it opened the conversation. `read` names the last message
    that each side has read.
    `last_ending` is how the journey that ended last came to its end: `resolved` or `declined`, empty where none did.
    """

    id: ConversationId
    tenant: TenantId
    channel: str
    locale: str
    customer: Customer | None
    created_at: datetime
    status: Status = Status.OPEN
    specialist: str = ""
    procedure: str = ""
    intent: Intent | None = None
    messages: tuple[Message, ...] = ()
    actions: tuple[Action, ...] = ()
    pending: Pending | None = None
    handoff: Handoff | None = None
    formats: str = ""
    external_id: str = ""
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    read: dict[str, str] = field(default_factory=dict[str, str])
    last_ending: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a channel is told as it happens; `id` grows within a conversation and is the SSE event id.

    What is told of a turn under way, before it is stored, has the id 0, and so have who is `typing` and the `progress`
    of a call, which never are.
    """

    id: int
    kind: Literal["message", "status", "action", "pending", "handoff", "turn", "error", "typing", "read", "progress"]
    data: dict[str, Any] = field(default_factory=dict[str, Any])
