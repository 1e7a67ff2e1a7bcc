"""Reads numbers that are written as words in five languages: `fünfundzwanzig`, `quatre-vingt-dix`, `dhai sau`."""

import re
from collections.abc import Sequence
from functools import cache

from understanding.language.phrases import phrase_lists
from understanding.language.text import fold

WORD = re.compile(r"[a-z\u0900-\u0963\u0966-\u097f]+")
_LONGEST = 8
"""Words of a number that are looked at."""
_THOUSAND, _HUNDRED, _SCORE = 1000, 100, 20


def number_before(folded: str, end: int) -> tuple[int, int] | None:
    """The number that is spelt out right before a place in a folded text, with where it starts; None where none is."""
    taken: list[re.Match[str]] = []
    for word in reversed(list(WORD.finditer(folded, max(0, end - 80), end))):
        gap = folded[word.end() : taken[-1].start() if taken else end]
        if gap.strip(" -") or not _belongs(word.group(), bool(taken)) or len(taken) == _LONGEST:
            break
        taken.append(word)
    while taken and taken[-1].group() in _joiners():
        taken.pop()
    value = read_number([word.group() for word in reversed(taken)])
    return (taken[-1].start(), value) if value is not None else None


def read_number(words: Sequence[str]) -> int | None:
    """The value of a number in words; None where the words are no whole number."""
    total, current = 0.0, 0.0
    for word in words:
        if word in _joiners():
            continue
        value = cardinals().get(word)
        if value is None:
            return None
        if value == _THOUSAND:
            total, current = total + max(current, 1) * value, 0
        elif value == _HUNDRED or (value == _SCORE and current == 4):
            current = max(current, 1) * value
        else:
            current += value
    whole = total + current
    return int(whole) if whole and whole == int(whole) else None


@cache
def cardinals() -> dict[str, float]:
    """Number words and what they stand for; `vingts` and German compounds included."""
    lists = phrase_lists("entities/numbers")
    found = {fold(word): float(value) for value, words in lists["cardinals"].items() for word in words}
    found |= {fold(word): float(value) for value, words in lists["halves"].items() for word in words}
    return found | {"vingts": 20.0} | _german(found)


def _german(found: dict[str, float]) -> dict[str, float]:
    ones = ("ein", "zwei", "drei", "vier", "funf", "fuenf", "sechs", "sieben", "acht", "neun")
    tens = ("zwanzig", "dreissig", "vierzig", "funfzig", "fuenfzig", "sechzig", "siebzig", "achtzig", "neunzig")
    pairs = {f"{one}und{ten}": found[one] + found[ten] for one in ones for ten in tens}
    below = pairs | {word: found[word] for word in (*ones, *tens)}
    hundreds = {f"{one}hundert": found[one] * 100 for one in ones}
    rest = {f"{start}{end}": hundred + value for start, hundred in hundreds.items() for end, value in below.items()}
    return pairs | hundreds | rest | {f"hundert{end}": 100 + value for end, value in below.items()}


def _belongs(word: str, inside: bool) -> bool:
    return word in cardinals() or (inside and word in _joiners())


@cache
def _joiners() -> frozenset[str]:
    return frozenset(phrase_lists("entities/numbers")["joiners"]["any"])
