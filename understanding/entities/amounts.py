"""Finds amounts of money as people write them, in minor units."""

import re
from collections.abc import Iterator
from decimal import Decimal

from domain.understanding import Entity
from understanding.entities.numbers import number_before, read_number
from understanding.language.text import fold

_UNIT = (
    r"(?:us ?\$|\$|€|£|₹|usd|eur|gbp|inr|rs\.?|dollars?|dolares|dolar|dollar|euros?|pounds?|bucks|quid|rupees?|"
    r"rupaye|rupay|rupiya|pesos?|डॉलर|रुपये|रुपए|रुपया|रूपये|यूरो|cents?|centimes?|centavos|paise)"
)
_NUMBER = (
    r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?(?!\d)|\d{1,3}(?:[ .,'\u00a0]\d{3})+(?:[.,]\d{1,2})?(?!\d)|"
    r"\d+(?:[.,]\d{1,2})?(?!\d)"
)
_BEFORE = re.compile(rf"(?<![\w-])({_UNIT}) ?({_NUMBER})(k)?(?![\w-]|[.,]\d)")
_AFTER = re.compile(rf"(?<![\w.,$€£₹-])({_NUMBER}) ?(k )?({_UNIT})(?![^\W\d]|[\u0900-\u097f])")
_THOUSANDS = r"\d{1,3}(?:\.\d{3})+,\d{2}|\d{1,3}(?:,\d{3})+\.\d{2}"
_BARE = re.compile(
    r"(?<![\w.,:/+-])(?<!\bat )(?<!\bum )(?<!\blas )(?<!version )"
    rf"({_THOUSANDS}|\d{{1,6}}[.,]\d{{2}})(?![\d.,:/%-]|\w| ?(?:am|pm|uhr|h|gb|mb|mbps|%)\b)"
)
_SPOKEN_UNIT = re.compile(
    r"(?<=[\w\u0900-\u097f])[ -]+(dollars?|dolares|euros?|pounds?|bucks|quid|pesos?|rupees?|rupaye|rupay|rupiya|"
    r"डॉलर|रुपये|रुपए|रुपया|रूपये|यूरो|cents?(?! (?:euros?|dollars?))|centimes?|centavos|paise)(?![\w\u0900-\u097f])"
)
_MINOR_AFTER = re.compile(
    r"(?: (?:and|y|und|et|con))? ?(\d{2}|[a-z]+(?:[ -](?!cent)[a-z]+)?)(?: (?:cents?|centimes?|centavos|paise))?"
    r"(?=$|[.,!?;)]|\s+(?:bitte|please))"
)
_OTHER_WORDS = frozenset({"das", "do", "bis", "sat", "sath", "once"})
_INDIAN = ("rup", "paise", "र")
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
    for match in _AFTER.finditer(folded):
        minor = minor_units(match.group(1), match.group(3)) * (1000 if match.group(2) else 1)
        end, more = _minor_after(folded, match.end(), match.group(3))
        yield match.start(), end, minor + more
    for match in _BEFORE.finditer(folded):
        yield match.start(), match.end(), minor_units(match.group(2), match.group(1)) * (1000 if match.group(3) else 1)


def _minor_after(folded: str, end: int, unit: str) -> tuple[int, int]:
    """What follows a whole amount as its hundredths: `20 euro 50`, `forty dollars and fifty cents`."""
    found = None if unit.startswith(_CENTS) else _MINOR_AFTER.match(folded, end)
    if found is None:
        return end, 0
    said = found.group(1)
    minor = int(said) if said.isdigit() else read_number(re.split("[ -]", said))
    return (found.end(), minor) if minor is not None and minor < 100 else (end, 0)


def _without_unit(folded: str) -> Iterator[tuple[int, int, int]]:
    for match in _BARE.finditer(folded):
        yield match.start(), match.end(), minor_units(match.group(1))


def _spoken(folded: str) -> Iterator[tuple[int, int, int]]:
    for unit in _SPOKEN_UNIT.finditer(folded):
        number = number_before(folded, unit.start())
        if number is not None and _is_number(folded[number[0] : unit.start()], unit.group(1)):
            start, value = number
            scale = 1 if unit.group(1).startswith(_CENTS) else 100
            end, more = _minor_after(folded, unit.end(), unit.group(1))
            yield start, end, value * scale + more


def _is_number(said: str, unit: str) -> bool:
    """Whether words that are numbers in one language and something else in another are numbers before this unit."""
    return said.strip() not in _OTHER_WORDS or unit.startswith(_INDIAN)
