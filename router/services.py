"""What the graph's nodes work with, given by the wiring."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from agents.catalogue import Catalogue
from agents.language_model import LanguageModel, ModelUsage, ToolOffer
from agents.proposed_call import NAME as PROPOSED_CALL
from agents.tools_used import find_tools
from agents.wording import Terms, Voice
from domain.calls import CallContext, CallResult, ToolCall, ToolGate
from domain.conversation import LOCALES, Role
from domain.decision import Decision, Effect
from domain.ids import DecisionId, TenantId
from domain.metrics import Metrics, Unmeasured
from domain.principal import Agent, Principal
from router.formatters import Addressee, formatter_of
from router.handoff_status import HandoffStatus
from router.memory.state import Memory, TurnState
from router.memory.store import Change
from understanding.reader import Reader


class EscalationPolicy(Protocol):
    """The escalation policy."""

    @property
    def revision(self) -> str:
        """The revision of the bundle that decides now."""
        ...

    async def escalate(self, document: dict[str, Any]) -> dict[str, Any]:
        """Decide whether a person must take over, and with which thresholds intents are acted on.

        Raises:
            PolicyUnavailable: no usable answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """What a partner asks a customer's permission for: so many days, at most so much a time in minor units.

    `where` is the address at which the customer can talk to us and give it.
    """

    days: int
    amount_minor: int
    where: str


class PartnerTools(Protocol):
    """What policy data grants to partner agents now. It permits nothing: the gate decides each call."""

    def tools_of(self, tenant: TenantId, partner: str) -> Collection[str]:
        """The tools, by `server.tool`, that a partner has."""
        ...

    def terms_of(self, tenant: TenantId, partner: str) -> ConsentTerms:
        """What the partner asks the customer's permission for."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The turn's means.

    `currencies` holds each tenant's currency. `offers` are the tools that a language model may
    propose in the name of each specialist. `groups` says by policy data what kind of thing each tool does. `tell_call`
    hears what became of each call as soon as that is known, `count_model` what the language model cost in a turn,
    `metrics` what those who run the service count. `partners` says what partner agents were granted. `terms` are each
    tenant's own words. `waiting` knows how it stands with conversations that were given to people. `desks` names the
    connector of each tenant that works at another desk.
    """

    catalogue: Catalogue
    gate: ToolGate
    reader: Reader
    judge: EscalationPolicy
    clock: Callable[[], datetime]
    currencies: Mapping[TenantId, str]
    waiting: HandoffStatus
    partners: PartnerTools
    model: LanguageModel | None = None
    offers: Mapping[str, tuple[ToolOffer, ...]] = field(default_factory=dict[str, tuple[ToolOffer, ...]])
    tell_call: Callable[[CallContext, CallResult], None] = lambda _context, _result: None
    groups: Mapping[str, str] = field(default_factory=dict[str, str])
    count_model: Callable[[ModelUsage], None] = lambda _usage: None
    metrics: Metrics = field(default_factory=Unmeasured)
    terms: Mapping[TenantId, Terms] = field(default_factory=dict[TenantId, Terms])
    desks: Mapping[TenantId, str] = field(default_factory=dict[TenantId, str])

    def voice(self, turn: TurnState) -> Voice:
        """How this turn's customer is spoken to."""
        return self.voice_for(turn.tenant, turn.memory, turn.channel)

    def voice_for(self, tenant: TenantId, memory: Memory, channel: str = "", locale: str = "") -> Voice:
        """How the customer of a conversation is spoken to on a channel; with `locale`, who else reads about them."""
        profile, spoken = memory.profile, locale or memory.formats
        return Voice(
            locale=spoken if spoken.partition("-")[0] in LOCALES else "en",
            currency=self.currencies[tenant],
            timezone=profile.timezone if profile else self.waiting.timezone(tenant),
            channel=channel,
            terms=self.terms.get(tenant, Terms()),
            barred=self.barred_to(tenant, memory.partner),
        )

    def barred_to(self, tenant: TenantId, partner: str) -> frozenset[str]:
        """The tools that a partner was not granted, and the journeys that need one; none where nobody's agent asks."""
        if not partner:
            return frozenset()
        granted = frozenset(self.partners.tools_of(tenant, partner))
        journeys = (each.procedures.items() for each in self.catalogue.specialists.values())
        known = (each for listed in journeys for each in listed)
        barred = frozenset(name for name, procedure in known if not find_tools(procedure.function) <= granted)
        return barred.union(set(self.groups) - granted)

    def desk_voice(self, tenant: TenantId, memory: Memory, language: str = "en") -> Voice:
        """How the desk is told about a conversation: in its language, with the account's own figures and times."""
        return self.voice_for(tenant, memory, locale=language)

    def speak(self, channel: str, tenant: TenantId, memory: Memory, texts: Sequence[str]) -> tuple[str, ...]:
        """The messages that say these replies in the channel's manners."""
        locale = memory.locale if memory.locale in LOCALES else "en"
        name = memory.profile.name if memory.profile else ""
        return formatter_of(channel).speak(texts, Addressee(locale, name, currency=self.currencies[tenant]))

    def append_spoken(self, change: Change, role: Role, text: str, at: datetime) -> Change:
        """The same change with these words of ours said, in the manners of the conversation's channel."""
        row = change.row
        for told in self.speak(row.channel, row.tenant, row.memory, (text,)):
            change = change.append_message(role, told, at)
        return change


def context_of(turn: TurnState, specialist: str, procedure: str = "") -> CallContext:
    """What the gate is told about a call proposed by this specialist in this turn.

    A call that a model proposed belongs to no written procedure, whichever turn it is proposed in: what policy lets a
    written procedure do by itself, it may not.
    """
    procedure = "" if procedure.endswith(f".{PROPOSED_CALL}") else procedure
    heard = turn.understanding
    partner = turn.memory.partner
    ours = Agent(specialist, procedure=procedure)
    return CallContext(
        conversation_id=turn.conversation_id,
        turn_id=turn.turn_id,
        principal=Principal(
            tenant=turn.tenant,
            customer=turn.memory.customer,
            agent=Agent(partner, "partner", procedure) if partner else ours,
            chain=(partner,) if partner else (),
        ),
        channel=turn.channel,
        locale=turn.memory.locale,
        sentiment=heard.sentiment if heard else 0.0,
        confidence=heard.intents[0].confidence if heard and heard.intents else 1.0,
        model=turn.model.name if turn.model is not None and turn.model.usage.calls else "",
        formats=turn.memory.formats,
    )


class BoundCaller:
    """A specialist's way to propose calls within one turn."""

    def __init__(self, services: Services, context: CallContext) -> None:
        self._services = services
        self._context = context

    async def call(self, call: ToolCall) -> CallResult:
        """Propose one call; what became of it is told to whoever listens to the conversation."""
        result = await self._services.gate.call(self._context, call)
        self._services.tell_call(self._context, result)
        return result

    async def foresee(self, tools: Sequence[str]) -> CallResult | None:
        """The refusal that is certain for one of these tools before anything is asked; None where there is none."""
        return await self._services.gate.foresee(self._context, tools)

    def bars(self, name: str) -> bool:
        """Whether a partner asks, and was not granted all that this journey needs, or this tool."""
        principal = self._context.principal
        return principal.agent.kind == "partner" and name in self._services.barred_to(
            principal.tenant, principal.agent.id
        )

    def withholds(self, tool: str) -> bool:
        """Whether a partner's journey does without this tool, which the partner was not granted."""
        principal = self._context.principal
        if principal.agent.kind != "partner" or self._is_granted(tool):
            return False
        procedure = self._services.catalogue.procedure(principal.agent.procedure)
        return procedure is not None and tool not in find_tools(procedure.function)

    def _is_granted(self, tool: str) -> bool:
        principal = self._context.principal
        return tool in self._services.partners.tools_of(principal.tenant, principal.agent.id)

    async def consider(self, call: ToolCall, procedure: str) -> Decision:
        """Say what would be decided on a procedure's call after the customer's yes."""
        principal = self._context.principal
        if principal.agent.kind == "partner" and not self._is_granted(call.tool):
            return Decision(DecisionId(""), Effect.DENY)
        agent = replace(principal.agent, procedure=procedure)
        if agent.kind == "specialist":
            agent = replace(agent, id=procedure.partition(".")[0])
        return await self._services.gate.consider(
            replace(self._context, principal=replace(principal, agent=agent)), call
        )
