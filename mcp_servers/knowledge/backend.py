"""The library behind the knowledge tools: a company's Markdown files in `<language>/`, indexed in memory by FTS5."""

import re
import sqlite3
import threading
from functools import cache
from pathlib import Path

from mcp_servers.knowledge.models import Article, FoundArticle, FoundArticles
from mcp_servers.refusal import not_found

FALLBACK = "en"
KEYWORDS = "Keywords:"
INTERRUPTS = "Interrupts: yes"
"""The third line of an article whose advice puts the customer out of service for a while."""
FOUND_AT_MOST = 5
SNIPPET_LENGTH = 200

TABLE = """
CREATE VIRTUAL TABLE library USING fts5 (
  article_id UNINDEXED, locale UNINDEXED, interrupts UNINDEXED, title, keywords, text,
  tokenize = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
)
"""
SEARCH = """
SELECT article_id, title, text FROM library
WHERE library MATCH :words AND (locale = :locale OR (locale = 'en' AND article_id NOT IN (
  SELECT article_id FROM library WHERE locale = :locale)))
ORDER BY bm25(library, 0, 0, 0, 8.0, 6.0, 1.0) LIMIT :limit
"""
SMALL_WORDS_BY_LANGUAGE = {
    "en": "a an and are at be by can could do does for from get have how i if in is it its me my of on or our please "
    "so that the this to want was we what when where which why will with would you your",
    "es": "como cómo con cual cuál de del el en es la las lo los me mi no para por que qué se su un una y",
    "de": "das der die dem den ein eine für ich ist kann man mein meine mit und von was wie wo zu",
    "fr": "au ce comment des du est et il je le les ma mes mon pour puis sur une vous",
    "hi": "का की के को क्या कैसे है हैं में से मेरा मेरी मेरे मुझे और",
}
SMALL_WORDS = frozenset(word for words in SMALL_WORDS_BY_LANGUAGE.values() for word in words.split())


@cache
def _library(folder: Path | None) -> sqlite3.Connection:
    """The index, built once per process from a folder's files; empty where the company has none."""
    library = sqlite3.connect(":memory:", check_same_thread=False)
    library.execute(TABLE)
    for path in sorted(folder.glob("*/*.md")) if folder else ():
        library.execute(
            "INSERT INTO library (article_id, locale, title, keywords, text, interrupts) VALUES (?, ?, ?, ?, ?, ?)",
            (path.stem, path.parent.name, *_parse(path.read_text(encoding="utf-8"))),
        )
    return library


_lock = threading.Lock()


def _parse(source: str) -> tuple[str, str, str, bool]:
    heading, keywords, third, *body = source.split("\n")
    text = "\n".join(body).strip()
    return heading.removeprefix("# "), keywords.removeprefix(KEYWORDS).strip(), text, third.strip() == INTERRUPTS


def search_articles(folder: Path | None, query: str, locale: str) -> FoundArticles:
    """The articles that fit best, in the language if translated, else in English."""
    words = _words(query)
    if not words:
        return FoundArticles(items=[])
    values = {"words": words, "locale": _language(locale), "limit": FOUND_AT_MOST}
    with _lock:
        rows = _library(folder).execute(SEARCH, values).fetchall()
    return FoundArticles(
        items=[FoundArticle(article_id=id_, title=title, snippet=_snippet(text)) for id_, title, text in rows]
    )


def _words(query: str) -> str:
    """An FTS5 query for any of the words that mean something, or for all if none does."""
    words = re.findall(r"[^\W_](?:[^\W_]|[\u0900-\u097f])*", query.lower())[:40]
    telling = [word for word in words if word not in SMALL_WORDS] or words
    return " OR ".join(f'"{word}"' for word in telling)


def _snippet(text: str) -> str:
    plain = " ".join(re.sub(r"[#*`|]+|^\s*(?:-|\d+\.)\s", "", text, flags=re.MULTILINE).split())
    return plain if len(plain) <= SNIPPET_LENGTH else plain[:SNIPPET_LENGTH].rsplit(" ", 1)[0] + " …"


def _language(locale: str) -> str:
    return re.split(r"[-_]", locale.lower())[0] or FALLBACK


def get_article(folder: Path | None, article_id: str, locale: str) -> Article:
    """One article, in the language if translated, else in English."""
    with _lock:
        row = (
            _library(folder)
            .execute(
                "SELECT title, text, locale, interrupts FROM library "
                "WHERE article_id = :id AND locale IN (:locale, 'en') ORDER BY locale = :locale DESC",
                {"id": article_id, "locale": _language(locale)},
            )
            .fetchone()
        )
    if row is None:
        raise not_found("article_id", "article", article_id)
    return Article(article_id=article_id, title=row[0], text=row[1], locale=row[2], interrupts=bool(row[3]))
