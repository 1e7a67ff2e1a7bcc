"""Lists of phrases per language, looked for as whole words in folded text."""

import re
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from understanding.language.text import fold

_ROOM = Path(__file__).parents[1]
_ESCAPE = re.compile(r"(\\.)")
_LETTER = r"\w\u0900-\u0963\u0966-\u097f"


@cache
def phrase_lists(name: str) -> dict[str, dict[str, list[str]]]:
    """Read a shipped list, such as `dialogue/answers`: group, then locale, then its phrases (`any` for all locales)."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    text = (_ROOM / f"{name}.yaml").read_text(encoding="utf-8")
    return cast("dict[str, dict[str, list[str]]]", yaml.load(text, Loader=loader))  # noqa: S506 - makes strings, lists and mappings only


@cache
def phrase_pattern(name: str, group: str) -> re.Pattern[str]:
    """A pattern that finds any phrase of one group, in any language, as whole words.

    Phrases are regular expressions in lower case; folding takes their accents off as it does with messages.
    """
    by_locale = phrase_lists(name)[group]
    phrases = sorted(
        {fold_pattern(str(phrase)) for listed in by_locale.values() for phrase in listed}, key=lambda p: (-len(p), p)
    )
    return whole_words("|".join(phrases))


def fold_pattern(phrase: str) -> str:
    """Fold a regular expression's letters and leave its escapes alone: `\\S` must not become `\\s`."""
    return "".join(part if part.startswith("\\") else fold(part) for part in _ESCAPE.split(phrase))


@cache
def written_pattern(name: str, group: str) -> re.Pattern[str]:
    """The same for text that is not folded but in lower case: phrases are written as people write them."""
    phrases = {str(phrase) for listed in phrase_lists(name)[group].values() for phrase in listed}
    return whole_words("|".join(sorted(phrases, key=lambda phrase: (-len(phrase), phrase))))


def whole_words(alternatives: str) -> re.Pattern[str]:
    """Compile alternatives so that they match whole words only, Devanagari included."""
    return re.compile(f"(?<![{_LETTER}])(?:{alternatives})(?![{_LETTER}])")
