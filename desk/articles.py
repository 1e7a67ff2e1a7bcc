"""Articles that fit a conversation, found and read for a representative through the gate."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from agents.troubleshooting.articles import LONGEST_QUERY, quote_article
from desk.queue import Desk, DeskDependencies, context_for
from domain.caller import Caller
from domain.calls import ToolCall
from domain.decision import Decision
from domain.ids import CallId, ConversationId
from router.memory.store import Stored, StoredHandoff
from understanding.dialogue.person import wants_person
from understanding.language.clauses import split_sentences

MOST = 3


@dataclass(frozen=True, slots=True)
class FittingArticle:
    """An article for a customer: how it begins, and as much of its text as a reply holds, in `language`."""

    article_id: str
    title: str
    excerpt: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class FittingArticles:
    """The best first; `problem` says why there are none to see."""

    items: tuple[FittingArticle, ...] = ()
    problem: str = ""


class ArticleDesk:
    """Finds articles by what was said last and what the packet is about. Each read is decided and on record."""

    def __init__(self, desk: Desk, dependencies: DeskDependencies) -> None:
        self._desk = desk
        self._dependencies = dependencies

    async def find(self, caller: Caller, conversation_id: ConversationId, language: str = "en") -> FittingArticles:
        """Up to three articles, in the customer's language where they are translated; none where nothing was asked.

        Why there are none is said in the reader's `language`.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        gate = self._dependencies.services.gate
        async with self._dependencies.work.open(conversation_id):
            await self._desk.see_claimed(caller, conversation_id)
            change, handoff = await self._desk.find(caller, conversation_id)
            query = _query(change.row, handoff)
            found = await self._read(caller, change.row, query, language) if query else FittingArticles()
            gate.finish(conversation_id, ())
        return found

    async def _read(self, caller: Caller, row: Stored, query: str, language: str) -> FittingArticles:
        look, words = f"desk/{uuid4().hex}", self._desk.words(row, language)
        found = await self._call(caller, row, f"{look}/search", "search_articles", query=query)
        if isinstance(found, Decision):
            return FittingArticles(problem=words.refusal(found))
        articles = list[FittingArticle]()
        for each in found["items"][:MOST]:
            name = each["article_id"]
            article = await self._call(caller, row, f"{look}/{name}", "get_article", article_id=name)
            if isinstance(article, Decision):
                return FittingArticles(tuple(articles), words.refusal(article))
            shown = (article["title"], each["snippet"], quote_article(article["text"]), article["locale"])
            articles.append(FittingArticle(name, *shown))
        return FittingArticles(tuple(articles))

    async def _call(self, caller: Caller, row: Stored, name: str, tool: str, **given: str) -> dict[str, Any] | Decision:
        """What the tool answers, or the decision that it gave no answer to."""
        call = ToolCall(CallId(name), f"knowledge.{tool}", {**given, "locale": row.memory.locale})
        result = await self._dependencies.services.gate.call(context_for(row, caller), call)
        return result.outcome.data if result.outcome and result.outcome.succeeded else result.decision


def read_last_wish(row: Stored) -> str:
    """The customer's last words that ask for anything but a person, without that part; empty where there are none."""
    told = [text for role, text in reversed(row.memory.window) if role == "customer"]
    return next((words for text in told if (words := _without_person(text))), "")


def _query(row: Stored, handoff: StoredHandoff) -> str:
    """The last wish, and the words that opened what the packet has open."""
    cases: list[dict[str, Any]] = handoff.packet.get("open_cases") or []
    opening = [_without_person(str(case.get("words", ""))) for case in cases]
    return " ".join(dict.fromkeys(each for each in (read_last_wish(row), *opening) if each))[:LONGEST_QUERY]


def _without_person(text: str) -> str:
    """The parts of a message that do not ask for somebody to talk to."""
    parts = [part.strip() for sentence in split_sentences(text) for part in sentence.split(",")]
    return " ".join(part for part in parts if part and not wants_person(part))
