"""What a conversation remembers between turns, and what a turn carries through the graph. Both small and bounded."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, TypedDict

from agents.handoff.packet_language import SettledCase
from agents.language_model import ModelTurn
from agents.procedure import Case, HandOff
from agents.specialist import Saying
from domain.calls import CallResult, Pending
from domain.conversation import Action, AnswerBy, Handoff
from domain.ids import ConversationId, TenantId, TurnId
from domain.principal import Customer
from domain.understanding import Entity, Intent, Understanding
from router.memory.contact import Contact
from router.memory.follow_up import FollowUp

WINDOW_MESSAGES = 12
WINDOW_CHARACTERS = 500
MAX_CASES = 6
MAX_WISHES = 5
MAX_SUMMARY_LINES = 12
MAX_DEEDS = 20
MAX_DONE = 8
"""How much of what was done, or came to an end, is kept for the closing words."""

MetadataValue = str | int | float | bool | None
TurnKind = Literal["message", "approval", "handoff", "continuation", "proposal", "consent"]


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that the customer wants, not begun yet: an intent with the words and entities it came with."""

    intent: str
    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Identification:
    """Finding out, or proving, who the customer is.

    `stage` is `who` while we ask for a name to go by, `code` once a code was sent. `candidate` is empty where nobody
    matched: the conversation then goes on exactly as if a code had been sent.
    """

    stage: Literal["who", "code"]
    candidate: str = ""
    misses: int = 0


@dataclass(frozen=True, slots=True)
class AcceptedSuggestion:
    """A suggested call that a representative (`by`) accepted; `pending` is what it waits for now."""

    suggestion: str
    tool: str
    arguments: dict[str, Any]
    by: str
    pending: Pending | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What the CRM says about the customer that the conversation itself needs.

    `service_messages` says that they agreed to messages about their service.
    """

    name: str = ""
    timezone: str = "UTC"
    flags: tuple[str, ...] = ()
    service_messages: bool = True


@dataclass(frozen=True, slots=True)
class CompletedAction:
    """Something that was changed for the customer: the tool, and what a sentence about it needs."""

    tool: str
    facts: dict[str, Any]
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a journey ended: `resolved` or `declined`."""

    procedure: str
    kind: str
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """What a conversation has to say and to write down when it ends.

    `done`, `ended` and `promised` (names of follow-ups) are what came about since the last closing note, `subject` the
    journey that ended last. `asked` says that the customer was just asked whether it helped, `more` whether there is
    more, `noted` that a note was made and nothing happened since. `check` names the procedure of a check that was sent
    and not answered yet.
    """

    done: tuple[CompletedAction, ...] = ()
    ended: tuple[Ending, ...] = ()
    promised: tuple[str, ...] = ()
    subject: Ending | None = None
    asked: bool = False
    more: bool = False
    noted: bool = False
    check: str = ""

    def did(self, deeds: tuple[CompletedAction, ...]) -> "Closing":
        """The same with more that was done; the oldest falls out."""
        return replace(self, done=(*self.done, *deeds)[-MAX_DONE:], noted=False) if deeds else self

    def ends(self, ending: Ending) -> "Closing":
        """The same with a journey that ended."""
        return replace(self, ended=(*self.ended, ending)[-MAX_DONE:], subject=ending, noted=False)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An unfinished matter of an earlier conversation; `offered` while the customer is asked whether to go on."""

    conversation_id: ConversationId
    subject: str
    offered: bool = False


@dataclass(frozen=True, slots=True)
class Churn:
    """How likely the customer is to leave, and the signs of it, each once."""

    level: Literal["none", "low", "high"] = "none"
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldWaiting:
    """How a customer who waits for people was last told that it stands, and when.

    `answered` says that a message since the handover was said to have arrived, `said` which replies they heard since.
    """

    state: str
    at: datetime
    answered: bool = True
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A phone number or an e-mail address that somebody writes from: it identifies, and never authenticates."""

    kind: Literal["phone", "email"]
    value: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What the channel said at the opening: its own id for the conversation, its notes, whom it comes from.

    `looked_up` says that the CRM was asked whose the `contact` is. `connector` names the connector that it came by,
    empty where it came through the API. `owner` names whose session it was opened in, empty for a channel: see
    `domain.caller.CustomerSession.owner`.
    """

    external_id: str = ""
    metadata: dict[str, MetadataValue] = field(default_factory=dict[str, MetadataValue])
    contact: ContactPoint | None = None
    looked_up: bool = False
    connector: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """The state of a conversation between turns.

    `partner` names the partner agent that opened the conversation, empty for a channel. `cases` is the stack of
    journeys under way, the present one last; `worked` are the procedures begun or offered so far; `parked` are
    chains of cases that wait for a supervisor. `wishes` are worked when the stack is empty. `options` are the
    intents last offered in a clarifying question. `clarifications` counts those in a row. `deeds` are the last
    actions, `refusals` why some were not carried out, by decision, `moods` the last sentiments, newest last.
    `subject` is that of our messages, empty on channels without. `acquainted` says that the customer's earlier
    contacts were looked up. `carried` is the suggested call that a representative has made. `told_waiting` is None
    until a customer who waits for people writes again. `tag` is the language tag (BCP 47) that was asked for at the
    opening, `locale` the language spoken now. `origin` is what the channel said at the opening.
    `seen` is how many messages each side (`customer`, `representative`) has read, `offered` what the buttons under the
    last question say. `desk` is the connector of another desk that the last handoff went to, empty for our own.
    `offered_way` is how somebody who waits was just asked whether they want to be answered.
    """

    locale: str = "en"
    tag: str = ""
    customer: Customer | None = None
    profile: Profile | None = None
    cases: tuple[Case, ...] = ()
    worked: tuple[str, ...] = ()
    parked: tuple[tuple[Case, ...], ...] = ()
    wishes: tuple[Wish, ...] = ()
    options: tuple[str, ...] = ()
    question: str = ""
    identification: Identification | None = None
    partner: str = ""
    handoff: Handoff | None = None
    window: tuple[tuple[str, str], ...] = ()
    summary: tuple[str, ...] = ()
    settled: tuple[SettledCase, ...] = ()
    deeds: tuple[Action, ...] = ()
    refusals: tuple[tuple[str, str], ...] = ()
    moods: tuple[float, ...] = ()
    churn: Churn = Churn()
    clarifications: int = 0
    tool_failures: int = 0
    evidence_failures: int = 0
    digits: str = ""
    serial: int = 0
    specialist: str = ""
    procedure: str = ""
    intent: Intent | None = None
    subject: str = ""
    acquainted: bool = False
    earlier: Earlier | None = None
    parting: Closing = Closing()
    carried: AcceptedSuggestion | None = None
    told_waiting: ToldWaiting | None = None
    origin: Origin = Origin()
    seen: dict[str, int] = field(default_factory=dict[str, int])
    offered: tuple[str, ...] = ()
    desk: str = ""
    offered_way: AnswerBy = ""

    @property
    def formats(self) -> str:
        """The whole tag by which figures are written: the one asked for, as long as its language is spoken."""
        return self.tag if self.tag.partition("-")[0] == self.locale else self.locale

    @property
    def current(self) -> Case | None:
        """The case that the conversation is about now."""
        return self.cases[-1] if self.cases else None

    @property
    def waits(self) -> bool:
        """Whether something was put to the customer that a yes or no could answer."""
        current = self.current
        put = current is not None and (current.pending is not None or current.asked > 0)
        asked = self.parting.asked or self.offers_earlier
        return put or asked or bool(self.options) or self.identification is not None or bool(self.parked)

    @property
    def offers_earlier(self) -> bool:
        """Whether the customer was asked whether to go on with an earlier matter."""
        return self.earlier is not None and self.earlier.offered

    @property
    def trend(self) -> float:
        """How the mood moved over the last turns, from -2 to 2."""
        return self.moods[-1] - self.moods[0] if self.moods else 0.0

    def having_worked(self, procedure: str) -> "Memory":
        """The same memory with one more procedure begun or offered."""
        known = not procedure or procedure in self.worked
        return self if known else replace(self, worked=(*self.worked, procedure))

    def with_current(self, case: Case) -> "Memory":
        """The same memory with the present case replaced."""
        return replace(self, cases=(*self.cases[:-1], case))

    def heard(self, role: str, text: str) -> "Memory":
        """The same memory with a message in its window; the oldest falls out."""
        window = (*self.window, (role, text[:WINDOW_CHARACTERS]))
        return replace(self, window=window[-WINDOW_MESSAGES:])

    def noted(self, line: str, settled: SettledCase) -> "Memory":
        """The same memory with a line in its running summary, and what it was made from; the oldest falls out."""
        kept = (*self.settled, settled)[-MAX_SUMMARY_LINES:]
        return replace(self, summary=(*self.summary, line)[-MAX_SUMMARY_LINES:], settled=kept)


@dataclass(frozen=True, slots=True)
class TurnState:
    """One turn on its way through the graph.

    `answering` says that the message answers the present case's question. `handoff` is set once a person is to take
    over. `texts` are the finished replies, `spoken` the messages that say them in the channel's manners. `card` says
    that a card number was taken out of the message. `model` is the language model with this turn's budget,
    None where none is configured. `follow_ups` are owed from this turn on, those about `called_off` are not any more.
    `rating` is the customer's answer to whether it helped. `resuming` names the earlier conversation that the customer
    wants to go on with. `agreed` is the fingerprint of the call that this message said yes to when it was offered.
    """

    conversation_id: ConversationId
    turn_id: TurnId
    tenant: TenantId
    channel: str
    now: datetime
    memory: Memory
    kind: TurnKind = "message"
    text: str = ""
    request: dict[str, Any] = field(default_factory=dict[str, Any])
    understanding: Understanding | None = None
    answering: bool = False
    sayings: tuple[Saying, ...] = ()
    results: tuple[CallResult, ...] = ()
    handoff: HandOff | None = None
    texts: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    card: bool = False
    model: ModelTurn | None = None
    packet: dict[str, Any] = field(default_factory=dict[str, Any])
    follow_ups: tuple[FollowUp, ...] = ()
    called_off: tuple[str, ...] = ()
    rating: int | None = None
    resuming: ConversationId | None = None
    contacts: tuple["Contact", ...] = ()
    agreed: str = ""

    def remember(self, memory: Memory) -> "TurnState":
        """The same turn with another memory."""
        return replace(self, memory=memory)

    def say(self, reply: str, procedure: str = "", /, **facts: Any) -> "TurnState":
        """The same turn with one more thing to say."""
        return replace(self, sayings=(*self.sayings, Saying(reply, facts, procedure)))


class GraphState(TypedDict):
    """The graph's only channel."""

    turn: TurnState
