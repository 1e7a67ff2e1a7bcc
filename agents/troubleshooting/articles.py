"""Knowledge articles: finding the one that answers a question, and quoting the part of it that matters."""

import re
from collections.abc import Generator
from typing import Any

from agents.procedure import Call, Case, Facts, Step

LONGEST_QUERY = 300
"""Characters of a question that are searched for."""
LONGEST_QUOTE = 900
"""Characters of an article that a reply quotes."""
_WRAPPED = re.compile(r"(?<!\n)[ \t]*\n[ \t]*(?!\n|[-*+][ \t]|\d{1,2}[.)][ \t]|#{1,6}[ \t]|\||\Z)")
"""Where a file breaks a line inside a paragraph or an entry of a list: its author's margin, and not the reader's."""
_EMPTY = frozenset(
    word
    for words in (
        "that this these those with what when where which have from your will would could should they them then there"
        " does doing again also just like want need about some any been were into over than only even still here after"
        " before because much more most very well make come comes coming goes going tell",
        "eine einen einer eines nicht auch dass wenn kann habe haben sind noch wird oder aber ohne geht mein meine dein"
        " ihre ihren etwas mehr wieder schon dann kommt alles einer jemand eigentlich bitte denn doch euch ihnen dies"
        " diese sein seine werden müssen muss können möchte dafür damit",
        "avec pour dans mais vous nous elle elles cela plus tout tous quand comme fait faire avez êtes sont votre notre"
        " encore aussi sans très bien même quel quelle quoi donc alors peut être cette leur",
        "para como esta este esto pero cuando tengo puede sobre también hasta desde todo todos más algo otra otro tiene"
        " hacer hace porque aquí donde cuál quién",
        "है हैं था थी में मेरा मेरी आपका क्या कैसे nahi nahin hain mera meri aapka kaise karna hota",
    )
    for word in words.split()
)
"""Words that tell nothing of what a question is about."""
SENTENCE_ENDS = (". ", "! ", "? ", "। ", "\n")
STEM = 4
"""Words shorter than this tell nothing, and words are compared by this many first letters."""


def find_article(case: Case, query: str) -> Generator[Step, Any, Facts | None]:
    """The article that the search puts first, None where it finds none."""
    words = " ".join(query.split())[:LONGEST_QUERY]
    found = yield Call("knowledge.search_articles", query=words, locale=case.locale)
    if not found["items"]:
        return None
    return (yield Call("knowledge.get_article", article_id=found["items"][0]["article_id"], locale=case.locale))


def is_about(article: Facts, question: str, *, surely: bool = False) -> bool:
    """Whether an article is about a question and does not only share a word with it.

    An article that shares no word was found by its keywords, which somebody chose for it; `surely` asks for two words.
    """
    asked = _read_stems(question)
    shared = asked & _read_stems(f"{article['title']} {article['text']}")
    if surely:
        return len(shared) > 1 and len(shared) * 2 >= len(asked)
    return not shared or len(shared) * 2 >= len(asked)


def _read_stems(text: str) -> set[str]:
    """The beginnings of the words of a text that tell something."""
    words = re.findall(r"(?:[^\W\d_]|[\u0900-\u097f])+", text.casefold())
    return {word[:STEM] for word in words if len(word) >= STEM and word not in _EMPTY}


def quote_article(text: str) -> str:
    """The beginning of an article in whole sentences and whole lines, as much as a reply can hold."""
    whole = _WRAPPED.sub(" ", text.strip())
    if len(whole) <= LONGEST_QUOTE:
        return whole
    start = whole[:LONGEST_QUOTE]
    end = max(start.rfind(mark) for mark in SENTENCE_ENDS)
    return start[: end + 1].strip() if end > 0 else start.rsplit(" ", 1)[0] + " …"
