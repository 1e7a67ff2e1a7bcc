"""The words of a transcript: no sounds that say nothing, digits and letters that were read out put together again."""

import re
from functools import cache

from router.formatters.formatter import phrases
from understanding.entities.spoken_digits import dictated_runs

_PREFIXES = "INV|WO|PM|OF|SUB|SL|P|O|D|C|S"
_LETTERS = re.compile(r"(?<![\w'’-])(?:[A-Za-z]\.?[ -]){1,3}(?=[- ]{0,2}\d{3,})")
_KNOWN = re.compile(rf"(?<![\w'’-])(?P<letters>{_PREFIXES})[ .-]{{1,3}}(?P<digits>\d{{3,6}})(?![\w-])")


def written(text: str) -> str:
    """What was said, as somebody would have typed it."""
    text = _likeness().sub(r"\1", text)
    text = _fillers().sub(" ", text)
    for start, end, digits in reversed(list(dictated_runs(text))):
        text = f"{text[:start]}{digits}{text[end:]}"
    text = _dash().sub("-", text)
    text = _LETTERS.sub(_joined, text)
    text = _KNOWN.sub(r"\g<letters>-\g<digits>", text)
    return re.sub(r"^[ ,.;]+|(?<=[,;])(?:\s*[,;])+", "", " ".join(text.split())).strip()


def _joined(match: re.Match[str]) -> str:
    """Letters that were read out one by one, where together they begin a reference of ours."""
    letters = re.sub(r"[^A-Za-z]", "", match[0])
    spelt = letters.upper() if len(letters) > 1 or letters.isupper() else ""
    return f"{spelt}-" if re.fullmatch(_PREFIXES, spelt) else match[0]


@cache
def _fillers() -> re.Pattern[str]:
    """A sound with a little of what stands around it: of more, a long run of signs would be read from each of them."""
    return re.compile(rf"[ ,.…-]{{0,8}}(?<!\w)(?:{'|'.join(phrases('voice')['fillers'])})(?!\w)[,.…]*", re.IGNORECASE)


@cache
def _dash() -> re.Pattern[str]:
    return re.compile(rf"(?<=[A-Za-z]) (?:{'|'.join(phrases('voice')['dashes'])}) (?=\d)", re.IGNORECASE)


@cache
def _likeness() -> re.Pattern[str]:
    """`P as in Peter` is a P."""
    listed = "|".join(phrases("voice")["likeness"])
    return re.compile(rf"(?<!\w)([A-Z]),? (?:{listed}) (?=([A-Z])[a-z]+)(?i:\1)[a-z]+")
