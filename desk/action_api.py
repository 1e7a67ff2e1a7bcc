"""The desk's HTTP routes for acting for a customer, and for seeing who they are."""

from datetime import datetime
from typing import Any, Literal, Self

from fastapi import APIRouter
from pydantic import Field, model_validator

from desk.actions import ActionDesk, ConsideredCall, DeskTools, Explained
from desk.api import ANYTHING, AnswerModels, Approver, DeskRequest, DeskResponse, ReaderLanguage, ReasonBody, Worker
from desk.glance import Glance, GlanceDesk
from desk.supervision import ClaimedCase, Supervision
from desk.translation import Translated, TranslationDesk
from domain.conversation import Conversation
from domain.ids import ConversationId

_ID = r"^[A-Za-z0-9_.:-]+$"


class ExplainCall(DeskRequest):
    """A call that a representative thinks of making."""

    tool: str = Field(min_length=1, max_length=128, pattern=_ID, examples=["payments.refund_payment"])
    arguments: dict[str, Any] = Field(
        default_factory=dict[str, Any], examples=[{"payment_id": "P-5002", "amount_minor": 3999}]
    )


class MakeCall(ExplainCall):
    """A call to be made in your name. The same `action_id` is the same act, however often it is sent."""

    action_id: str = Field(min_length=8, max_length=64, pattern=_ID, examples=["0b6c2f4e9d1a47c8"])


class DeskToolBody(DeskResponse):
    """A tool that you may use, and what it takes."""

    name: str
    title: str
    description: str
    input_schema: dict[str, Any]


class DeskToolsBody(DeskResponse):
    """The tools that policy grants to representatives, by title; amounts are in minor units of `currency`."""

    currency: str
    items: list[DeskToolBody]


class ExplainedBody(DeskResponse):
    """What a call would do for the customer, and what the rules would want. Nothing was held, asked or executed."""

    summary: str
    effect: Literal["deny", "handoff", "step_up", "confirm", "approve", "allow"]
    needs: str
    sendable: bool
    reasons: list[ReasonBody]


class SectionBody(DeskResponse):
    """One kind of record; `problem` says why there is nothing to see."""

    name: str
    items: list[dict[str, Any]]
    problem: str


class GlanceBody(DeskResponse):
    """Who the customer is, how surely that is known, and what is on record; amounts are in minor units."""

    customer_id: str
    auth_level: str
    verified_at: datetime | None
    currency: str
    sections: list[SectionBody]


class ClaimedBody(DeskResponse):
    """A conversation that somebody has; `name` is what customers call them."""

    conversation_id: str
    queue: str
    priority: str
    reason: str
    claimed_by: str
    name: str
    claimed_at: datetime
    customer_name: str


class ClaimsBody(DeskResponse):
    """Every claimed conversation, the most urgent first, then the longest claimed."""

    items: list[ClaimedBody]


class TranslateBody(DeskRequest):
    """What is translated: either a message of the conversation, or words of your own that were not sent yet."""

    message_id: str = Field(default="", max_length=80, pattern=r"^[A-Za-z0-9_.:-]*$")
    text: str = Field(default="", max_length=8000, pattern=ANYTHING, examples=["I have looked at your bill."])
    language: str = Field(pattern=r"^[a-z]{2,3}$", examples=["de"], description="the one that it is translated into")

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.message_id) == bool(self.text.strip()):
            raise ValueError("give either a message_id or a text")
        return self


class TranslatedBody(DeskResponse):
    """A translation; nothing was sent. `problem` says why there is none."""

    text: str
    language: str
    problem: str


class ActionInterface:
    """The endpoints under `/v1/desk/{conversation_id}` that act or look up for somebody, and `/v1/desk/claims`."""

    def __init__(
        self, actions: ActionDesk, glances: GlanceDesk, supervision: Supervision, translations: TranslationDesk
    ) -> None:
        self._translations = translations
        self._supervision = supervision
        self._actions = actions
        self._glances = glances

    async def tools(self, conversation_id: str, caller: Worker) -> DeskTools:
        """What you may do for the customer of a conversation that you claimed, with the forms' schemas."""
        return await self._actions.tools(caller, ConversationId(conversation_id))

    async def explain(
        self, conversation_id: str, body: ExplainCall, caller: Worker, language: ReaderLanguage
    ) -> Explained:
        """Say what a call would do and what the rules want for it, before it is sent.

        In the language of `Accept-Language`, where that is one of ours.
        """
        call = ConsideredCall(body.tool, body.arguments)
        return await self._actions.explain(caller, ConversationId(conversation_id), call, language)

    async def act(self, conversation_id: str, body: MakeCall, caller: Worker) -> Conversation:
        """Make a call in your name. Every rule holds: the customer confirms or proves themselves, a supervisor agrees.

        You cannot approve what you sent yourself.
        """
        ids = (ConversationId(conversation_id), body.action_id)
        return await self._actions.act(caller, *ids, body.tool, body.arguments)

    async def customer(self, conversation_id: str, caller: Worker, language: ReaderLanguage) -> Glance:
        """The customer of a conversation that you claimed, read from the systems in your name, as policy lets you."""
        return await self._glances.look(caller, ConversationId(conversation_id), language)

    async def translate(self, conversation_id: str, body: TranslateBody, caller: Worker) -> Translated:
        """Translate a message, or your own words before you send them, where a language model is configured.

        Amounts, dates and references have to be the same in both, else there is none, and `problem` says so.
        """
        name = ConversationId(conversation_id)
        if body.message_id:
            return await self._translations.translate_message(caller, name, body.message_id, body.language)
        return await self._translations.translate(caller, name, body.text, body.language)

    async def claims(self, caller: Approver) -> dict[str, list[ClaimedCase]]:
        """Who has what: every conversation that somebody at the desk has claimed."""
        return {"items": await self._supervision.claims(caller)}

    async def take_over(self, conversation_id: str, caller: Approver) -> Conversation:
        """Take over a conversation that somebody else has claimed; the customer is told who answers now."""
        return await self._supervision.take_over(caller, ConversationId(conversation_id))


def build_action_router(
    actions: ActionDesk,
    glances: GlanceDesk,
    supervision: Supervision,
    translations: TranslationDesk,
    answers: AnswerModels,
) -> APIRouter:
    """The routes; whoever serves them puts the authenticated caller into `request.state.caller`."""
    interface = ActionInterface(actions, glances, supervision, translations)
    outer = APIRouter(prefix="/v1/desk", tags=["desk"])
    outer.add_api_route("/claims", interface.claims, methods=["GET"], response_model=ClaimsBody)
    router = APIRouter(prefix="/{conversation_id}")
    router.add_api_route("/takeover", interface.take_over, methods=["POST"], response_model=answers.conversation)
    router.add_api_route("/actions", interface.tools, methods=["GET"], response_model=DeskToolsBody)
    router.add_api_route("/actions", interface.act, methods=["POST"], response_model=answers.conversation)
    router.add_api_route("/actions/explain", interface.explain, methods=["POST"], response_model=ExplainedBody)
    router.add_api_route("/translations", interface.translate, methods=["POST"], response_model=TranslatedBody)
    router.add_api_route("/customer", interface.customer, methods=["GET"], response_model=GlanceBody)
    outer.include_router(router)
    return outer
