"""The knowledge base's tools."""

from typing import Annotated

from pydantic import Field

from mcp_servers.arguments import ArticleId, Locale
from mcp_servers.knowledge import backend, models
from mcp_servers.toolset import Toolset
from mcp_servers.work import Work

tools = Toolset(
    "knowledge",
    title="Knowledge base",
    instructions="Articles that answer customers' everyday questions.",
)


@tools.read
def search_articles(
    work: Work,
    query: Annotated[str, Field(min_length=1, max_length=500, description="What the customer wants to know.")],
    locale: Locale = "en",
) -> models.FoundArticles:
    """Find the articles that fit a question, best first, at most five. Read one with get_article before you answer.

    Articles that are not translated are found in English.
    """
    return backend.search_articles(work.articles, query, locale)


@tools.read
def get_article(work: Work, article_id: ArticleId, locale: Locale = "en") -> models.Article:
    """Read an article, in the given language if there is a translation, otherwise in English. Say only what it says."""
    return backend.get_article(work.articles, article_id, locale)
