"""The knowledge base's tools."""

from typing import Annotated

from mcp.server.mcpserver.prompts.base import Prompt
from pydantic import Field

from mcp_servers.arguments import ArticleId, Locale
from mcp_servers.knowledge import backend, models
from mcp_servers.resources import ServedResource
from mcp_servers.toolset import Toolset
from mcp_servers.work import Work


def answer_question(
    question: Annotated[str, Field(description="What the customer wants to know.", examples=["Why is my Wi-Fi slow?"])],
    locale: Locale = "en",
) -> str:
    """Answer a customer's question from the articles, and from nothing else."""
    return (
        f"A customer asks: {question}\nSearch with search_articles (locale {locale}), read the article that fits with "
        "get_article, and answer in that language in at most three sentences. Say only what it says; where none fits, "
        "say that you do not know."
    )


tools = Toolset(
    "knowledge",
    title="Knowledge base",
    instructions="Articles that answer customers' everyday questions.",
    resources=(ServedResource("article", "get_article", "An article in English, by its name.", "article_id"),),
    prompts=(Prompt.from_function(answer_question, title="Answer a question"),),
)


@tools.read
def search_articles(
    work: Work,
    query: Annotated[
        str,
        Field(
            min_length=1, max_length=500, description="What the customer wants to know.", examples=["Wi-Fi password"]
        ),
    ],
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
