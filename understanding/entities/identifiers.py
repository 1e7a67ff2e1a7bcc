"""Finds what names one thing exactly: references, customer numbers, codes, addresses, numbers, ordinals."""

import re
from collections.abc import Iterator
from functools import cache
from unicodedata import decimal

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
_LOCAL = r"[A-Za-z0-9_\u00c0-\u024f.+%-]"
_EMAIL = re.compile(rf"{_LOCAL}{{1,64}}(?:'{_LOCAL}{{1,64}}){{0,3}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,5}}")
_DOT = r"(?: \. |\.| ?(?:dot|punkt|punto|point|डॉट) ?)"
_SPOKEN_EMAIL = re.compile(
    rf"(?:^|(?<=is )|(?<=to )|(?<=: )|(?<=mail )|(?<=es )|(?<=ist )|(?<=est )|(?<=zu )|(?<=auf )|(?<=address ))"
    rf"([\w+%-]{{1,40}}(?:{_DOT}[\w+%-]{{1,40}}){{0,4}}) ?(?:@|\bat\b|\barroba\b|\barobase\b|\bklammeraffe\b|एट) ?"
    rf"([a-z0-9-]{{1,40}}(?:{_DOT}[a-z0-9-]{{1,40}}){{0,3}}{_DOT}[a-z]{{2,10}})(?![\w@])",
    re.IGNORECASE,
)
_PHONE_LIKE = re.compile(
    r"(?<![\w.,$€£₹-])\+?\(?\d(?:[ ()./-]{0,3}\d){6,17}(?: ?(?:ext\.?|extension|x) ?\d{1,6})?(?![\w@%€$])"
)
_CALENDAR = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*|\d{4}[./-]\d{1,2}[./-]\d{1,2}.*"
)
_FEWEST = 8
"""Digits from which a number that no numbering plan knows is still meant as a phone number."""
_REGIONS = {"USD": "US", "EUR": "DE", "GBP": "GB", "INR": "IN"}


def find_identifiers(text: str, currency: str) -> list[Entity]:
    """List what names one thing exactly, in order of mention within each kind."""
    found = [*_references(text), *_customer_numbers(text), *_emails(text)]
    codes = list(_codes(text))
    plain = text if text.isascii() else "".join(str(decimal(s)) if s.isdecimal() else s for s in text)
    taken = {each.text for each in (*found, *codes)}
    phones = [each for each in _phones(plain, currency) if not any(each.text in other for other in taken)]
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
    written = [Entity("email", match.group().rstrip(".").lower(), match.group()) for match in _EMAIL.finditer(text)]
    spoken = [] if written and " " not in text else list(_SPOKEN_EMAIL.finditer(text))
    for match in spoken:
        local, domain = (re.sub(_DOT, ".", part, flags=re.IGNORECASE) for part in match.groups())
        if len(match.group()) > max((len(each.text) for each in written), default=0):
            yield Entity("email", f"{local}@{domain}".lower(), match.group())
            return
    yield from written


def _codes(text: str) -> Iterator[Entity]:
    for match in _CODE.finditer(text):
        yield Entity("code", re.sub(r"\D", "", match.group(1)), match.group(1))


def _phones(text: str, currency: str) -> Iterator[Entity]:
    """Phone numbers in their international form; one that no numbering plan knows as its digits."""
    region = _REGIONS.get(currency, "US")
    for match in _PHONE_LIKE.finditer(text):
        said = match.group().strip()
        if _CALENDAR.fullmatch(said):
            continue
        written = _international(said, region)
        digits = re.sub(r"\D", "", said)
        if written or len(digits) >= _FEWEST:
            yield Entity("phone", written or digits, said)


def _international(said: str, region: str) -> str:
    try:
        number = phonenumbers.parse(said, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number) or len(re.sub(r"\D", "", said)) < _FEWEST:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _ordinals(folded: str) -> Iterator[Entity]:
    for position, pattern in _ordinal_patterns():
        match = pattern.search(folded)
        if match:
            yield Entity("ordinal", position, match.group())


@cache
def _ordinal_patterns() -> tuple[tuple[int, re.Pattern[str]], ...]:
    listed = phrase_lists("entities/ordinals")["ordinals"]
    return tuple((int(position), whole_words("|".join(map(fold, phrases)))) for position, phrases in listed.items())
