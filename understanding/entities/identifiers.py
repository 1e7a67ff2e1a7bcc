"""Finds what names one thing exactly: references, customer numbers, codes, addresses, numbers, ordinals."""

import re
from collections.abc import Iterator
from functools import cache

import phonenumbers

from domain.understanding import Entity
from understanding.language.phrases import phrase_lists, whole_words
from understanding.language.text import fold

_REFERENCE = re.compile(
    r"(?<![\w-])(p|inv|wo|o|d|pm|of|s|sub|sl|case|cs|cr|rf|n)[ ]?[-_#]?[ ]?(\d{2,6})(?![\w-])", re.IGNORECASE
)
_SPACED = re.compile(r"(?<![\w-])(inv(?:oice)?|wo|p|o|d|pm)[ ]?[-_#]?[ ](\d{4})(?![\w-])", re.IGNORECASE)
_CUSTOMER = re.compile(r"(?<![\w-])c[ ]?[-_#]?[ ]?(\d{4,6})(?![\w-])", re.IGNORECASE)
_HYPHENATED_ONLY = frozenset({"s", "d", "o", "p", "n", "of", "sub", "sl", "case", "cs", "cr", "rf"})
_CODE = re.compile(
    r"(?<![\w.,/:+#$€£₹-])(?<!\d )(?<!\) )(\d{6}|\d{3}[ -]\d{3}|\d(?:[ -]\d){5})(?![\w/:$€£₹-]|[.,]\d| \d)"
)
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE_LIKE = re.compile(r"\+?\(?\d[\d ()./-]{6,18}\d")
_REGIONS = {"USD": "US", "EUR": "DE", "GBP": "GB", "INR": "IN"}


def find_identifiers(text: str, currency: str) -> list[Entity]:
    """List what names one thing exactly, in order of mention within each kind."""
    found = [*_references(text), *_customer_numbers(text), *_emails(text)]
    codes = list(_codes(text))
    phones = [] if codes or not any(letter.isdigit() for letter in text) else list(_phones(text, currency))
    return [*found, *codes, *phones, *_ordinals(fold(text))]


def _references(text: str) -> Iterator[Entity]:
    seen: set[str] = set()
    for match in (*_REFERENCE.finditer(text), *_SPACED.finditer(text)):
        prefix, digits = match.group(1).upper(), match.group(2)
        value = f"{'INV' if prefix == 'INVOICE' else prefix}-{digits}"
        certain = "-" in match.group() or len(digits) >= 4
        if certain and value not in seen:
            seen.add(value)
            yield Entity("reference", value, match.group())


def _customer_numbers(text: str) -> Iterator[Entity]:
    for match in _CUSTOMER.finditer(text):
        yield Entity("customer_number", f"C-{match.group(1)}", match.group())


def _emails(text: str) -> Iterator[Entity]:
    for match in _EMAIL.finditer(text):
        yield Entity("email", match.group().rstrip(".").lower(), match.group())


def _codes(text: str) -> Iterator[Entity]:
    for match in _CODE.finditer(text):
        yield Entity("code", re.sub(r"\D", "", match.group(1)), match.group(1))


def _phones(text: str, currency: str) -> Iterator[Entity]:
    region = _REGIONS.get(currency, "US")
    for match in _PHONE_LIKE.finditer(text):
        try:
            number = phonenumbers.parse(match.group(), region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            yield Entity("phone", written, match.group().strip())


def _ordinals(folded: str) -> Iterator[Entity]:
    for position, pattern in _ordinal_patterns():
        match = pattern.search(folded)
        if match:
            yield Entity("ordinal", position, match.group())


@cache
def _ordinal_patterns() -> tuple[tuple[int, re.Pattern[str]], ...]:
    listed = phrase_lists("entities/ordinals")["ordinals"]
    return tuple((int(position), whole_words("|".join(map(fold, phrases)))) for position, phrases in listed.items())
