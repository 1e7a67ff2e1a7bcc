"""Finds amounts of money as people write them, in minor units; in which currency, and shares and parts of a sum."""

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache

from domain.understanding import Entity
from understanding.entities.numbers import number_before, read_number
from understanding.language.phrases import phrase_lists
from understanding.language.text import fold

_LETTER = r"\w\u0900-\u0963\u0966-\u097f"
_NUMBER = (
    r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?(?!\d)|\d{1,3}(?:[ .,'\u00a0]\d{3})+(?:[.,]\d{1,2})?(?!\d)|"
    r"\d+(?:[.,]\d{1,2})?(?!\d)"
)
_THOUSANDS = r"\d{1,3}(?:\.\d{3})+,\d{2}|\d{1,3}(?:,\d{3})+\.\d{2}"
_BARE = re.compile(
    r"(?<![\w.,:/+-])(?<!\bat )(?<!\bum )(?<!\blas )(?<!version )"
    rf"({_THOUSANDS}|\d{{1,6}}[.,]\d{{2}})(?![\d.,:/%-]|\w| ?(?:am|pm|uhr|h|gb|mb|mbps|%)\b)"
)
_OTHER_WORDS = frozenset({"das", "do", "bis", "sat", "sath", "once"})
"""Number words of one language that are something else in another; they count before rupees."""
_CENTS_BELOW = 100


def find_amounts(text: str) -> list[Entity]:
    """List the amounts in order of mention; a number without a currency counts when it has two decimals."""
    folded = fold(text)
    return [Entity("amount", minor, folded[start:end].strip()) for start, end, minor, _ in _amounts(folded)]


def find_money(text: str, currency: str) -> list[Entity]:
    """The amounts, and what a procedure has to ask about: another `currency` than the account's, a share, parts.

    A `currency` entity names the other currency; a `share` is a fraction such as `1/10`; `parts` is how many equal
    parts of the amount are meant.
    """
    folded = fold(text)
    if not folded.strip():
        return []
    amounts = _with_alternatives(folded, _amounts(folded))
    found = [Entity("amount", minor, folded[start:end].strip()) for start, end, minor, _ in amounts]
    foreign = [one for one in amounts if one[3] and not _is_own(one[3], currency)]
    found += [Entity("currency", code, folded[start:end].strip()) for start, end, _, code in foreign[:1]]
    return [*found, *_shares(folded), *_parts(folded)]


def minor_units(number: str, *, hundredths: bool = False) -> int:
    """Read a written number, whatever marks its thousands and decimals, as minor units."""
    scale = 1 if hundredths else 100
    digits = re.sub(r"[ '\u00a0]", "", number)
    decimals = re.search(r"[.,](\d{1,2})$", digits)
    if decimals:
        whole = re.sub(r"[.,]", "", digits[: decimals.start()])
        return int(Decimal(f"{whole}.{decimals.group(1)}") * scale)
    return int(re.sub(r"[.,]", "", digits)) * scale


def _is_own(code: str, currency: str) -> bool:
    families = phrase_lists("entities/money")["families"]
    return code == currency or currency in families.get(code, ())


_Amount = tuple[int, int, int, str]
"""Where an amount stands, from and before, its minor units, and its currency where one was said."""


def _amounts(folded: str) -> list[_Amount]:
    taken: list[_Amount] = []
    for one in (*_with_unit(folded), *_spoken(folded), *_without_unit(folded)):
        if all(one[1] <= start or one[0] >= end for start, end, _, _ in taken):
            taken.append(one)
    return sorted(taken)


@cache
def _currency_forms() -> tuple[tuple[str, str], ...]:
    listed = phrase_lists("entities/money")["currencies"]
    forms = [(form, code) for code, forms in listed.items() for form in forms]
    return tuple(sorted(forms, key=lambda one: -len(one[0])))


def _any(group: str) -> str:
    return "|".join(sorted(map(str, phrase_lists("entities/money")[group]), key=len, reverse=True))


@cache
def _unit() -> str:
    return f"(?:{'|'.join(form for form, _ in _currency_forms())}|{_any('minor')})"


@cache
def _minor_unit() -> re.Pattern[str]:
    return re.compile(f"(?:{_any('minor')})")


@lru_cache(maxsize=256)
def _code_of(unit: str) -> str:
    return next((code for form, code in _currency_forms() if re.fullmatch(form, unit)), "")


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])({_unit()}) ?({_NUMBER})(k)?(?![\w-]|[.,]\d)")


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,$€£₹])(?<!(?<!\d)-)({_NUMBER}) ?(k )?(k?{_unit()})(?![^\W\d]|[\u0900-\u097f])")


@cache
def _spoken_unit() -> re.Pattern[str]:
    return re.compile(rf"(?<=[{_LETTER}])[ -]+({_unit()})(?![{_LETTER}])")


@cache
def _hundredths_after() -> re.Pattern[str]:
    word = r"[a-z\u0900-\u0963\u0966-\u097f]+"
    said = rf"(\d{{1,2}}|{word}(?:[ -]{word}){{0,2}}?)"
    joined = rf"(?: (?:{_any('and')}))? ?"
    plain = r"(?=$|[.,!?;)]|\s+(?:bitte|please|की|में|थी|है))"
    return re.compile(
        rf"{joined}{said} ?(?:{_any('minor')})(?![{_LETTER}])|{joined}(\d{{2}}|{word}(?:[ -](?!cent){word})?){plain}"
    )


def _with_unit(folded: str) -> Iterator[_Amount]:
    for match in _after().finditer(folded):
        unit = match.group(3)
        thousand = bool(match.group(2)) or (unit.startswith("k") and not _code_of(unit))
        unit = unit[1:] if unit.startswith("k") and not _code_of(unit) else unit
        if not unit:
            continue
        hundredths = _minor_unit().fullmatch(unit) is not None
        minor = minor_units(match.group(1), hundredths=hundredths) * (1000 if thousand else 1)
        end, more = _after_whole(folded, match.end(), hundredths)
        yield match.start(), end, minor + more, _code_of(unit)
    for match in _before().finditer(folded):
        hundredths = _minor_unit().fullmatch(match.group(1)) is not None
        minor = minor_units(match.group(2), hundredths=hundredths) * (1000 if match.group(3) else 1)
        yield match.start(), match.end(), minor, _code_of(match.group(1))


def _after_whole(folded: str, end: int, hundredths: bool) -> tuple[int, int]:
    """What follows a whole amount as its hundredths: `20 euro 50`, `forty dollars and fifty cents`."""
    found = None if hundredths else _hundredths_after().match(folded, end)
    if found is None:
        return end, 0
    said = found.group(1) or found.group(2)
    minor = int(said) if said.isdigit() else read_number(re.split("[ -]", said))
    return (found.end(), minor) if minor is not None and minor < _CENTS_BELOW else (end, 0)


def _without_unit(folded: str) -> Iterator[_Amount]:
    for match in _BARE.finditer(folded):
        yield match.start(), match.end(), minor_units(match.group(1)), ""


def _spoken(folded: str) -> Iterator[_Amount]:
    for unit in _spoken_unit().finditer(folded):
        number = number_before(folded, unit.start())
        code = _code_of(unit.group(1))
        if number is None or not _is_number(folded[number[0] : unit.start()], code):
            continue
        start, value = number
        hundredths = _minor_unit().fullmatch(unit.group(1)) is not None
        end, more = _after_whole(folded, unit.end(), hundredths)
        yield start, end, value * (1 if hundredths else 100) + more, code


def _is_number(said: str, code: str) -> bool:
    """Whether words that are numbers in one language and something else in another are numbers before this unit."""
    return said.strip() not in _OTHER_WORDS or code in ("INR", "")


def _with_alternatives(folded: str, amounts: list[_Amount]) -> list[_Amount]:
    """The amounts with the other sum of `40 or 50 dollars`, and with the figure of `just 45 of P-5041`."""
    found = list(amounts)
    for match in (*_either().finditer(folded), *_of_payment().finditer(folded)):
        start, end = match.span("number")
        if all(end <= first or start >= last for first, last, _, _ in found):
            found.append((start, end, minor_units(match["number"]), ""))
    return sorted(found)


@cache
def _either() -> re.Pattern[str]:
    """The first of two sums whose currency is said once, behind the second."""
    return re.compile(
        rf"(?<![\w.,:-])(?P<number>{_NUMBER})(?: (?:{_any('or')}) |(?<=\d) ?- ?|(?: (?:and|y|und|et|aur|और) ))"
        rf"(?=(?:{_NUMBER}) ?(?:{_unit()})(?![{_LETTER}]))"
    )


@cache
def _of_payment() -> re.Pattern[str]:
    return re.compile(
        r"(?<![\w.,:/-])(?P<number>\d{1,6})(?= (?:of|from|out of|de|del|von|sur|du) (?:payment |pago )?p-?\d)"
    )


def _shares(folded: str) -> Iterator[Entity]:
    for match in _percent().finditer(folded):
        number = match.group(1).replace(",", ".") if match.group(1) else ""
        told = Fraction(number) / 100 if number else _worded_percent(folded, match.start())
        if told and 0 < told <= 1:
            yield Entity("share", str(told), match.group().strip())
    for fraction, pattern in _fractions():
        match = pattern.search(folded)
        if match:
            yield Entity("share", fraction, match.group())


def _worded_percent(folded: str, at: int) -> Fraction | None:
    number = number_before(folded, at)
    return Fraction(number[1], 100) if number else None


@cache
def _percent() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,])(\d{{1,3}}(?:[.,]\d+)?)? ?(?:{_any('percent')})(?![{_LETTER}])")


@cache
def _fractions() -> tuple[tuple[str, re.Pattern[str]], ...]:
    listed = phrase_lists("entities/money")["shares"]
    return tuple(
        (fraction, re.compile(rf"(?<![{_LETTER}])(?:{'|'.join(forms)})(?![{_LETTER}])"))
        for fraction, forms in listed.items()
    )


def _parts(folded: str) -> Iterator[Entity]:
    for match in _parts_pattern().finditer(folded):
        start, number = match.start(), int(match.group(1)) if match.group(1) else None
        if number is None and (before := number_before(folded, match.start())):
            start, number = before
        if number and number > 1:
            yield Entity("parts", number, folded[start : match.end()].strip())
            return


@cache
def _parts_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,-])(\d{{1,2}})? ?(?<![{_LETTER}])(?:{_any('parts')})(?![{_LETTER}])")
