"""Who we are for other agents: the agent card."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from a2a.types import (
    AgentCapabilities,
    AgentCard,
    AgentInterface,
    AgentSkill,
    HTTPAuthSecurityScheme,
    SecurityRequirement,
    SecurityScheme,
    StringList,
)
from a2a.utils.constants import PROTOCOL_VERSION_0_3, PROTOCOL_VERSION_1_0, TransportProtocol

from channels.a2a.customer_identity import URI, declare
from channels.a2a.modes import OFFERED, TEXT

RPC_PATH = "/a2a"
REST_PATH = "/a2a/http"
SCHEME = "bearer"
DESCRIPTION = (
    "An automated contact centre for customers of this business. Send what the customer says or wants as text, and "
    f"name the customer by the extension `{URI}`. Whatever it does is governed by policy: it may ask "
    "for the customer's confirmation, wait for a supervisor, decline, or hand over to a person. This card shows what a "
    "partner can be granted; the extended card, for which a token is needed, what yours has been."
)


@dataclass(frozen=True, slots=True)
class Journey:
    """One thing that can be asked for: `tools` are all that it may need, `examples` how customers say it."""

    name: str
    title: str
    summary: str
    tools: frozenset[str]
    examples: Sequence[str] = ()

    @property
    def specialist(self) -> str:
        """The specialist whose journey it is."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Skill:
    """What one of our specialists can be asked for: its name, a sentence about it, its procedures, and how to ask."""

    name: str
    summary: str
    procedures: Sequence[str] = ()
    examples: Sequence[str] = ()
    title: str = ""


def list_skills(journeys: Iterable[Journey], granted: Iterable[Collection[str]]) -> list[Skill]:
    """The skills of journeys for which somebody has every tool, `granted` set by set: each specialist's, then each
    journey's own."""
    sets = [frozenset(tools) for tools in granted]
    possible = [each for each in journeys if any(each.tools <= tools for tools in sets)]
    by_specialist = {name: [one for one in possible if one.specialist == name] for name in _names(possible)}
    return [*(_family(name, each) for name, each in by_specialist.items()), *map(_own, possible)]


def make_card(base_url: str, version: str, skills: Sequence[Skill]) -> AgentCard:
    """The router's card, for a service that is reached at that address."""
    address = base_url.rstrip("/")
    scheme = HTTPAuthSecurityScheme(scheme=SCHEME, description="A token of the role `partner`.")
    return AgentCard(
        name="Switchboard",
        description=DESCRIPTION,
        version=version,
        supported_interfaces=list(_ways_in(address)),
        capabilities=AgentCapabilities(
            streaming=True, push_notifications=True, extended_agent_card=True, extensions=[declare(address)]
        ),
        security_schemes={SCHEME: SecurityScheme(http_auth_security_scheme=scheme)},
        security_requirements=[SecurityRequirement(schemes={SCHEME: StringList()})],
        default_input_modes=[TEXT],
        default_output_modes=list(OFFERED),
        skills=[_skill(skill) for skill in skills],
    )


def _ways_in(base_url: str) -> Iterator[AgentInterface]:
    """The last one is for clients of A2A 0.3: the card repeats it in the fields that they read."""
    ways = (
        (RPC_PATH, TransportProtocol.JSONRPC, PROTOCOL_VERSION_1_0),
        (REST_PATH, TransportProtocol.HTTP_JSON, PROTOCOL_VERSION_1_0),
        (RPC_PATH, TransportProtocol.JSONRPC, PROTOCOL_VERSION_0_3),
    )
    for path, binding, version in ways:
        yield AgentInterface(url=base_url + path, protocol_binding=binding.value, protocol_version=version)


def _names(journeys: Iterable[Journey]) -> dict[str, None]:
    return dict.fromkeys(each.specialist for each in journeys)


def _family(name: str, journeys: Sequence[Journey]) -> Skill:
    titles = ", ".join(each.title for each in journeys)
    examples = [each.examples[0] for each in journeys if each.examples]
    return Skill(name, f"Helps with: {titles}.", [each.name.partition(".")[2] for each in journeys], examples)


def _own(journey: Journey) -> Skill:
    return Skill(journey.name, journey.summary, (journey.name.partition(".")[2],), journey.examples, journey.title)


def _skill(skill: Skill) -> AgentSkill:
    tags = [name.replace("_", " ") for name in skill.procedures]
    specialist = skill.name.partition(".")[0]
    title = skill.title or skill.name
    return AgentSkill(
        id=skill.name,
        name=f"{title[:1].upper()}{title[1:]}",
        description=skill.summary,
        tags=[specialist, *tags],
        examples=list(skill.examples),
    )
