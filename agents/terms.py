"""What is fixed about a call that waits for a yes: said to a customer who asks about it, or wants it otherwise."""

import re
from functools import cache
from pathlib import Path
from unicodedata import normalize

import yaml

from agents.folding import fold

_FILE = Path(__file__).with_name("terms.yaml")
_LETTER = r"\w\u0900-\u0963\u0966-\u097f"


def find_term(tool: str, words: str) -> str:
    """The reply that says how it is with what the words name about this tool's call; empty where they name nothing."""
    said = fold(words)
    return next((reply for reply, names in _terms().get(tool, {}).items() if names.search(said)), "")


@cache
def _terms() -> dict[str, dict[str, re.Pattern[str]]]:
    listed: dict[str, dict[str, dict[str, list[str]]]] = yaml.safe_load(_FILE.read_text("utf-8"))
    return {tool: {reply: _compile(words) for reply, words in terms.items()} for tool, terms in listed.items()}


def _compile(by_locale: dict[str, list[str]]) -> re.Pattern[str]:
    phrases = [normalize("NFKD", phrase) for listed in by_locale.values() for phrase in listed]
    return re.compile(f"(?<![{_LETTER}])(?:{'|'.join(phrases)})(?![{_LETTER}])")
