"""What a company's desk offers: replies that are ready, and what a conversation can have come to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fastapi import APIRouter
from pydantic import Field

from desk.api import DeskResponse, Worker
from domain.ids import TenantId

DISPOSITIONS = ("resolved", "refunded", "credited", "rebooked", "no action needed")
"""What is offered where a company lists none of its own."""


@dataclass(frozen=True, slots=True)
class ReadyReply:
    """A reply that is offered by its name; `texts` by language."""

    name: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Macro:
    """Several acts in one, by a name: labels that are added, a ready reply that is sent, a queue that it goes to."""

    name: str
    labels: tuple[str, ...] = ()
    reply: str = ""
    queue: str = ""


@dataclass(frozen=True, slots=True)
class DeskForms:
    """What is offered to the people of one tenant; `company` is what customers call it.

    `outcomes` says by the tool that did something what a conversation came to.
    """

    company: str = ""
    dispositions: tuple[str, ...] = DISPOSITIONS
    replies: tuple[ReadyReply, ...] = field(default=())
    labels: tuple[str, ...] = ()
    macros: tuple[Macro, ...] = ()
    translates: bool = False
    outcomes: Mapping[str, str] = field(default_factory=dict[str, str])


class ReadyReplyBody(DeskResponse):
    """A reply that is offered by its name. It may name `{customer}`, `{representative}` and `{company}`."""

    name: str
    texts: dict[str, str]


class MacroBody(DeskResponse):
    """Several acts in one: labels that are added, a ready reply that is sent, a queue that the conversation goes to."""

    name: str
    labels: list[str]
    reply: str
    queue: str


class FormsBody(DeskResponse):
    """What your desk offers; other words may be written all the same."""

    company: str
    dispositions: list[str]
    replies: list[ReadyReplyBody]
    labels: list[str]
    macros: list[MacroBody]
    translates: bool = Field(default=False, description="Whether a language model is there to translate.")


def build_forms_router(forms: Mapping[TenantId, DeskForms], *, translates: bool) -> APIRouter:
    """The route at `/v1/desk/forms`."""

    async def offered(caller: Worker) -> DeskForms:
        """The replies and dispositions that your company offers at the desk."""
        return replace(forms.get(caller.tenant, DeskForms()), translates=translates)

    router = APIRouter(prefix="/v1/desk", tags=["desk"])
    router.add_api_route("/forms", offered, methods=["GET"], response_model=FormsBody)
    return router
