"""Finds amounts of money as people write them, in minor units."""

import re
from collections.abc import Iterator
from decimal import Decimal

from domain.understanding import Entity
from router.understanding.text import fold

_UNIT = (
    r"(?:us ?\$|\$|€|£|₹|usd|eur|gbp|inr|rs\.?|dollars?|dolares|dolar|dollar|euros?|pounds?|bucks|quid|rupees?|"
    r"rupaye|rupay|rupiya|pesos?|डॉलर|रुपये|रुपए|रुपया|रूपये|यूरो|cents?|centimes?|centavos|paise)"
)
_NUMBER = r"\d{1,3}(?:[ .,'\u00a0]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_BEFORE = re.compile(rf"(?<![\w-])({_UNIT}) ?({_NUMBER})(k)?(?![\w-]|[.,]\d)")
_AFTER = re.compile(rf"(?<![\w.,-])({_NUMBER}) ?(k )?({_UNIT})(?![\w\u0900-\u097f])")
_BARE = re.compile(
    r"(?<![\w.,:/+-])(?<!\bat )(?<!\bum )(?<!\blas )(?<!version )"
    r"(\d{1,6}[.,]\d{2})(?![\d.,:/%-]|\w| ?(?:am|pm|uhr|h|gb|mb|mbps|%)\b)"
)
_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SPOKEN_VALUES = {word: number for number, word in enumerate(_SMALL)} | {
    word: 20 + 10 * at for at, word in enumerate(_TENS)
}
_SPOKEN_WORD = "|".join(sorted(_SPOKEN_VALUES, key=len, reverse=True))
_SPOKEN = re.compile(
    rf"(?<!\w)((?:{_SPOKEN_WORD}|hundred|thousand)(?:[ -]+(?:and[ -]+)?(?:{_SPOKEN_WORD}|hundred|thousand))*)[ -]+"
    r"(dollars?|euros?|pounds?|bucks|rupees?|quid)(?!\w)"
)
_CENTS = ("cent", "centime", "centavo", "paise")


def find_amounts(text: str) -> list[Entity]:
    """List the amounts in order of mention; a number without a currency counts when it has two decimals."""
    folded = fold(text)
    found: dict[int, Entity] = {}
    taken: list[tuple[int, int]] = []
    for start, end, minor in (*_with_unit(folded), *_spoken(folded), *_without_unit(folded)):
        if all(end <= first or start >= last for first, last in taken):
            taken.append((start, end))
            found[start] = Entity("amount", minor, folded[start:end].strip())
    return [found[start] for start in sorted(found)]


def minor_units(number: str, unit: str = "") -> int:
    """Read a written number, whatever marks its thousands and decimals, as minor units."""
    scale = 1 if unit.startswith(_CENTS) else 100
    digits = re.sub(r"[ '\u00a0]", "", number)
    decimals = re.search(r"[.,](\d{1,2})$", digits)
    if decimals:
        whole = re.sub(r"[.,]", "", digits[: decimals.start()])
        return int(Decimal(f"{whole}.{decimals.group(1)}") * scale)
    return int(re.sub(r"[.,]", "", digits)) * scale


def _with_unit(folded: str) -> Iterator[tuple[int, int, int]]:
    for match in _BEFORE.finditer(folded):
        yield match.start(), match.end(), minor_units(match.group(2), match.group(1)) * (1000 if match.group(3) else 1)
    for match in _AFTER.finditer(folded):
        yield match.start(), match.end(), minor_units(match.group(1), match.group(3)) * (1000 if match.group(2) else 1)


def _without_unit(folded: str) -> Iterator[tuple[int, int, int]]:
    for match in _BARE.finditer(folded):
        yield match.start(), match.end(), minor_units(match.group(1))


def _spoken(folded: str) -> Iterator[tuple[int, int, int]]:
    for match in _SPOKEN.finditer(folded):
        yield match.start(), match.end(), _spoken_number(match.group(1)) * 100


def _spoken_number(phrase: str) -> int:
    total, current = 0, 0
    for word in re.findall(r"[a-z]+", phrase):
        if word == "hundred":
            current = max(current, 1) * 100
        elif word == "thousand":
            total, current = total + max(current, 1) * 1000, 0
        else:
            current += _SPOKEN_VALUES.get(word, 0)
    return total + current
