"""The autonomy dial over HTTP: what is held back now, and turning it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from channels.http.models import RequestBody, ResponseBody
from channels.http.scopes import permit
from domain.autonomy import AutonomyDial, Override, Stage, Turned
from domain.caller import Caller, Role

TURN = frozenset({Role.ADMIN})
SEE = TURN | {Role.AUDITOR}
Turner = Annotated[Caller, Depends(permit(TURN))]
Reader = Annotated[Caller, Depends(permit(SEE))]
StageName = Literal["off", "observe", "suggest", "approve", "auto"]
ScopeName = Literal["all", "procedure", "channel", "cohort"]


class TurnDial(RequestBody):
    """Hold the assistant back, or let it go again. Policy data stays the ceiling."""

    act: Literal["stop", "resume", "set"] = Field(examples=["stop"])
    scope: ScopeName = "all"
    name: str = Field(
        default="",
        max_length=160,
        pattern=r"^[^\u0000]*$",
        description="Which procedure, channel or cohort; empty for `all`.",
        examples=["billing.refund_duplicate_charge"],
    )
    stage: StageName = "auto"
    percent: int = Field(default=100, ge=0, le=100, description="So many of a hundred customers get `stage`.")
    rest: StageName = Field(default="approve", description="What the other customers get.")
    reason: str = Field(min_length=1, max_length=1000, pattern=r"^[^\u0000]*[^\s\u0000][^\u0000]*$")


class HoldingBody(ResponseBody):
    """What holds now for one scope and name; `tenant` `*` is every tenant."""

    tenant: str
    scope: ScopeName
    name: str
    stopped: bool
    stage: StageName
    percent: int
    rest: StageName


class OverrideBody(ResponseBody):
    """One turn of the dial."""

    number: int
    tenant: str
    scope: ScopeName
    name: str
    act: Literal["stop", "resume", "set"]
    stage: StageName
    percent: int
    rest: StageName
    by: str
    reason: str
    at: datetime


class ProcessBody(ResponseBody):
    """A process that runs now; `obeyed` is the `number` of the last turn of the dial that it obeys."""

    id: str
    host: str
    started_at: datetime
    heard_at: datetime
    obeyed: int
    obeyed_at: datetime


class DialBody(ResponseBody):
    """What holds now, the last turns of the dial, newest first, and the processes that have to obey."""

    items: list[HoldingBody]
    history: list[OverrideBody]
    processes: list[ProcessBody]


class DialDoor:
    """The endpoints under `/v1/autonomy`."""

    def __init__(self, dial: AutonomyDial) -> None:
        self._dial = dial

    async def look(self, caller: Reader) -> dict[str, Any]:
        """What is held back for your tenant now, how that came about, and which processes obey up to which turn."""
        return {
            "items": await self._dial.holdings(caller.tenant),
            "history": await self._dial.history(caller.tenant),
            "processes": await self._dial.processes(),
        }

    async def turn(self, body: TurnDial, caller: Turner) -> Override:
        """Turn the dial for your tenant; `GET` tells which processes obey it.

        A procedure, channel or cohort that does not exist is refused with 422, and nothing is recorded.
        """
        asked: dict[str, Any] = {**body.model_dump(), "stage": Stage(body.stage), "rest": Stage(body.rest)}
        return await self._dial.turn(caller, Turned(**asked))


def build_router(dial: AutonomyDial) -> APIRouter:
    """The dial's routes."""
    door = DialDoor(dial)
    router = APIRouter(prefix="/v1", tags=["operations"])
    router.add_api_route("/autonomy", door.look, methods=["GET"], response_model=DialBody)
    router.add_api_route("/autonomy", door.turn, methods=["POST"], status_code=201, response_model=OverrideBody)
    return router
