"""The context packet: what a representative receives at a handoff, so that the customer need not say it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from agents.handoff.desk_words import DeskWords
from agents.procedure import Case
from domain.conversation import Action, Handoff
from domain.principal import Customer
from domain.suggestion import Suggestion

QUEUES = {
    "billing": "billing",
    "scheduling": "scheduling",
    "troubleshooting": "technical",
    "retention": "retention",
}
PRIORITIES = {
    "sensitive_topic": "urgent",
    "vulnerable_customer": "urgent",
    "anger": "high",
    "policy_limit": "high",
    "held_back": "normal",
    "tool_failure": "high",
}
SECRET = frozenset({"code"})
"""Facts and arguments that no packet holds."""
WORDS = 500
"""Characters of a case's opening words that a packet holds."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything that a packet is made from. `refusals` says by decision why a call was not made."""

    conversation_id: str
    handoff: Handoff
    channel: str
    locale: str
    customer: Customer | None
    customer_name: str
    flags: tuple[str, ...]
    cases: tuple[Case, ...]
    summary: tuple[str, ...]
    window: tuple[tuple[str, str], ...]
    actions: tuple[Action, ...]
    moods: tuple[float, ...]
    waiting_since: datetime
    suggestions: tuple[Suggestion, ...] = ()
    churn_risk: "ChurnRisk | None" = None
    refusals: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class ChurnRisk:
    """How likely the customer is to leave (none, low, high), and the signs of it."""

    level: str = "none"
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PacketCustomer:
    """Who the customer is and how surely that is known: `verified_at` is when strong proof was last given."""

    id: str
    name: str
    auth_level: str
    flags: tuple[str, ...]
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A journey that was under way: its procedure, the words it began with, what is known, and the call that waited.

    `waiting_for` is what that call lacked (confirm, verify or approve). The handoff withdrew it: it was not executed.
    `title`, `known` and `account` say the procedure, the facts and the call in words, with money in the account's own.
    """

    procedure: str
    words: str
    facts: Mapping[str, Any]
    waiting_for: str = ""
    tool: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    title: str = ""
    known: Mapping[str, str] = field(default_factory=dict[str, str])
    account: str = ""


@dataclass(frozen=True, slots=True)
class PacketAction(Action):
    """A call that was decided. `account` says in a sentence what it was to do, whether it did, and why it did not.

    It is empty for a look-up that went well.
    """

    account: str = ""


@dataclass(frozen=True, slots=True)
class ProposedCall:
    """A call that the assistant suggests and may not make: a representative accepts or dismisses it by its id."""

    id: str
    tool: str
    arguments: Mapping[str, Any]
    summary: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PacketMessage:
    """One of the recent messages."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class ContextPacket:
    """What a representative receives. `sentiment` is in -1..1, `sentiment_trend` the change over the last messages."""

    id: str
    conversation_id: str
    channel: str
    locale: str
    customer: PacketCustomer | None
    queue: str
    priority: str
    reason: str
    summary: tuple[str, ...]
    open_cases: tuple[OpenCase, ...]
    actions: tuple[PacketAction, ...]
    recent_messages: tuple[PacketMessage, ...]
    sentiment: float
    sentiment_trend: float
    suggested_next_step: str
    waiting_since: datetime
    proposals: tuple[ProposedCall, ...] = ()
    churn_risk: ChurnRisk = ChurnRisk()


_PACKET = TypeAdapter(ContextPacket)


def choose_queue(reason: str, specialist: str) -> tuple[str, str]:
    """The queue and priority of a handoff that policy did not choose: by reason first, else by subject."""
    priority = PRIORITIES.get(reason, "normal")
    if reason in ("sensitive_topic", "vulnerable_customer"):
        return "vulnerable", priority
    return QUEUES.get(specialist, "general"), priority


def build_packet(seen: Circumstances, words: DeskWords) -> dict[str, Any]:
    """The packet as JSON, without secrets: messages were screened, codes are not facts."""
    customer = seen.customer
    packet = ContextPacket(
        id=seen.handoff.packet_id,
        conversation_id=seen.conversation_id,
        channel=seen.channel,
        locale=seen.locale,
        customer=_known(customer, seen) if customer else None,
        queue=seen.handoff.queue,
        priority=seen.handoff.priority,
        reason=seen.handoff.reason,
        summary=seen.summary,
        open_cases=tuple(_open(case, words) for case in seen.cases),
        actions=tuple(_done(action, seen, words) for action in seen.actions),
        recent_messages=tuple(PacketMessage(role, text) for role, text in seen.window),
        sentiment=seen.moods[-1] if seen.moods else 0.0,
        sentiment_trend=seen.moods[-1] - seen.moods[0] if seen.moods else 0.0,
        suggested_next_step=words.next_step(seen.handoff.reason, proposed=bool(seen.suggestions)),
        waiting_since=seen.waiting_since,
        proposals=tuple(_proposed(suggestion) for suggestion in seen.suggestions),
        churn_risk=seen.churn_risk or ChurnRisk(),
    )
    return _PACKET.dump_python(packet, mode="json")


def packet_schema() -> dict[str, Any]:
    """The packet's JSON Schema, served at `/schemas/context-packet.json`."""
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "/schemas/context-packet.json"}
    return about | _PACKET.json_schema(mode="serialization")


def _proposed(suggestion: Suggestion) -> ProposedCall:
    arguments = {name: value for name, value in suggestion.arguments.items() if name not in SECRET}
    return ProposedCall(suggestion.id, suggestion.tool, arguments, suggestion.summary, suggestion.expires_at)


def _known(customer: Customer, seen: Circumstances) -> PacketCustomer:
    return PacketCustomer(
        customer.id, seen.customer_name, customer.auth_level.value, seen.flags, verified_at=customer.strong_since
    )


def _done(action: Action, seen: Circumstances, words: DeskWords) -> PacketAction:
    told = {name: getattr(action, name) for name in Action.__slots__}
    return PacketAction(**told, account=words.account(action, seen.refusals.get(action.decision_id, "")))


def _open(case: Case, words: DeskWords) -> OpenCase:
    pending, held = case.pending, case.held
    named = {entity.kind: entity.value for entity in case.opening}
    facts = {name: value for name, value in {**case.facts, **named}.items() if name not in SECRET}
    arguments = {name: value for name, value in held.arguments.items() if name not in SECRET} if held else {}
    return OpenCase(
        procedure=case.procedure,
        words=case.text[:WORDS],
        facts=facts,
        waiting_for=pending.kind if pending else "",
        tool=held.tool if held else "",
        arguments=arguments,
        title=words.title(case.procedure),
        known=words.readable(facts),
        account=words.proposed(held.tool, arguments) if held else "",
    )
