"""The desk's HTTP routes that propose: fitting articles, drafts, wrap-ups. Nothing is sent by them."""

from typing import Literal

from fastapi import APIRouter

from desk.api import DeskResponse, ReaderLanguage, Worker
from desk.articles import ArticleDesk, FittingArticles
from desk.drafts import DraftDesk, ReplyDraft
from desk.wrap_up import WrapUp, WrapUpDesk
from domain.ids import ConversationId


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


class AssistDoor:
    """The endpoints under `/v1/desk/{conversation_id}` that propose what to say and to write down."""

    def __init__(self, articles: ArticleDesk, drafts: DraftDesk, wrap_ups: WrapUpDesk) -> None:
        self._wrap_ups = wrap_ups
        self._articles = articles
        self._drafts = drafts

    async def articles(self, conversation_id: str, caller: Worker) -> FittingArticles:
        """Articles that fit what the customer of a conversation of yours said last, in their language."""
        return await self._articles.find(caller, ConversationId(conversation_id))

    async def draft(self, conversation_id: str, caller: Worker) -> ReplyDraft:
        """Draft a reply in a conversation of yours: what was done or found, and what comes next.

        It is made from facts and templates; where a language model is configured, worded by it and checked.
        """
        return await self._drafts.draft(caller, ConversationId(conversation_id))

    async def wrap_up(self, conversation_id: str, caller: Worker, language: ReaderLanguage) -> WrapUp:
        """What a conversation of yours came to by what was done in it, and a note in your language."""
        return await self._wrap_ups.propose(caller, ConversationId(conversation_id), language)


def build_assist_router(articles: ArticleDesk, drafts: DraftDesk, wrap_ups: WrapUpDesk) -> APIRouter:
    """The routes; whoever serves them puts the authenticated caller into `request.state.caller`."""
    door, router = AssistDoor(articles, drafts, wrap_ups), APIRouter(prefix="/v1/desk/{conversation_id}", tags=["desk"])
    router.add_api_route("/articles", door.articles, methods=["GET"], response_model=FittingArticlesBody)
    router.add_api_route("/drafts", door.draft, methods=["POST"], response_model=DraftBody)
    router.add_api_route("/wrap-up", door.wrap_up, methods=["GET"], response_model=WrapUpBody)
    return router
