"""Something on offer that is named by comparing it: the cheaper one, the later one, the other one."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml

from agents.folding import fold
from agents.procedure import Choice

_FILE = Path(__file__).with_name("comparisons.yaml")
_LETTER = r"\w\u0900-\u0963\u0966-\u097f"


def find_compared(choices: tuple[Choice, ...], than: float | None, words: str) -> Choice | None:
    """The one choice that the words name by comparing it with the others, None where they leave several.

    `than` is what the customer has now, as large as `Choice.rank`: a cheaper one is the next cheaper one than that.
    """
    said = fold(words)
    timed = sorted((each for each in choices if each.time), key=lambda each: (each.date, each.time))
    if len(timed) > 1 and (_says("earlier", said) or _says("later", said)):
        return timed[0] if _says("earlier", said) else timed[-1]
    ranked = sorted((each for each in choices if each.rank is not None), key=lambda each: each.rank or 0.0)
    less, more = _says("less", said), _says("more", said)
    if len(ranked) < 2 or less == more or _says("denied", said):
        return None
    return _nearest(ranked if more else ranked[::-1], than, said, up=more)


def names_other(words: str) -> bool:
    """Whether words ask for the one that was not taken."""
    return _says("other", fold(words))


def _nearest(ordered: list[Choice], than: float | None, said: str, *, up: bool) -> Choice | None:
    """The last on the way up or down, or the first beyond what the customer has."""
    beyond = than is not None and _says("next", said)
    if not beyond and (_says("farthest", said) or len(ordered) == 2):
        return ordered[-1]
    if than is None:
        return None
    return next((each for each in ordered if each.rank and ((each.rank > than) if up else (each.rank < than))), None)


def _says(group: str, said: str) -> bool:
    return _patterns()[group].search(said) is not None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    listed: dict[str, dict[str, list[Any]]] = yaml.safe_load(_FILE.read_text("utf-8"))
    return {group: _compile(by_locale) for group, by_locale in listed.items()}


def _compile(by_locale: dict[str, list[Any]]) -> re.Pattern[str]:
    phrases = [normalize("NFKD", each) for listed in by_locale.values() for each in listed]
    return re.compile(f"(?<![{_LETTER}])(?:{'|'.join(phrases)})(?![{_LETTER}])")
