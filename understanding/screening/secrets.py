"""Takes secrets out of a message before it is stored, logged or read: cards, codes, passwords, accounts."""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from stdnum import iban

from understanding.entities.spoken_digits import spoken_runs
from understanding.screening.patterns import BANK_ACCOUNT, SECRETS

CARRIED_DIGITS = 18
"""Digits of earlier messages that are remembered, so that a card number split over messages is seen."""

_LONGEST_RUN = 4_000
"""A longer run of nothing but digits is no customer's words: it goes as a whole."""
_HIDDEN = "\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_BETWEEN = rf"[\s{_HIDDEN}.\-\u2010-\u2015\u2212_/,*`'\"()\[\]|+~#\\;\u00b7\u2022\u30fb]"
_RUN = re.compile(rf"\d(?:{_BETWEEN}{{0,6}}\d){{12,}}")
_PLAUSIBLE = re.compile(r"4|5[0-8]|3[0-9]|6|8[12]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|9[1-9]|1[38]00")
_PHONES = re.compile(
    r"(?:(?:1|01|001|91|44|49|33|34),)?(?:3,3,4|10|11|12|3,7|5,5|4,3,3)(?:,(?:3,3,4|10|11|12|3,7|5,5|4,3,3))*"
)
_FRAGMENT = re.compile(
    rf"(?:[^\w]|{_BETWEEN}|\d|and|then|next|rest|the|is|it|are|digits|last|first|y|und|et)*", re.IGNORECASE
)
_CODE = re.compile(r"(?<![\w.,/:+#$€£₹-])(?<!\d )(?:\d{6}|\d{3}[ -]\d{3})(?![\w/:$€£₹-]|[.,]\d| \d)")


@dataclass(frozen=True, slots=True)
class Screened:
    """A message without its secrets, and which kinds were found.

    Kinds: `card_number`, `security_code`, `password`, `pin`, `bank_account`, `national_id`, `access_key` are removed;
    `verification_code` is only marked, since verifying needs it. `digits` is for the next message's screening.
    """

    text: str
    kinds: tuple[str, ...]
    digits: str = ""

    @property
    def redacted(self) -> bool:
        """Whether anything was taken out."""
        return any(kind != "verification_code" for kind in self.kinds)


def screen(text: str, recent_digits: str = "") -> Screened:
    """Take the secrets out of a message, in time linear in its length.

    `recent_digits` is `Screened.digits` of the customer's message before, empty where there was none.
    """
    kinds: list[str] = []
    text = text.encode("utf-8", "replace").decode("utf-8")
    shown = _without_cards(text, kinds)
    shown, digits = _without_split_card(shown, recent_digits, kinds)
    shown = _replace_all("bank_account", BANK_ACCOUNT, _bank_account, shown, kinds)
    for kind, pattern in SECRETS:
        shown = _replace_all(kind, pattern, _take_out(kind), shown, kinds)
    if _CODE.search(shown):
        kinds.append("verification_code")
    return Screened(shown, tuple(dict.fromkeys(kinds)), digits)


def without_codes(text: str) -> str:
    """A screened message without verification codes, as it may be kept once the code was asked for."""
    return _CODE.sub("[code removed]", text)


def _removed(kind: str) -> str:
    return f"[{kind.replace('_', ' ')} removed]"


def _without_cards(text: str, kinds: list[str]) -> str:
    plain = text if text.isascii() else text.translate(_digit_signs())
    spans = [span for run in _RUN.finditer(plain) for span in _cards_in_run(plain, run.start(), run.end())]
    spans += [(start, end) for start, end, digits in spoken_runs(plain) if _has_card(digits)]
    return _cut(text, spans, "card_number", kinds)


def _cut(text: str, spans: list[tuple[int, int]], kind: str, kinds: list[str]) -> str:
    if not spans:
        return text
    kinds.append(kind)
    pieces: list[str] = []
    last = 0
    for start, end in sorted(spans):
        if start >= last:
            pieces += [text[last:start], _removed(kind)]
            last = end
    return "".join([*pieces, text[last:]])


def _cards_in_run(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start > _LONGEST_RUN:
        yield start, end
        return
    places = [at for at in range(start, end) if text[at].isdecimal()]
    digits = "".join(str(unicodedata.decimal(text[at])) for at in places)
    borders = [0, *(at for at in range(1, len(places)) if places[at] != places[at - 1] + 1), len(places)]
    if _PHONES.fullmatch(",".join(str(after - at) for at, after in pairwise(borders))):
        return
    at = 0
    edges = frozenset(borders)
    while at < len(digits) - 12:
        length = _card_length(digits, at, edges)
        if length:
            yield places[at], places[at + length - 1] + 1
        at += length or 1


def _card_length(digits: str, at: int, edges: frozenset[int]) -> int:
    if not _PLAUSIBLE.match(digits, at):
        return 0
    for length in (16, 15, 19, 18, 17, 14, 13):
        whole = at in edges and at + length in edges
        usual = length >= 15 and digits[at] in "23456"
        if (whole or usual) and at + length <= len(digits) and _is_luhn(digits[at : at + length]):
            return length
    return 0


def _is_luhn(digits: str) -> bool:
    total = sum(map(int, digits[-1::-2])) + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0 and len(set(digits)) > 1


_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def _has_card(digits: str) -> bool:
    edges = frozenset({0, len(digits)})
    return any(_card_length(digits, at, edges) for at in range(max(0, len(digits) - 12)))


def _without_split_card(text: str, recent: str, kinds: list[str]) -> tuple[str, str]:
    """Take out a card number that is said over several messages, and say what the next message's screening needs.

    A part that can only be a card's is taken out at once; of its digits only their number is remembered.
    """
    plain = text if text.isascii() else text.translate(_digit_signs())
    if len(plain) > _LONGEST_PART:
        return text, ""
    own = "".join(str(unicodedata.decimal(sign)) for sign in plain if sign.isdecimal())
    part = _card_part(plain)
    if part is not None and not _ends_card(recent, own):
        count = sum(map(str.isdecimal, plain[part[0] : part[1]]))
        return _cut(text, [part], "card_number", kinds), _TAKEN * count
    if recent and own and _ends_card(recent, own) and (_TAKEN in recent or _FRAGMENT.fullmatch(plain)):
        spans = [(run.start(), run.end()) for run in _DIGITS.finditer(plain)]
        if _FRAGMENT.fullmatch(plain):
            kinds.append("card_number")
            return _removed("card_number"), ""
        return _cut(text, spans, "card_number", kinds), ""
    if not _FRAGMENT.fullmatch(plain):
        return text, recent if _TAKEN in recent and not own else ""
    return text, (recent[-CARRIED_DIGITS:] + own)[-CARRIED_DIGITS:]


_LONGEST_PART = 200
"""Characters of a message that may be a part of a number; what is longer tells something else."""
_TAKEN = "x"
"""What is remembered of each digit that was taken out."""
_DIGITS = re.compile(r"\d(?:[ .-]?\d)*")
_CARD_WORD = re.compile(
    r"(?:card|karte(?:nnummer)?|kreditkarte\w*|tarjeta|carte|कार्ड|visa|master ?card|amex|maestro)"
    r"(?:[\s:#,.-]+(?:number|no|nr|nummer|numero|número|numéro|is|es|ist|est|lautet|hai|है|it|it's|starts?|begins?|with|first"
    r"|part|the|my|digits|नंबर|bancaria|bancaire|de|crédito|crédit|débito|credit|debit))*[\s:#,.-]*$",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"(?<![\w+(-])(?:\d{4}[ -]){2,3}\d{1,4}(?![\w-])|(?<![\w+(-])\d{8,15}(?![\w-])")
_FEWEST_GROUPED = 12


def _card_part(plain: str) -> tuple[int, int] | None:
    """Where a part of a card number stands: three groups of four, or eight digits and more behind a word for a card."""
    for run in _GROUPS.finditer(plain):
        digits = [sign for sign in run.group() if sign.isdecimal()]
        if not _PLAUSIBLE.match("".join(digits)) or len(digits) > _LONGEST_PARTIAL:
            continue
        grouped = len(digits) >= _FEWEST_GROUPED and len(digits) != len(run.group())
        if grouped or _CARD_WORD.search(plain[: run.start()]):
            return run.start(), run.end()
    return None


_LONGEST_PARTIAL = 15


def _ends_card(recent: str, own: str) -> bool:
    """Whether these digits complete those of the messages before to a card number."""
    joined = recent[-CARRIED_DIGITS:] + own
    if _TAKEN in recent:
        return 13 <= len(joined) <= 19
    return bool(recent) and len(joined) >= 13 and _has_card(joined)


@cache
def _digit_signs() -> dict[int, str]:
    signs = (chr(code) for code in range(0x80, sys.maxunicode + 1))
    return {ord(sign): str(unicodedata.digit(sign)) for sign in signs if not sign.isdecimal() and sign.isdigit()}


def _replace_all(
    kind: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str, kinds: list[str]
) -> str:
    changed = pattern.sub(replace, text)
    if changed != text:
        kinds.append(kind)
    return changed


def _take_out(kind: str) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        named = "secret" if match["secret"] is not None else "second"
        start, end = match.start(named) - match.start(), match.end(named) - match.start()
        return match.group()[:start] + _removed(kind) + match.group()[end:]

    return replace


def _bank_account(match: re.Match[str]) -> str:
    return _removed("bank_account") if iban.is_valid(match.group()) else match.group()
