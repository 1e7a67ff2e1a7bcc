"""Who we are for other agents: the agent card."""

from collections.abc import Sequence
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
from a2a.utils.constants import PROTOCOL_VERSION_1_0, TransportProtocol

RPC_PATH = "/a2a"
SCHEME = "bearer"
TEXT = "text/plain"
DESCRIPTION = (
    "An automated contact centre for customers of this business. Send what the customer says or wants as text, with "
    "the customer's id as `customer_id` in the message's metadata. Whatever it does is governed by policy: it may ask "
    "for the customer's confirmation, wait for a supervisor, decline, or hand over to a person."
)


@dataclass(frozen=True, slots=True)
class Skill:
    """What one of our specialists can be asked for: its name, a sentence about it, and its procedures."""

    name: str
    summary: str
    procedures: Sequence[str] = ()


def make_card(base_url: str, version: str, skills: Sequence[Skill]) -> AgentCard:
    """The router's card, for a service that is reached at that address."""
    url = base_url.rstrip("/") + RPC_PATH
    way_in = AgentInterface(
        url=url, protocol_binding=TransportProtocol.JSONRPC.value, protocol_version=PROTOCOL_VERSION_1_0
    )
    scheme = HTTPAuthSecurityScheme(scheme=SCHEME, description="A token of the role `partner`.")
    return AgentCard(
        name="Switchboard",
        description=DESCRIPTION,
        version=version,
        supported_interfaces=[way_in],
        capabilities=AgentCapabilities(streaming=True, push_notifications=False, extended_agent_card=False),
        security_schemes={SCHEME: SecurityScheme(http_auth_security_scheme=scheme)},
        security_requirements=[SecurityRequirement(schemes={SCHEME: StringList()})],
        default_input_modes=[TEXT],
        default_output_modes=[TEXT],
        skills=[_skill(skill) for skill in skills],
    )


def _skill(skill: Skill) -> AgentSkill:
    tags = [name.replace("_", " ") for name in skill.procedures]
    return AgentSkill(id=skill.name, name=skill.name.capitalize(), description=skill.summary, tags=[skill.name, *tags])
