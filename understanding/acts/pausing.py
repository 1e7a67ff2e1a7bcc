"""Recognises somebody who only asks for a moment, and says why: what was asked stays open."""

import re

from domain.understanding import Understanding
from understanding.acts.wishing import names_ending, names_thing
from understanding.dialogue.agreement import tells_why
from understanding.dialogue.stance import refuses
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

_MARKS = re.compile(r"[^\w\s'\u0900-\u097f-]+")
_CLAUSE = re.compile(r"[.!;\n।,:]+")
_SAYS_NO = re.compile(rf"(?<!\w)(?:no|nein|nee|non|nahi|nahin|{fold('नहीं')})$")
"""A no that somebody tells of ("my wife says no")."""


def pauses(heard: Understanding, *, asked: bool = False) -> bool:
    """Whether a message opens by asking for a moment, and the rest of it neither refuses anything nor speaks of it.

    Who was `asked` something and tells why they cannot answer yet ("I'm on a call over this line") may name things.
    """
    if "?" in heard.text or not opens_with_pause(heard.text):
        return False
    clauses = _clauses(heard.text)[1:]
    rest, more = " ".join(clauses), " ".join(each for each in clauses if not (asked and tells_why(each)))
    turns = heard.refused or refuses(rest) or any(map(_SAYS_NO.search, clauses))
    return not (heard.entities or turns or names_thing(more) or names_ending(rest))


def after_pause(text: str) -> str:
    """What is asked behind a pause ("a moment, how long would that take?"); all of a text that is none of that."""
    found = _CLAUSE.search(text)
    asks = found is not None and "?" in text[found.end() :] and opens_with_pause(text)
    return text[found.end() :].strip() if found is not None and asks else text


def opens_with_pause(text: str) -> bool:
    """Whether the first clause of a message asks for a moment, and for nothing else."""
    clauses = _clauses(text)
    return bool(clauses) and phrase_pattern("acts/signs", "holds").fullmatch(clauses[0]) is not None


def _clauses(text: str) -> list[str]:
    return [each for each in (_plain(part) for part in _CLAUSE.split(fold(text))) if each]


def _plain(folded: str) -> str:
    return " ".join(_MARKS.sub(" ", folded).split())
