"""Templated words: replies per locale, with money and dates as the customer's locale writes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.numbers import format_currency
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from domain.errors import Misconfigured

FALLBACK_LOCALE = "en"


@dataclass(frozen=True, slots=True)
class Voice:
    """How words are formed for one customer: locale, currency of minor-unit amounts, and time zone."""

    locale: str = "en"
    currency: str = "USD"
    timezone: str = "UTC"


def render(texts: Mapping[str, str], voice: Voice, facts: Mapping[str, Any]) -> str:
    """Word one reply in the voice's locale, falling back to English.

    Raises:
        Misconfigured: the template is broken or names a fact that is not there.
    """
    source = texts.get(voice.locale) or texts[FALLBACK_LOCALE]
    try:
        return _template(source, voice).render(dict(facts)).strip()
    except (TemplateError, TypeError, ValueError, KeyError) as error:
        raise Misconfigured(f"reply {source[:60]!r}: {error}") from error


@lru_cache(maxsize=4096)
def _template(source: str, voice: Voice) -> Template:
    return _environment(voice).from_string(source)


@lru_cache(maxsize=256)
def _environment(voice: Voice) -> SandboxedEnvironment:
    """A sandbox per voice; replies are data of the repository, facts may hold anybody's words."""
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.filters.update(_filters(voice))
    return environment


def _filters(voice: Voice) -> dict[str, Callable[..., str]]:
    locale, zone = voice.locale, ZoneInfo(voice.timezone)

    def local(value: str) -> datetime | date:
        moment = datetime.fromisoformat(value) if "T" in value or " " in value else date.fromisoformat(value)
        return moment.astimezone(zone) if isinstance(moment, datetime) else moment

    def money(minor: int) -> str:
        return format_currency(minor / 100, voice.currency, locale=locale)

    def day(value: str) -> str:
        return format_date(local(value), format=_DAY.get(locale, _DAY["en"]), locale=locale)

    def time(value: str) -> str:
        moment = local(value) if len(value) > len("09:00:00") else datetime.fromisoformat(f"2000-01-01T{value}")
        return format_time(moment, format="short", locale=locale) if isinstance(moment, datetime) else ""

    def day_time(value: str) -> str:
        return f"{day(value)}, {time(value)}"

    def month(value: str) -> str:
        return format_datetime(local(value if len(value) > len("2026-01") else f"{value}-01"), "LLLL y", locale=locale)

    def listing(items: list[str], style: str = "standard") -> str:
        return format_list([str(item) for item in items], style=style, locale=locale)  # pyright: ignore[reportArgumentType]

    return {"money": money, "day": day, "time": time, "day_time": day_time, "month": month, "listing": listing}


_DAY = {
    "en": "EEEE, MMMM d",
    "es": "EEEE d 'de' MMMM",
    "de": "EEEE, d. MMMM",
    "fr": "EEEE d MMMM",
    "hi": "EEEE, d MMMM",
}
"""A day as people say it, with its weekday and without a year."""
