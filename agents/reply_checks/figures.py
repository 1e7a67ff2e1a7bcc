"""The figures a text names: amounts, shares, days, times, references, links and addresses."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from agents.reply_checks.days import named_days, named_times, relative_days
from agents.reply_checks.text import WORD_END, WORD_START, words

FigureKind = Literal["amount", "percent", "date", "time", "reference", "link", "address"]

_SYMBOLS = r"(?:US)?\$(?:US)?|[€£₹¥]|(?<![A-Za-z])(?:USD|EUR|GBP|INR|Rs\.?)(?![A-Za-z])"
_NAMES = (
    "dollars?|dólar(?:es)?|euros?|pounds?|libras?|pfund|livres? sterling|rupees?|roupies?|rupias?|rupien?|rupie"
    "|डॉलर|यूरो|पाउंड|रुपये|रुपए|रुपया"
)
_NUMBER = r"\d+(?:[.,' ]\d{3}(?!\d)|,\d{2}(?=,\d))*(?:[.,]\d{1,2}(?!\d))?"
_UNITS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy"
    "|eighty|ninety|hundred|thousand|diez|veinte|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien"
    "|ciento|cientos|quinientos|mil|zehn|zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig"
    r"|\w*hundert|\w*tausend|dix|vingt|trente|quarante|cinquante|soixante|cents?|mille|दस|बीस|तीस|चालीस|पचास|सौ|हजार"
)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+[^\s<>\"')\].,;:!?।]", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_REFERENCE = re.compile(
    r"(?<![\w-])(?:[A-Za-z]{1,4}-\d{2,}|[A-Z]{1,4}-(?=[A-Z0-9-]*\d)[A-Z0-9-]{2,})(?![\w])|(?<=#)\d{2,}"
)
_PERCENT = re.compile(
    rf"(?<![\w.,])(?P<number>\d+(?:[.,]\d+)?)\s?(?:%|{words('per ?cent|prozent|por ciento|pour cent|प्रतिशत')})"
)
_CENTS = re.compile(rf"(?<![\w.,])(?P<number>\d{{1,2}})\s?{words('cents?|centavos?|céntimos?|centimes?|सेंट')}", re.I)
_AMOUNT = re.compile(
    rf"(?:{_SYMBOLS}|{WORD_START}(?:{_NAMES}))\s?(?P<after>{_NUMBER})"
    rf"|(?<![\w.,])(?P<before>{_NUMBER})\s?(?:{_SYMBOLS}|(?:{_NAMES}){WORD_END})",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\w.,])(?P<before>\d+(?:[., ]\d{3})*[.,]\d\d)(?![\w]|[.,]\d)")
_SPELT = re.compile(rf"{words(_UNITS)}[\s-]+(?:(?:US|and|de|d')\s*)?{words(_NAMES)}", re.IGNORECASE)
_LONG = re.compile(r"(?<![\w.,])\+?\d(?:[\d ()-]{3,}\d|\d{4,})(?![\w])")

_Candidate = tuple[FigureKind, re.Match[str], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it was written, where, and the values it may stand for (none: it cannot be read)."""

    kind: FigureKind
    text: str
    at: int
    values: tuple[Any, ...]


def minor_units(number: str) -> int:
    """Read a localised number of a currency with hundredths; one or two digits after the last mark are decimals."""
    plain = re.sub(r"[ ']", "", number)
    decimals = re.search(r"[.,](\d{1,2})$", plain)
    whole = re.sub(r"\D", "", plain[: decimals.start()] if decimals else plain)
    return int(whole or "0") * 100 + (int(decimals[1].ljust(2, "0")) if decimals else 0)


def share(number: str) -> str:
    """Spell a percentage one way."""
    return f"{float(number.replace(',', '.')):g}"


def figures_in(text: str, today: date | None = None) -> tuple[Figure, ...]:
    """All figures of a normalised text; each stretch of text is read once, as the most particular thing it can be."""
    found: list[Figure] = []
    taken = [False] * len(text)
    for kind, match, values in _candidates(text, today):
        span = slice(match.start(), match.end())
        if not any(taken[span]):
            taken[span] = [True] * (match.end() - match.start())
            found.append(Figure(kind, match[0].strip(), match.start(), values))
    return tuple(sorted(found, key=lambda figure: figure.at))


def _candidates(text: str, today: date | None) -> Iterator[_Candidate]:
    """What each stretch may be, the most particular reading first."""
    read = _matches
    yield from read("link", _LINK, text, lambda match: match[0].lower())
    yield from read("address", _ADDRESS, text, lambda match: match[0].lower())
    yield from read("reference", _REFERENCE, text, lambda match: match[0].upper())
    yield from read("amount", _AMOUNT, text, _amount)
    for match, days in named_days(text):
        yield "date", match, days
    for match, times in named_times(text):
        yield "time", match, times
    yield from read("percent", _PERCENT, text, lambda match: share(match["number"]))
    yield from read("amount", _CENTS, text, lambda match: int(match["number"]))
    yield from read("amount", _SPELT, text, lambda _: None)
    for match, days in relative_days(text, today):
        yield "date", match, days
    yield from read("amount", _BARE, text, _amount)
    yield from read("reference", _LONG, text, lambda match: re.sub(r"\D", "", match[0]))


def _matches(
    kind: FigureKind, pattern: re.Pattern[str], text: str, read: Callable[[re.Match[str]], Any]
) -> Iterator[_Candidate]:
    for match in pattern.finditer(text):
        value = read(match)
        yield kind, match, () if value is None else (value,)


def _amount(match: re.Match[str]) -> int:
    parts = match.groupdict()
    return minor_units(parts.get("after") or parts.get("before") or "0")
