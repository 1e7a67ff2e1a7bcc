"""What is wrong with a text as it is said: one function a kind of fault, each with the faults that it found."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from app.wording.specimens import Rendered
from router.formatters.outgoing.segments import count_segments, simplified

MOST_SMS = 4
"""Messages that one reply may take by SMS; lists of times and bills are the longest."""
MOST_SEGMENTS = 2
"""Segments that the news of a handoff may take, and a code: they are read when it matters most."""
_DOUBLED = re.compile(r"\.\.(?!\.)|[.!?]\s*।|।\s*[.।]|[?!]\.|[,;:]\s*[,;.]|[.!?,;:]{2}(?<!\.\.\.)|\(\s*\)| ,")
_UNFILLED = re.compile(r"[{}]|\bNone\b(?! of\b)|\bUndefined\b|\[\]|\bTrue\b|\bFalse\b|•+\s*(?=[.,]|$)")
_INTERNAL = re.compile(r"(?<![\w@./])(?:[a-z]+_[a-z_]+|[a-z]+\.[a-z]+_[a-z_]+|[a-z]{3,}[A-Z][a-z]+\w*)\b")
_TO_THE_CUSTOMER = re.compile(r"\b(?:you|your|yours|I|I'll|me|my)\b", re.IGNORECASE)
_LOWER_START = re.compile(r"(?<=[^\d\s][.!?] )(?!(?:e-mail|http))[a-zà-ÿ](?=[a-zà-ÿ ])|^[a-zà-ÿ](?=[a-zà-ÿ ])")
_BROKEN_LINE = re.compile(r"[a-zà-ÿ,]\n(?=[a-zà-ÿ])")
_CAPITAL_INSIDE = re.compile(
    r"[:,][ \u00a0](?:Your?|The|It|We|There|Se|Su|El|La|Los|Las|Hay|No|Votre|Vos|Le|Les|Il|Elle|Nous)(?= )"
)
_PLURAL = re.compile(
    r"(?<![\d.,])1 (?:months|days|instalments|outages|times|minutes|meses|días|plazos|cortes|veces|minutos|Monate|Tage"
    r"|Raten|Ausfälle|Versuche|Minuten|jours|versements|coupures|essais|minutes|महीनों|किस्तों)\b"
)
_COUNTED = re.compile(r"(?<![\w.,:/-])(?P<count>\d+)[ \u00a0\u202f](?P<word>[^\W\d_]{3,})")
"""A whole number and the word that it counts."""
_SAME_FOR_ALL = frozenset({"mbps", "mbit", "mois", "fois", "uhr", "and", "und", "von", "des", "whether", "your", "of"})
"""Words that one and several share, or that count nothing."""
_OF_A_DAY = re.compile(r"[A-ZÀ-Ý]\w+ $|\d\. $")
"""What stands before a number that is no count, such as a month."""
_MARKDOWN = re.compile(
    r"\*\*|^#{1,6} |^\|.*\|$|`|\[[^\]\n]+\]\(|</?[a-z][^>\n]*>|(?<!\w)__\w|~~|^(?:-{3,}|\*{3,})$", re.MULTILINE
)
_FRENCH = re.compile(r"(?<![\u202f\u00a0])[;?!](?=\s|$)| [:;?!»]|« |(?<=\w)'(?=\w)")
_FOR_EYES = re.compile(
    r"•|https?://|\((?:yes|sí|ja|oui|हाँ)/|[«»„“”]|\b(?:type it|escríbalo aquí|geben sie ihn hier ein)\b", re.I
)
_PARTS = ("tools/", "effects/", "done/", "journeys/", "desk/", "page/", "email/", "notices/")
"""Places of texts that are no whole sentences."""
Fault = tuple[Rendered, str]


def find_doubled_marks(seen: Rendered) -> list[str]:
    """Marks that follow each other, and two spaces."""
    found = [match[0] for text in (seen.text, *seen.messages) for match in _DOUBLED.finditer(_unlinked(text))]
    return [*found, *(["two spaces"] if re.search(r"[^\S\n]{2}", seen.text) else [])]


def find_unfilled(seen: Rendered) -> list[str]:
    """Braces, names of our own, and what stands for nothing."""
    plain = _unlinked(seen.text)
    return [match[0] for pattern in (_UNFILLED, _INTERNAL) for match in pattern.finditer(plain)]


def find_broken_starts(seen: Rendered) -> list[str]:
    """Sentences that begin small, clauses after a colon that begin large, and lines that break inside a sentence."""
    whole = not seen.place.startswith(_PARTS) and not seen.place.endswith("look_up")
    plain = _unlinked(seen.text)
    if not whole or seen.place.endswith(("title_about", "earlier_contact", "/title")) or seen.locale == "hi":
        return []
    patterns = [_LOWER_START, _BROKEN_LINE, *([] if seen.locale == "de" else [_CAPITAL_INSIDE])]
    found = [match for pattern in patterns for match in pattern.finditer(plain)]
    return [plain[max(0, match.start() - 15) : match.end() + 10] for match in found]


def find_wrong_numbers(seen: Rendered) -> list[str]:
    """One of something in the form for several."""
    return [match[0] for match in _PLURAL.finditer(seen.text)]


def find_markdown(seen: Rendered) -> list[str]:
    """Marks of layout where a channel shows them as signs."""
    return [match[0] for message in seen.messages for match in _MARKDOWN.finditer(message)]


def find_french_spacing(seen: Rendered) -> list[str]:
    """A French mark that may fall onto the next line, or a straight apostrophe."""
    return [match[0] for match in _FRENCH.finditer(_unlinked(seen.text))] if seen.locale == "fr" else []


def find_forbidden(seen: Rendered) -> list[str]:
    """Words on the lists of `faults.yaml`."""
    said = seen.text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    return [
        f"{kind}: {match[0]}" for kind, pattern in _forbidden(seen.locale).items() for match in pattern.finditer(said)
    ]


def find_excess(seen: Rendered) -> list[str]:
    """More text messages than a reply may cost."""
    if seen.channel != "sms" or seen.place.startswith("articles/"):
        return []
    if seen.place.startswith("notices/"):
        segments = count_segments(simplified(seen.text))
        return [f"{segments} segments"] if segments > MOST_SEGMENTS + (seen.place != "notices/code") else []
    urgent = "replies/handed_off" in seen.place and "self_harm" not in seen.place and "bereavement" not in seen.place
    if urgent and seen.place in ("replies/handed_off", "replies/handed_off_urgent"):
        segments = sum(map(count_segments, seen.messages))
        return [f"{segments} segments"] if segments > MOST_SEGMENTS else []
    return [f"{len(seen.messages)} messages"] if len(seen.messages) > MOST_SMS else []


def find_unspeakable(seen: Rendered) -> list[str]:
    """What only eyes can take in, on the phone."""
    if seen.channel != "voice":
        return []
    return [match[0] for message in seen.messages for match in _FOR_EYES.finditer(message)]


def find_wrong_person(seen: Rendered) -> list[str]:
    """Words to the customer where a representative reads about them."""
    if seen.channel != "desk":
        return []
    return [match[0] for match in _TO_THE_CUSTOMER.finditer(re.sub(r"“[^”]*”", "", seen.text))]


def find_unsaid(seen: Rendered) -> list[str]:
    """What could not be said with the facts that it was tried with, once for all channels."""
    return [seen.unsaid] if seen.unsaid and seen.channel == "chat" and seen.case == "usual" else []


CHECKS: Mapping[str, Callable[[Rendered], list[str]]] = {
    "cannot be said": find_unsaid,
    "doubled marks": find_doubled_marks,
    "unfilled or internal": find_unfilled,
    "broken starts": find_broken_starts,
    "wrong numbers": find_wrong_numbers,
    "Markdown": find_markdown,
    "French spacing": find_french_spacing,
    "forbidden words": find_forbidden,
    "too long": find_excess,
    "not for the ear": find_unspeakable,
    "to the wrong person": find_wrong_person,
}
"""The kinds of fault by name."""


def find_faults(seen: list[Rendered]) -> dict[str, list[Fault]]:
    """Every fault of every text, by its kind."""
    found = {kind: [(one, what) for one in seen for what in check(one)] for kind, check in CHECKS.items()}
    found["wrong numbers"] += find_one_like_several(seen)
    return found


def find_one_like_several(seen: list[Rendered]) -> list[Fault]:
    """One of something in the form that the same text has for several of it."""
    several: dict[tuple[str, str], set[str]] = {}
    for one in seen:
        counted = {word.lower() for count, word in _counts(one.text) if count not in ("0", "1")}
        several.setdefault((one.place, one.locale), set()).update(counted - _SAME_FOR_ALL)
    return [
        (one, f"{count} {word}")
        for one in seen
        if one.channel == "chat" and one.locale != "hi" and not one.place.startswith(("articles/", "page/"))
        for count, word in _counts(one.text)
        if count == "1" and word.lower() in several[one.place, one.locale]
    ]


def _counts(text: str) -> list[tuple[str, str]]:
    """Each whole number with the word that it counts."""
    found = [match for match in _COUNTED.finditer(text) if not _OF_A_DAY.search(text[: match.start()])]
    return [(match["count"], match["word"]) for match in found]


@cache
def _forbidden(locale: str) -> dict[str, re.Pattern[str]]:
    """The lists of one language, a kind each."""
    lists = cast(
        "dict[str, dict[str, Any]]", yaml.safe_load(Path(__file__).with_name("faults.yaml").read_text("utf-8"))
    )
    given = {kind: by_locale.get(locale) for kind, by_locale in lists.items()}
    return {kind: re.compile("|".join(words), re.IGNORECASE) for kind, words in given.items() if words}


def _unlinked(text: str) -> str:
    return re.sub(r"https?://\S+|\S+@\S+", "", text)
