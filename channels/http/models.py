"""The documents of the HTTP API, field by field."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from agents.wording import negotiate
from channels.http.limits import TEXT_CHARACTERS
from domain.conversation import LOCALES
from domain.decision import Effect

HANDOFF_REASONS = (
    "asked_for_person",
    "policy_limit",
    "held_back",
    "sensitive_topic",
    "vulnerable_customer",
    "anger",
    "not_understood",
    "tool_failure",
    "language",
    "evidence_failed",
)


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("says nothing")
    return text


def _reason(text: str) -> str:
    return text if text in HANDOFF_REASONS else HANDOFF_REASONS[0]


def _is_empty(value: str | bool | dict[str, Any] | list[Any]) -> bool:
    return not value


def _followed(locale: str) -> str:
    return negotiate(locale, LOCALES)


def _whole(number: Any) -> Any:
    """JSON knows one kind of number: 4.0 is the integer 4."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


_LANGUAGES = "|".join(f"[{x.upper()}{x}][{y.upper()}{y}]" for x, y in LOCALES)
_WORDS = {"pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"}
ANYTHING = {"pattern": r"^[^\u0000]*$"}
"""For the description only: what `limits` and the validators here see to with better words."""

Text = Annotated[
    str, Field(min_length=1, max_length=TEXT_CHARACTERS, json_schema_extra={**_WORDS}), AfterValidator(_said)
]
Locale = Annotated[
    str,
    Field(
        max_length=35,
        description=(
            "A language tag (BCP 47) such as `es-419` or `de-AT`. "
            f"Replies exist in {', '.join(LOCALES)}; a tag of another language is refused. "
            "Money, days and times are written as its region writes them; an unknown region counts for nothing."
        ),
        json_schema_extra={"pattern": f"^({_LANGUAGES})([-_][A-Za-z0-9]{{1,8}})*$"},
    ),
    AfterValidator(_followed),
]


class RequestBody(BaseModel):
    """A request: every field is known and of exactly its type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ResponseBody(BaseModel):
    """An answer, made from the domain's own types."""

    model_config = ConfigDict(from_attributes=True)


class SendMessage(RequestBody):
    """A customer's words. Sending the same `client_message_id` again with the same text gives the same turn."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"client_message_id": "m-1", "text": "I was charged twice for my last bill, please refund one."}
            ]
        }
    )

    client_message_id: str = Field(min_length=1, max_length=128, json_schema_extra={**ANYTHING})
    text: Text
    attachments: list[Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]] = Field(
        default_factory=list[str], max_length=5, description="Files that were uploaded before, by their ids."
    )


class AskForPerson(RequestBody):
    """Hand the conversation to a person."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "asked_for_person"}]})

    reason: Annotated[str, AfterValidator(_reason)] = Field(
        default="asked_for_person",
        max_length=200,
        json_schema_extra={**ANYTHING},
        description=f"One of {', '.join(HANDOFF_REASONS)}; anything else counts as the first.",
    )


class GiveFeedback(RequestBody):
    """How satisfied the customer is, from 1 to 5."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"score": 5, "comment": "Quick and clear."}]})

    score: Annotated[int, BeforeValidator(_whole)] = Field(ge=1, le=5)
    comment: str = Field(default="", max_length=2000, json_schema_extra={**ANYTHING})


class Close(RequestBody):
    """Close the conversation; there is nothing to say."""


class CustomerBody(ResponseBody):
    """Who the conversation is with."""

    id: str
    auth_level: Literal["anonymous", "authenticated", "strong"]


class IntentBody(ResponseBody):
    """What the customer was understood to want."""

    name: str
    confidence: float


class AttachmentBody(ResponseBody):
    """A file that somebody sent; its content is read under its own address."""

    id: str
    name: str
    media_type: Literal["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"]
    size: int = Field(description="In bytes.")
    at: datetime


class MessageBody(ResponseBody):
    """Words that were said; on the e-mail channel ours have a `subject`."""

    id: str
    role: Literal["customer", "assistant", "representative", "system"]
    text: str
    at: datetime
    subject: str = Field(default="", exclude_if=_is_empty)
    attachments: list[AttachmentBody] = Field(default_factory=list[AttachmentBody], exclude_if=_is_empty)


class OptionBody(ResponseBody):
    """An answer to choose, as a button: it says `label`, and `value` sent as the text of a message is that choice."""

    value: str
    label: str


class PendingBody(ResponseBody):
    """The one thing that the conversation waits for: a yes, a code, a supervisor, a detail, a permission."""

    kind: Literal["confirm", "verify", "approve", "slot", "consent"]
    summary: str
    tool: str
    arguments: dict[str, Any]
    expires_at: datetime | None
    options: list[OptionBody] = Field(default_factory=list[OptionBody], exclude_if=_is_empty)


class ActionBody(ResponseBody):
    """A tool call that was decided, and what came of it."""

    tool: str
    arguments: dict[str, Any]
    effect: Effect
    outcome: Literal["succeeded", "failed", "refused"]
    decision_id: str
    rules: list[str]
    ids: dict[str, str] = Field(
        default_factory=dict[str, str],
        exclude_if=_is_empty,
        description="The numbers that the system gave to what was made, such as `refund_id`.",
    )


class HandoffBody(ResponseBody):
    """The conversation was given to people, and how that stood when this was answered."""

    queue: str
    priority: str
    reason: str
    packet_id: str
    state: Literal["queued", "claimed"] = "queued"
    position: int = Field(default=0, description="1 for the next one of its queue to be claimed; 0 once claimed.")
    expected_wait_s: int | None = Field(
        default=None, description="From the last claims of its queue and priority; null where too few were made."
    )
    claimed_by: str = Field(default="", description="What customers call the representative, if that is known.")
    on_duty: bool | None = Field(default=None, description="Whether anybody is on duty; null where that is not known.")
    on_duty_at: datetime | None = Field(default=None, description="When somebody will be, if the hours are known.")
    answer_by: Literal["", "email", "sms"] = Field(
        default="", description="How a customer who did not stay is answered besides; empty where they wait here."
    )
    answer_to: str = Field(default="", description="Where that answer goes, masked.")


class StatusBody(ResponseBody):
    """Whose move it is."""

    status: Literal["open", "waiting_customer", "waiting_approval", "with_representative", "closed"]


class StatusEventBody(StatusBody):
    """Whose move it is; while `turn_id` runs, the status from before it with `working` true."""

    turn_id: str = Field(default="", exclude_if=_is_empty)
    working: bool = Field(default=False, exclude_if=_is_empty)


class Progress(StatusBody):
    """Where a conversation stands."""

    specialist: str
    procedure: str
    intent: IntentBody | None
    messages: list[MessageBody]
    pending: PendingBody | None
    actions: list[ActionBody]
    handoff: HandoffBody | None


class TurnBody(Progress):
    """One customer message and all that it set off; `messages` are the replies."""

    conversation_id: str
    turn_id: str


class ConversationBody(Progress):
    """One customer's case on one channel, with everything said and done in it so far."""

    id: str
    channel: str
    locale: str = Field(description="The language that is spoken now.")
    formats: str = Field(default="", description="The whole tag by which money, days and times are written.")
    customer: CustomerBody | None
    created_at: datetime
    external_id: str = Field(default="", exclude_if=_is_empty, description="The channel's own id, if it gave one.")
    metadata: dict[str, Any] = Field(
        default_factory=dict[str, Any], exclude_if=_is_empty, description="What the channel noted at the opening."
    )
    read: dict[Literal["customer", "representative"], str] = Field(
        default_factory=dict[Literal["customer", "representative"], str],
        exclude_if=_is_empty,
        description="The last message that each side has read, where it said so.",
    )


class FeedbackBody(ResponseBody):
    """The feedback as it was recorded."""

    conversation_id: str
    score: int
    comment: str


class EntryBody(ResponseBody):
    """One line of the record; `hash` covers it and the line before."""

    id: str
    at: datetime
    kind: Literal["decision", "intent", "outcome", "evidence", "withdrawal", "handoff", "note"]
    tool: str
    decision_id: str
    effect: str
    outcome: str
    rules: list[str]
    rationale: str
    hash: str
    previous_hash: str


class JournalBody(ResponseBody):
    """A conversation's record, in order."""

    items: list[EntryBody]


class DecisionBody(ResponseBody):
    """One decision, with what it was made from; `entries` are the lines of the record that are about it."""

    id: str
    conversation_id: str
    at: datetime
    tool: str
    effect: str
    outcome: str = Field(description="What came of it; empty where nothing was executed.")
    rules: list[str]
    rationale: str
    facts: dict[str, Any] = Field(description="What the policy was given: call, customer, what was read, counters.")
    evidence: dict[str, str] = Field(description="Ids of the confirmation, verification and approval that it rests on.")
    entries: list[EntryBody]


class VerificationBody(ResponseBody):
    """Whether the record is whole, and where it is not."""

    ok: bool
    conversations: int
    entries: int
    problems: list[str]
    anchored_until: str = ""
    anchored_head: str = ""
    entries_since: int = 0
    keyed_since: str = ""
