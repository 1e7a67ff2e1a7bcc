"""Who acts: the customer as far as they are known, and the chain of agents acting for them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from domain.ids import CustomerId, TenantId

AgentKind = Literal["specialist", "partner", "representative"]


class AuthLevel(StrEnum):
    """How surely the customer is who they say; `strong` needs a code or the channel's strong sign-in."""

    ANONYMOUS = "anonymous"
    AUTHENTICATED = "authenticated"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer of a conversation as the channel vouched for them.

    `strong_since` is the time from which `auth_level` `strong` counts, None below strong.
    """

    id: CustomerId
    auth_level: AuthLevel = AuthLevel.AUTHENTICATED
    strong_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """The acting agent: one of our specialists, a partner agent, or a representative at the desk."""

    id: str
    kind: AgentKind = "specialist"
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf a tool call is proposed. `chain` lists delegating agents, outermost first.

    `operator` is whoever at a terminal vouches for the customer, in development; empty in any conversation.
    """

    tenant: TenantId
    customer: Customer | None
    agent: Agent
    chain: tuple[str, ...] = ()
    operator: str = ""
