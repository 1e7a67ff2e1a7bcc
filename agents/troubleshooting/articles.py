"""Knowledge articles: finding the one that answers a question, and quoting the part of it that matters."""

from collections.abc import Generator
from typing import Any

from agents.procedure import Call, Case, Facts, Step

LONGEST_QUERY = 300
"""Characters of a question that are searched for."""
LONGEST_QUOTE = 600
"""Characters of an article that a reply quotes."""
SENTENCE_ENDS = (". ", "! ", "? ", "। ", "\n")


def find_article(case: Case, query: str) -> Generator[Step, Any, Facts | None]:
    """The article that fits a question best, None where none does."""
    words = " ".join(query.split())[:LONGEST_QUERY]
    found = yield Call("knowledge.search_articles", query=words, locale=case.locale)
    if not found["items"]:
        return None
    return (yield Call("knowledge.get_article", article_id=found["items"][0]["article_id"], locale=case.locale))


def quote_article(text: str) -> str:
    """The beginning of an article in whole sentences, as much as a reply can hold."""
    whole = text.strip()
    if len(whole) <= LONGEST_QUOTE:
        return whole
    start = whole[:LONGEST_QUOTE]
    end = max(start.rfind(mark) for mark in SENTENCE_ENDS)
    return start[: end + 1].strip() if end > 0 else start.rsplit(" ", 1)[0] + " …"
