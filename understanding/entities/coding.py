"""One short notation for the words of days, times and numbers in five languages, so that one grammar reads them all.

`Friday the twenty-second at half past nine` becomes ` w4 k:the o22 k:at k:half n9 `. Codes: `#7` digits, `n7` a
number in words, `o7` an ordinal (`O7` in figures), `m3` a month, `w4` a weekday (Monday is 0), `v5` one that may be
another word, `r1` a day counted from today, `p:morning` a part of the day, `u:w` a unit, `T7:30` a clock time,
`D3/7/17` figures joined by marks; what is none of these stays as it is written.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from understanding.entities.numerals import ORDINAL_ENDINGS, number_words, ordinal_words
from understanding.language.phrases import phrase_lists
from understanding.language.text import fold

_HERE = Path(__file__).parent
_TOKEN = re.compile(
    r"(?P<iso>\d{4}([-/.])\d{1,2}\2\d{1,2}(?!\d))|(?P<date>\d{1,2}([-/.])\d{1,2}(?:\4\d{2,4})?(?![\d/-]))|"
    r"(?P<clock>\d{1,2}(?::\d{2}){1,2}(?!\d)|\d{1,2}h\d{2}(?:min\d{0,2}s?)?(?!\d))|(?P<digits>\d+)|"
    r"(?P<word>[^\W\d_]+(?:[\u0900-\u0963\u0970-\u097f]+[^\W\d_]*)*)|(?P<mark>[^\s])"
)


@dataclass(frozen=True, slots=True)
class _Token:
    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Coded:
    """A folded text in the notation, with the way back to the places in the text."""

    folded: str
    notation: str
    _starts: tuple[int, ...]
    _tokens: tuple[_Token, ...]

    def find(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, re.Match[str]]]:
        """Each match with where it stands in the folded text, from and before."""
        for match in pattern.finditer(self.notation):
            first = bisect_left(self._starts, match.start())
            last = bisect_right(self._starts, max(match.start(), match.end() - 1)) - 1
            if 0 <= first <= last < len(self._tokens):
                yield self._tokens[first].start, self._tokens[last].end, match


def encode(text: str, locale: str = "") -> Coded:
    """Write a text in the notation; `locale` decides about words that are something else in another language."""
    folded = fold(_plain_digits(text))
    tokens = _phrases(_raw(folded), locale)
    tokens = _joined_numbers(_ordinal_digits(tokens), locale)
    starts: list[int] = []
    at = 1
    for token in tokens:
        starts.append(at)
        at += len(token.code) + 1
    notation = " " + "".join(f"{token.code} " for token in tokens)
    return Coded(folded, notation, tuple(starts), tuple(tokens))


def compile_grammar(pattern: str) -> re.Pattern[str]:
    """A pattern over whole codes: blanks in it stand between codes."""
    return re.compile(rf"(?<= ){pattern}(?= )")


def load_grammar(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The patterns of a grammar in their order, each with its reader's name; `{name}` in one is one of the parts."""
    read: Any = yaml.load((_HERE / f"{name}.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 - strings only
    found: list[tuple[str, re.Pattern[str]]] = []
    for each in read["patterns"]:
        for reader, pattern in each.items():
            found.append((reader, compile_grammar(_filled(pattern, read["parts"]))))
    return tuple(found)


def _filled(pattern: str, parts: dict[str, str]) -> str:
    for _ in range(2):
        for part, meant in parts.items():
            pattern = pattern.replace("{" + part + "}", meant)
    return pattern


def _plain_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _raw(folded: str) -> list[_Token]:
    return [_Token(_code(match), match.start(), match.end()) for match in _TOKEN.finditer(folded)]


def _code(match: re.Match[str]) -> str:
    said = match.group()
    match match.lastgroup or "":
        case "iso" | "date":
            return f"D{said}"
        case "clock":
            return "T" + re.sub(r"h|min", ":", said).rstrip("s:")
        case "digits":
            return f"#{said}"
        case _:
            return said


@cache
def _vocabulary(locale: str) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Phrases of all languages by their first word, the longest first, with their codes; the message's language wins.

    A phrase that ends in `!` means this in its own language only; `_` stands for words that mean no time at all.
    """
    found: dict[tuple[str, ...], str] = {}
    for own in (False, True):
        for code, by_locale in phrase_lists("entities/moments").items():
            for language, phrases in by_locale.items():
                if (language == locale) == own:
                    found |= {_words(each.rstrip("!")): code for each in phrases if own or each[-1] != "!"}
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for words, code in found.items():
        by_first.setdefault(words[0], []).append((words, code))
    return {first: tuple(sorted(listed, key=lambda one: -len(one[0]))) for first, listed in by_first.items()}


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(_code(match) for match in _TOKEN.finditer(fold(phrase)))


def _phrases(raw: list[_Token], locale: str) -> list[_Token]:
    """Tokens with the words of the vocabulary written as their codes."""
    known = _vocabulary(locale)
    found: list[_Token] = []
    at = 0
    while at < len(raw):
        words, code = _longest(known, raw, at)
        found.append(_Token(code, raw[at].start, raw[at + words - 1].end) if words else raw[at])
        at += max(words, 1)
    return found


def _longest(known: dict[str, tuple[tuple[tuple[str, ...], str], ...]], raw: list[_Token], at: int) -> tuple[int, str]:
    for words, code in known.get(raw[at].code, ()):
        if all(at + n < len(raw) and raw[at + n].code == word for n, word in enumerate(words)):
            return len(words), code
    return 0, ""


def _ordinal_digits(tokens: list[_Token]) -> list[_Token]:
    """`22` with `nd` right behind it is an ordinal."""
    found: list[_Token] = []
    for token in tokens:
        last = found[-1] if found else None
        if last and last.code[0] == "#" and last.end == token.start and token.code in ORDINAL_ENDINGS:
            found[-1] = _Token(f"O{int(last.code[1:])}", last.start, token.end)
        else:
            found.append(token)
    return found


def _joined_numbers(tokens: list[_Token], locale: str) -> list[_Token]:
    """Number words put together: `twenty` `two` is 22, `eight` `forty` stays two numbers."""
    numbers, ordinals = number_words(locale), ordinal_words(locale)
    found: list[_Token] = []
    for token in tokens:
        value, place = numbers.get(token.code), ordinals.get(token.code)
        sign, said = ("n", value) if value is not None else ("o", place)
        one = token.code == "k:un"
        if said is None and not one:
            found.append(token)
            continue
        said = 1 if said is None else said
        before, gap = _number_before(found)
        joined = _join(before, said) if before is not None else None
        if joined is None and one:
            found.append(token)
        elif joined is None:
            found.append(_Token(f"{sign}{said}", token.start, token.end))
        else:
            start = found[-1 - gap].start
            del found[-1 - gap :]
            found.append(_Token(f"{sign}{joined}", start, token.end))
    return found


_BETWEEN = frozenset({"-", "k:and"})
_MOST_JOINING = 3


def _number_before(found: list[_Token]) -> tuple[int | None, int]:
    """The number in words that stands right before, and how many joining words are between."""
    gap = 0
    while gap < min(_MOST_JOINING, len(found) - 1) and found[-1 - gap].code in _BETWEEN:
        gap += 1
    last = found[-1 - gap].code if found else ""
    return (int(last[1:]), gap) if last[:1] == "n" and last[1:].isdigit() else (None, 0)


def _join(before: int, said: int) -> int | None:
    """Two parts of one number as their sum or product; None where they are two numbers."""
    if said in (100, 1000) and before < said:
        return before * said
    if (before, said) == (4, 20):
        return 80
    whole = next((each for each in (1000, 100) if before >= each and before % each == 0), 0)
    if whole:
        return before + said if said < whole else None
    tens = before < 100 and before % 10 == 0 and before >= 20 and 0 < said < 10
    french = (before in (60, 80) and 10 <= said < 20) or (before == 10 and said in (7, 8, 9))
    return before + said if tens or french else None
