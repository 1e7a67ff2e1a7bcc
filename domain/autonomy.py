"""The autonomy dial as operators turn it: what is held back right now, by whom and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from domain.caller import Caller

Scope = Literal["all", "procedure", "channel", "cohort"]
Act = Literal["stop", "resume", "set"]
EVERY_TENANT = "*"


class Stage(StrEnum):
    """How far the assistant goes by itself, from not at all to wholly."""

    OFF = "off"
    OBSERVE = "observe"
    SUGGEST = "suggest"
    APPROVE = "approve"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Turned:
    """One wish to turn the dial.

    `name` is the procedure (`billing.pay_bill`), channel (`voice`) or cohort (`locale:de`, `flag:vulnerable`,
    `partner:travel`) meant, empty for all. Of the customers meant, `percent` get `stage` and the others `rest`.
    """

    scope: Scope
    name: str
    act: Act
    reason: str
    stage: Stage = Stage.AUTO
    percent: int = 100
    rest: Stage = Stage.APPROVE


@dataclass(frozen=True, slots=True)
class Override:
    """One turn of the dial as it was recorded; `number` grows with each. `tenant` `*` means every tenant."""

    number: int
    tenant: str
    scope: Scope
    name: str
    act: Act
    stage: Stage
    percent: int
    rest: Stage
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds now for one scope and name: whether it is stopped, and the stage that it is held to, if any."""

    tenant: str
    scope: Scope
    name: str
    stopped: bool
    stage: Stage
    percent: int
    rest: Stage
    last: Override


@dataclass(frozen=True, slots=True)
class RunningProcess:
    """A process that runs on the same database. `obeyed` is the number of the last turn of the dial that it obeys."""

    id: str
    host: str
    started_at: datetime
    heard_at: datetime
    obeyed: int
    obeyed_at: datetime


class AutonomyDial(Protocol):
    """The dial as those who run the service see it. It only holds back: the policy's data is the ceiling."""

    async def holdings(self, tenant: str) -> list[Holding]:
        """What holds now for a tenant, what holds for every tenant included."""
        ...

    async def history(self, tenant: str, limit: int = 100) -> list[Override]:
        """The last turns of the dial, newest first."""
        ...

    async def turn(self, caller: Caller, wish: Turned) -> Override:
        """Turn the dial for the caller's tenant, on the record; every process obeys within seconds.

        Raises:
            BadRequest: the scope and the name do not go together, or there is no reason.
            UnknownName: there is no such procedure, channel, cohort or tenant; nothing was recorded.
        """
        ...

    async def processes(self) -> Sequence[RunningProcess]:
        """The processes that run now, and which turn of the dial each obeys."""
        ...
