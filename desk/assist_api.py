"""The desk's HTTP routes that tell and propose: earlier conversations, fitting articles, drafts, wrap-ups.

Nothing is sent by them.
"""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from desk.api import DeskResponse, ReaderLanguage, SaidBody, Worker
from desk.articles import ArticleDesk, FittingArticles
from desk.drafts import DraftDesk, ReplyDraft
from desk.earlier import EarlierDesk, EarlierPage
from desk.wrap_up import WrapUp, WrapUpDesk
from domain.conversation import Message, Status
from domain.ids import ConversationId
from router.memory.contact import ContactStatus


class FittingArticleBody(DeskResponse):
    """An article: how it begins, and as much of its text as a reply holds, in `language`."""

    article_id: str
    title: str
    excerpt: str
    text: str
    language: str


class FittingArticlesBody(DeskResponse):
    """Up to three articles, the best first; `problem` says why there are none to see."""

    items: list[FittingArticleBody]
    problem: str


class DraftBody(DeskResponse):
    """A reply in the customer's language; nothing was sent. A name in braces is left where it is not known."""

    text: str
    language: str
    by: Literal["template", "model"]


class WrapUpBody(DeskResponse):
    """What may be written down at the end; either is empty where the record says nothing. Nothing was kept."""

    disposition: str
    note: str


class EarlierBody(DeskResponse):
    """A conversation of the same customer: what it was about, how it stands, what was done, in your language.

    `disposition` and `note` were written down at its end; `score` is whether it helped (1 to 5), null where unsaid.
    """

    conversation_id: str
    opened_at: datetime
    last_at: datetime
    channel: str
    status: Status
    about: str
    standing: ContactStatus
    disposition: str
    note: str
    done: list[str]
    score: int | None


class EarlierPageBody(DeskResponse):
    """Ten at most, newest first; `next` is sent as `after` for those before; `problem` says why there are none."""

    items: list[EarlierBody]
    next: str
    problem: str


class EarlierWordsBody(DeskResponse):
    """Everything that was said in an earlier conversation."""

    messages: list[SaidBody]


class AssistDoor:
    """The endpoints under `/v1/desk/{conversation_id}` that tell what was, and propose what to say and write down."""

    def __init__(self, earlier: EarlierDesk, articles: ArticleDesk, drafts: DraftDesk, wrap_ups: WrapUpDesk) -> None:
        self._earlier = earlier
        self._wrap_ups = wrap_ups
        self._articles = articles
        self._drafts = drafts

    async def earlier(
        self,
        conversation_id: str,
        caller: Worker,
        language: ReaderLanguage,
        after: Annotated[str, Query(max_length=40)] = "",
    ) -> EarlierPage:
        """Every other conversation of a customer of yours, newest first, and what came of it; the look is on record."""
        return await self._earlier.list(caller, ConversationId(conversation_id), after, language)

    async def earlier_words(
        self, conversation_id: str, earlier_id: str, caller: Worker, language: ReaderLanguage
    ) -> dict[str, tuple[Message, ...]]:
        """What was said in one of them, where policy lets you read it; that you did is on record."""
        ids = (ConversationId(conversation_id), ConversationId(earlier_id))
        return {"messages": await self._earlier.read(caller, *ids, language)}

    async def articles(self, conversation_id: str, caller: Worker, language: ReaderLanguage) -> FittingArticles:
        """Articles that fit what the customer of a conversation of yours said last, in their language."""
        return await self._articles.find(caller, ConversationId(conversation_id), language)

    async def draft(self, conversation_id: str, caller: Worker) -> ReplyDraft:
        """Draft a reply in a conversation of yours: what was done or found, and what comes next.

        It is made from facts and templates; where a language model is configured, worded by it and checked.
        """
        return await self._drafts.draft(caller, ConversationId(conversation_id))

    async def wrap_up(self, conversation_id: str, caller: Worker, language: ReaderLanguage) -> WrapUp:
        """What a conversation of yours came to by what was done in it, and a note in your language."""
        return await self._wrap_ups.propose(caller, ConversationId(conversation_id), language)


def build_assist_router(door: AssistDoor) -> APIRouter:
    """The routes; whoever serves them puts the authenticated caller into `request.state.caller`."""
    router = APIRouter(prefix="/v1/desk/{conversation_id}", tags=["desk"])
    router.add_api_route("/earlier", door.earlier, methods=["GET"], response_model=EarlierPageBody)
    router.add_api_route("/earlier/{earlier_id}", door.earlier_words, methods=["GET"], response_model=EarlierWordsBody)
    router.add_api_route("/articles", door.articles, methods=["GET"], response_model=FittingArticlesBody)
    router.add_api_route("/drafts", door.draft, methods=["POST"], response_model=DraftBody)
    router.add_api_route("/wrap-up", door.wrap_up, methods=["GET"], response_model=WrapUpBody)
    return router
