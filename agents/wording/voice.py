"""How one customer is spoken to."""

from dataclasses import dataclass

from babel import Locale
from babel.core import UnknownLocaleError

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
"""The region of a language that came without one, by the company's currency: how its customers write figures."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A company's own words: what it is called, how to reach it, and the numbers to call in danger.

    Each is empty where the company has not said it; replies then do without.
    """

    brand: str = ""
    contact_point: str = ""
    emergency_number: str = ""
    crisis_line: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """How words are formed for one customer.

    `locale` is a language or a whole BCP 47 tag (`es`, `es-MX`); `currency` is that of minor-unit amounts; `channel` is
    empty where words are for no channel in particular, such as a supervisor's screen.
    """

    locale: str = "en"
    currency: str = "USD"
    timezone: str = "UTC"
    channel: str = ""
    terms: Terms = Terms()

    @property
    def language(self) -> str:
        """The language alone, by which texts are found."""
        return self.locale.replace("_", "-").partition("-")[0].lower()

    @property
    def region(self) -> Locale:
        """The whole locale, by which figures are formed; a region that is not known falls back to the language."""
        tag = self.locale.replace("_", "-")
        given = REGIONS.get((tag, self.currency), "") if "-" not in tag else ""
        try:
            return Locale.parse(f"{tag}-{given}" if given else tag, sep="-")
        except (UnknownLocaleError, ValueError):
            return Locale(self.language)
