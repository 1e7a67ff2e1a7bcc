"""How one customer is spoken to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from babel import Locale
from babel.core import UnknownLocaleError
from babel.localedata import locale_identifiers

REGIONS = {
    ("en", "GBP"): "GB",
    ("en", "INR"): "IN",
    ("en", "CAD"): "CA",
    ("en", "AUD"): "AU",
    ("es", "USD"): "US",
    ("es", "MXN"): "MX",
    ("es", "EUR"): "ES",
    ("de", "CHF"): "CH",
    ("fr", "CAD"): "CA",
    ("fr", "CHF"): "CH",
    ("hi", "INR"): "IN",
}
"""The region of a language that came without a country, by the company's currency: how its customers write figures."""
SCRIPT = 4
"""The letters of a script's name in a tag."""
_TAG = re.compile(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,8})*")
_REGION = re.compile(r"[A-Za-z]{2}|\d{3}")


def negotiate(tag: str, spoken: Sequence[str]) -> str:
    """The tag that a customer asked for (BCP 47, also with underscores) as it is followed: `de-AT`, `es-419`, `hi`.

    What no figures are written by falls away: an unknown region, a script, extensions.

    Raises:
        ValueError: it is no tag, or of a language that is not `spoken`; the message says which are.
    """
    parts = tag.replace("_", "-").split("-")
    if not _TAG.fullmatch("-".join(parts)) or parts[0].lower() not in spoken:
        raise ValueError(f"replies exist in {', '.join(spoken)}")
    language = parts[0].lower()
    plain = list(takewhile(lambda part: len(part) > 1, parts[1:]))
    region = next((part.upper() for part in plain if _REGION.fullmatch(part)), "")
    return f"{language}-{region}" if region and f"{language}_{region}" in _known_locales() else language


@cache
def _known_locales() -> frozenset[str]:
    """Every locale that CLDR has figures for, a script left out."""
    return frozenset("_".join(part for part in each.split("_") if len(part) != SCRIPT) for each in locale_identifiers())


@dataclass(frozen=True, slots=True)
class Terms:
    """A company's own words: what it is called, how to reach it, numbers to call in danger, its partners' names.

    Each is empty where the company has not said it; replies then do without. A partner without a name is called as its
    token calls it.
    """

    brand: str = ""
    contact_point: str = ""
    emergency_number: str = ""
    crisis_line: str = ""
    partners: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """How words are formed for one customer.

    `locale` is a language or a whole BCP 47 tag (`es`, `es-MX`); `currency` is that of minor-unit amounts; `channel` is
    empty where words are for no channel in particular, such as a supervisor's screen. `barred` are the journeys
    and tools that must not be offered: a partner's agent asks, which may not have them.
    """

    locale: str
    currency: str
    timezone: str = "UTC"
    channel: str = ""
    terms: Terms = Terms()
    barred: frozenset[str] = frozenset()

    @property
    def language(self) -> str:
        """The language alone, by which texts are found."""
        return self.locale.replace("_", "-").partition("-")[0].lower()

    @property
    def region(self) -> Locale:
        """The whole locale, by which figures are formed; a region that is not known falls back to the language."""
        tag = self.locale.replace("_", "-")
        language, _, region = tag.partition("-")
        given = "" if region and not region.isdigit() else REGIONS.get((language, self.currency), "")
        tag = language if given else tag
        try:
            return Locale.parse(f"{tag}-{given}" if given else tag, sep="-")
        except (UnknownLocaleError, ValueError):
            return Locale(self.language)
