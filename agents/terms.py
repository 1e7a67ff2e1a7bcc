"""What is fixed about a call that waits for a yes: said to a customer who asks about it, or wants it otherwise."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml

from agents.folding import fold

_FILE = Path(__file__).with_name("terms.yaml")
_LETTER = r"\w\u0900-\u0963\u0966-\u097f"
_ASKED = "asked"
"""Where the file lists what is heard in questions alone: about a tool's call, or about `any`."""

Terms = dict[str, re.Pattern[str]]


def find_term(tool: str, words: str) -> str:
    """The reply that says how it is with what the words name about this tool's call; empty where they name nothing."""
    return _first_named(_terms().get(tool, {}), words)


def find_asked(tool: str, words: str) -> str:
    """The reply to a question about this tool's call: what it costs, which one it is, what a no means, and such."""
    return _first_named(_asked().get(tool, {}), words) or _first_named(_asked()["any"], words)


def _first_named(terms: Terms, words: str) -> str:
    said = fold(words)
    return next((reply for reply, names in terms.items() if names.search(said)), "")


@cache
def _terms() -> dict[str, Terms]:
    return {tool: _compiled(terms) for tool, terms in _read().items() if tool != _ASKED}


@cache
def _asked() -> dict[str, Terms]:
    return {tool: _compiled(terms) for tool, terms in _read()[_ASKED].items()}


def _read() -> dict[str, Any]:
    return yaml.safe_load(_FILE.read_text("utf-8"))


def _compiled(terms: dict[str, dict[str, list[str]]]) -> Terms:
    return {reply: _compile(words) for reply, words in terms.items()}


def _compile(by_locale: dict[str, list[str]]) -> re.Pattern[str]:
    phrases = [normalize("NFKD", phrase) for listed in by_locale.values() for phrase in listed]
    return re.compile(f"(?<![{_LETTER}])(?:{'|'.join(phrases)})(?![{_LETTER}])")
