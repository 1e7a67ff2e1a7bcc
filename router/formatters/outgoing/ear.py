"""Words for the ear: nothing that only eyes can take in, one idea a sentence, figures that can be followed."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency

from agents.reply_checks.figures import minor_units
from router.formatters.formatter import Addressee, in_language, phrases
from router.formatters.outgoing.plain import unmarked

MOST_ITEMS = 3
"""Entries of a list that are said in one go."""
LONG_SENTENCE = 18
"""Words from which a sentence is taken in two breaths."""
_SIGNS = {"$": "", "US$": "USD", "$US": "USD", "USD": "USD", "€": "EUR", "EUR": "EUR", "£": "GBP", "£GB": "GBP"}
_CURRENCIES = {**_SIGNS, "GBP": "GBP", "₹": "INR", "INR": "INR"}
_SIGN = "|".join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True))
_SPACE = r"[ \u00a0\u202f]"
_NUMBER = r"\d+(?:[.,'\u00a0\u202f]\d{3}(?!\d))*(?:[.,]\d{1,2}(?!\d))?"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<minus>[-−]?)(?P<sign>{_SIGN}){_SPACE}?(?P<after>{_NUMBER})"
    rf"|(?<![\w.,])(?P<minus2>[-−]?)(?P<before>{_NUMBER}){_SPACE}?(?P<sign2>{_SIGN})(?![\w])"
)
_LINK = re.compile(r"(?P<before>\s*:)?\s*[(`]*(?:https?://|www\.)(?P<page>[^\s<>\"'`]*[^\s<>\"'`.,;:!?।)])[)`]*", re.I)
_HOUSE_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/?")
_MASKED_ADDRESS = re.compile(r"(?<![\w])(?P<letter>\w)•+@(?P<domain>[\w-]+(?:\.[\w-]+)+)")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MASKED_DIGITS = re.compile(r"•[• ]*(?P<digits>\d{2,4})(?!\d)")
_LAST_DIGITS = re.compile(
    r"(?<=ending in )\d{2,4}|(?<=terminad[ao] en )\d{2,4}|(?<=Endziffern )\d{2,4}|(?<=se terminant par )\d{2,4}"
    r"|(?<=आख़िरी अंक )\d{2,4}"
)
_CHOICE = re.compile(r"\s*\(\s*[^\W\d_]{1,8}[^()\d/]{0,2}/[^()\d/]{1,10}\)")
_ISO_DAY = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")
_REFERENCE = re.compile(r"(?<![\w-])(?P<letters>[A-Z]{1,4})-(?P<rest>[A-Z0-9]*\d[A-Z0-9]*(?:-[A-Z0-9]+)*)(?![\w-])")
_LONG_NUMBER = re.compile(r"(?<![\w.,:/+-])\d{5,}(?![\w:/-]|[.,]\d)")
_MARKUP = re.compile(
    r"__|(?m:^\s*[-*•]\s+)|•+|«[\u00a0\u202f ]?|[\u00a0\u202f ]?»|[“”„\"]|\[(?=[^\]]*\]\()|\]\([^)]*\)"
)
_ITEM = re.compile(r"(?:^|\n\s*|(?<=[:?!.।])\s+|;\s+)(?P<place>\d{1,2})\. (?=\S)|;\s+")
_ENDS = ".!?।:…"
_SENTENCE = re.compile(r"(?<=[.!?।])\s+(?=\S)")


def spell_out(text: str, to: Addressee) -> tuple[str, ...]:
    """The utterances that say a reply: one, or more where it holds a long list."""
    words = _Words(to)
    plain = words.say(text)
    parts = [_sentences(part, to.locale) for part in _entries(plain, words.spoken)]
    return tuple(" ".join(part) for part in _in_groups(parts, words.spoken) if any(part))


class _Words:
    """The replacements for one listener."""

    def __init__(self, to: Addressee) -> None:
        self._to = to
        self.spoken: dict[str, str] = in_language(phrases("voice")["spoken"], to.locale)

    def say(self, text: str) -> str:
        """The text with everything said that was drawn."""
        text = unmarked(text)
        linked = any(not _HOUSE_ADDRESS.fullmatch(match["page"]) for match in _LINK.finditer(text))
        for pattern, told in self._rules():
            text = pattern.sub(told, text)
        text = _unbracketed(text)
        return f"{_ended(text.strip())} {self.spoken['link']}" if linked else text

    def _rules(self) -> Iterator[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]]:
        yield _LINK, self._link
        yield _CHOICE, ""
        yield _MASKED_ADDRESS, self._masked_address
        yield _ADDRESS, lambda match: self._read_out(match[0])
        yield _MASKED_DIGITS, lambda match: f"{self.spoken['ending']} {' '.join(match['digits'])}"
        yield _LAST_DIGITS, lambda match: " ".join(match[0])
        yield _AMOUNT, self._amount
        yield _ISO_DAY, self._day
        yield _REFERENCE, _reference
        yield _LONG_NUMBER, lambda match: " ".join(match[0])
        yield _MARKUP, ""

    def _link(self, match: re.Match[str]) -> str:
        """Nothing where a link stands at a sentence's end; the address of the customer's own device is read out."""
        if _HOUSE_ADDRESS.fullmatch(match["page"]):
            return f"{match['before'] or ''} {match['page'].strip('/').replace('.', self.spoken['dot'])}"
        follows = match.string[match.end() :].strip()[:1]
        return "." if not follows or follows in _ENDS or not follows.islower() else f" {self.spoken['page']}"

    def _masked_address(self, match: re.Match[str]) -> str:
        domain = self._read_out(match["domain"])
        return self.spoken["begins"].format(letter=match["letter"], domain=domain)

    def _read_out(self, address: str) -> str:
        return address.replace("@", self.spoken["at"]).replace(".", self.spoken["dot"])

    def _amount(self, match: re.Match[str]) -> str:
        found: dict[str, Any] = match.groupdict()
        minor = minor_units((found["after"] or found["before"]).replace("\u00a0", " ").replace("\u202f", " "))
        currency = _CURRENCIES[found["sign"] or found["sign2"]] or self._to.currency
        amount = Decimal(minor) / 100 * (-1 if found["minus"] or found["minus2"] else 1)
        told = format_currency(
            amount, currency, locale=self._to.locale, format_type="name", currency_digits=minor % 100 != 0
        )
        told = told.replace("\u202f", " ").replace("\u00a0", " ")
        country = self.spoken["country"] if currency == self._to.currency else ""
        return re.sub(country, "", told) if country else told

    def _day(self, match: re.Match[str]) -> str:
        try:
            return format_date(date.fromisoformat(match[0]), format="long", locale=self._to.locale)
        except ValueError:
            return match[0]


def _reference(match: re.Match[str]) -> str:
    """`INV-3001` is said `I N V, 3 0 0 1`, with a pause before a figure that follows."""
    pause = "," if re.match(r"\s*\d", match.string[match.end() :]) else ""
    return f"{' '.join(match['letters'])}, {' '.join(match['rest'].replace('-', ''))}{pause}"


def _unbracketed(text: str) -> str:
    """Brackets as pauses."""
    text = re.sub(r"\s*\(([^()]*)\)", r", \1,", text)
    text = re.sub(r",\s*([.,;:!?।])", r"\1", text)
    return re.sub(r"\s*[–—]\s+", ", ", text)


def _entries(text: str, spoken: dict[str, str]) -> list[str]:
    """The text cut before each entry of a list; what stands before the first one goes with it."""
    cuts = _cuts(text)
    if not cuts:
        return [text]
    pieces: list[str] = []
    last, opening = 0, ""
    for match in cuts:
        pieces.append(f"{opening}{text[last : match.start()].strip()}")
        opening = spoken["number"].format(place=match["place"]) if match["place"] else ""
        last = match.end()
    pieces.append(f"{opening}{text[last:].strip()}")
    first_is_entry = not cuts[0]["place"]
    return pieces if first_is_entry or not pieces[0] else [f"{_ended(pieces[0])} {pieces[1]}", *pieces[2:]]


def _cuts(text: str) -> list[re.Match[str]]:
    """Where entries begin: at semicolons, and at numbers that count from 1; `3. Dezember` counts nothing."""
    cuts: list[re.Match[str]] = []
    count = 0
    for match in _ITEM.finditer(text):
        counts = match["place"] is not None and int(match["place"]) == count + 1
        count += counts
        if counts or (match["place"] is None):
            cuts.append(match)
    return cuts


def _in_groups(parts: list[list[str]], spoken: dict[str, str]) -> Iterator[list[str]]:
    """So many entries at a time as one can keep in mind."""
    for start in range(0, len(parts), MOST_ITEMS):
        group = [sentence for part in parts[start : start + MOST_ITEMS] for sentence in part]
        yield [spoken["further"] + group[0], *group[1:]] if start and group else group


def _sentences(text: str, locale: str) -> list[str]:
    """Short sentences, each with its end."""
    lines = [line.strip() for line in text.split("\n") if line.strip(" .")]
    found = [part for line in lines for part in _SENTENCE.split(_ended(" ".join(line.split())))]
    breaths = (breath for sentence in found for breath in _breaths(sentence, locale))
    return [f"{breath[:1].upper()}{breath[1:]}" for breath in breaths]


def _breaths(sentence: str, locale: str) -> list[str]:
    """A long sentence as two, where a word allows it."""
    if len(sentence.split()) <= LONG_SENTENCE:
        return [sentence]
    places = [match for match in _joint(locale).finditer(sentence) if len(sentence[: match.start()].split()) > 3]
    if not places or sentence.endswith("?"):
        return [sentence]
    middle = min(places, key=lambda match: abs(match.start() - len(sentence) // 2))
    rest = sentence[middle.start() :].lstrip(", ")
    return [_ended(sentence[: middle.start()].rstrip(" ,")), rest[:1].upper() + rest[1:]]


def _ended(text: str) -> str:
    text = text.rstrip(" ,;")
    stop = "।" if "\u0900" <= text[-1:] <= "\u097f" else "."
    return text if not text or text[-1] in _ENDS else f"{text}{stop}"


@cache
def _joint(locale: str) -> re.Pattern[str]:
    return re.compile(rf", (?={'|'.join(in_language(phrases('voice')['breaths'], locale))}\s)")
