"""The one place where money, days, times, figures, lists and masked numbers get the form of a locale."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import yaml
from babel.dates import format_date, format_datetime, format_time, get_day_names, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_precision

from agents.wording.voice import Voice

DAY = {
    "en": "EEEE, MMMM d",
    "en_GB": "EEEE d MMMM",
    "es": "EEEE d 'de' MMMM",
    "de": "EEEE, d. MMMM",
    "fr": "EEEE d MMMM",
    "hi": "EEEE, d MMMM",
}
"""A day as people say it, with its weekday and without a year."""
YEAR = {"en": ", y", "en_GB": " y", "es": " 'de' y", "de": " y", "fr": " y", "hi": " y"}
"""What a day that binds adds to it."""
FIRST = {"fr": ("d MMMM", "d'er' MMMM")}
"""Languages in which the first of a month has a form of its own."""
BETWEEN = {
    "en": "between {start} and {end}",
    "es": "entre {start} y {end}",
    "de": "zwischen {start} und {end}",
    "fr": "entre {start} et {end}",
    "hi": "{start} से {end} के बीच",
}
AT = {"en": "{day} at {time}", "es": "{day} a {time}", "de": "{day}, um {time}", "fr": "{day} à {time}"}
CARD = re.compile(r"(?P<brand>[^\W\d_][\w .&-]*?)\s*•[• ]*(?P<digits>\d{2,4})")
PHONE = re.compile(r"\+?[•\d\s]*•[• ]*(?P<digits>\d{2,4})")
ENDS = ".!?।…"
OPEN_TO_ALL = "knowledge."
"""Tools whose answers are nobody's: not worth a word beside what is the customer's own."""


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of one voice. Days are ISO dates or moments, money is in minor units, times may stand alone."""

    voice: Voice

    def money(self, minor: int) -> str:
        """An amount in the company's currency."""
        digits = get_currency_precision(self.voice.currency)
        return format_currency(Decimal(minor).scaleb(-digits), self.voice.currency, locale=self.voice.region)

    def number(self, value: float | str) -> str:
        """A figure with its decimals."""
        return format_decimal(Decimal(str(value)), locale=self.voice.region)

    def percent(self, value: float | str) -> str:
        """A share that is given in hundredths: 20 becomes `20%` or `20 %`."""
        space = "" if self._language in ("en", "hi") else "\u00a0"
        return f"{self.number(value)}{space}%"

    def day(self, value: str) -> str:
        """A day without its year: for what is near."""
        return self._date(value, _by_locale(DAY, self.voice))

    def full_day(self, value: str) -> str:
        """A day with its year: for what binds."""
        return self._date(value, _by_locale(DAY, self.voice) + _by_locale(YEAR, self.voice))

    def time(self, value: str) -> str:
        """A time of day with the word that belongs to it."""
        return _TIMES.get(self._language, _plain_time)(self._moment(value), self.voice)

    def clock(self, value: str) -> str:
        """A time of day with its article, where the language has one: `las 13:00`, `la 1:00`."""
        moment = self._moment(value)
        article = {True: "la ", False: "las "}[moment.hour == 1] if self._language == "es" else ""
        return f"{article}{self.time(value)}"

    def span(self, start: str, end: str) -> str:
        """From one time of day to another: `between 1:00 PM and 3:00 PM`."""
        first, last = self.clock(start), self.clock(end)
        if self._language in _UNITS:
            first = first.removesuffix(_UNITS[self._language])
        return BETWEEN[self._language].format(start=first, end=last)

    def day_time(self, value: str) -> str:
        """A day and a time: `Friday, November 27 at 1:00 PM`."""
        return AT.get(self._language, "{day} को {time}").format(day=self.day(value), time=self.clock(value))

    def week(self, hours: Sequence[dict[str, Any]]) -> str:
        """Opening hours of a week: `Monday to Friday from 8:00 AM to 8:00 PM and Saturday from 9:00 AM to 5:00 PM`.

        Each entry holds the same `spans` from its `first` day to its `last`, Monday being 0.
        """
        return self.listing([f"{self._days(each)} {self.listing(self._spans(each))}" for each in hours])

    def zone(self, name: str) -> str:
        """What the times of a place are called, empty where the listener's own are the same."""
        own = name == self.voice.timezone
        return "" if own else get_timezone_name(ZoneInfo(name), width="long", locale=self.voice.region)

    def _days(self, hours: dict[str, Any]) -> str:
        names = get_day_names("wide", locale=self.voice.region)
        words = forms()["days"][self._language]["one" if hours["first"] == hours["last"] else "several"]
        return words.format(first=names[hours["first"]], last=names[hours["last"]])

    def _spans(self, hours: dict[str, Any]) -> list[str]:
        words, unit = forms()["hours"][self._language], _UNITS.get(self._language, "")
        told = [[self.time(each) for each in span] for span in hours["spans"]]
        return [words.format(start=start.removesuffix(unit), end=end) for start, end in told]

    def month(self, value: str) -> str:
        """A month with its year."""
        day = value if len(value) > len("2026-01") else f"{value}-01"
        return format_datetime(self._local(day), "LLLL y", locale=self.voice.region)

    def listing(self, items: Sequence[Any], style: str = "standard") -> str:
        """Several things joined by "and", or with `or` by "or"."""
        told = [str(item) for item in items]
        joined = format_list(told, style=style, locale=self.voice.region)  # pyright: ignore[reportArgumentType]
        return _euphonic(joined, told[-1]) if self._language == "es" and len(told) > 1 else joined

    def plural(self, count: float, one: str, other: str) -> str:
        """The form of a word that goes with a count."""
        return one if self.voice.region.plural_form(count) == "one" else other

    def money_plural(self, minor: int, one: str, other: str) -> str:
        """The form of a word that goes with an amount of money."""
        return self.plural(abs(minor) / 10 ** get_currency_precision(self.voice.currency), one, other)

    def card(self, label: str, form: str = "to") -> str:
        """A payment method that is known by a masked number; any other as it is called."""
        return self._masked("card", CARD, label, form)

    def recipient(self, masked: str, form: str = "to") -> str:
        """Where something was sent: a masked phone number by its last digits, an address as it is."""
        return self._masked("phone", PHONE, masked, form)

    def quote(self, words: str) -> str:
        """Somebody else's words, in one line and in the language's quotation marks, without their last mark."""
        return forms()["quote"][self._language].format(words=self.clause(words))

    def clause(self, words: str) -> str:
        """Somebody else's words as part of a sentence: in one line, without their last mark."""
        return " ".join(str(words).split()).rstrip(f"{ENDS} ")

    def sentence(self, words: str) -> str:
        """A clause as a whole sentence."""
        words = self.sentence_end(words)
        return f"{words[:1].upper()}{words[1:]}"

    def sentence_end(self, words: str) -> str:
        """Words that end a sentence, with its mark."""
        words = words.strip()
        closed = words.rstrip("”“»\"' \u00a0")[-1:] in ENDS and words
        return words if closed else f"{words}{'।' if self._language == 'hi' else '.'}"

    def cause(self, words: str) -> str:
        """Why a service is out, from a system's English account of it; empty where there are no words for it."""
        if self._language == "en":
            return self.clause(words)
        known: list[dict[str, str]] = forms()["cause"]
        return next((each[self._language] for each in known if re.search(each["words"], words, re.I)), "")

    def company(self, partner: str) -> str:
        """What customers call the company of a partner's agent."""
        return dict(self.voice.terms.partners).get(partner, partner)

    def areas(self, tools: Sequence[str]) -> str:
        """What a partner may do with these tools, in words: `your payments (view only) and refunds`."""
        told = [tool for tool in tools if not tool.startswith(OPEN_TO_ALL)] or tools
        found: dict[str, bool] = {}
        for area in forms()["areas"]:
            own = [tool for tool in told if _area_of(tool) is area]
            found |= {area[self._language]: all(map(is_read, own))} if own else {}
        seen = forms()["only_seen"][self._language]
        return self.listing([seen.format(area=area) if only else area for area, only in found.items()])

    def offered(self, name: str) -> bool:
        """Whether a journey, or what a tool does, may be offered to whoever is spoken to."""
        return name not in self.voice.barred

    def language(self, locale: str) -> str:
        """What a language is called in this one."""
        return forms()["language"][self._language].get(locale.partition("-")[0], locale)

    @property
    def _language(self) -> str:
        return self.voice.language if self.voice.language in DAY else "en"

    def _local(self, value: str) -> datetime | date:
        moment = datetime.fromisoformat(value) if "T" in value or " " in value else date.fromisoformat(value)
        return moment.astimezone(ZoneInfo(self.voice.timezone)) if isinstance(moment, datetime) else moment

    def _moment(self, value: str) -> datetime:
        found = self._local(value) if len(value) > len("09:00:00") else datetime.fromisoformat(f"2000-01-01T{value}")
        return found if isinstance(found, datetime) else datetime(found.year, found.month, found.day)  # noqa: DTZ001

    def _date(self, value: str, pattern: str) -> str:
        found = self._local(value)
        usual, first = FIRST.get(self._language, ("", ""))
        pattern = pattern.replace(usual, first) if usual and found.day == 1 else pattern
        return format_date(found, format=pattern, locale=self.voice.region)

    def _masked(self, kind: str, pattern: re.Pattern[str], label: str, form: str) -> str:
        found = pattern.fullmatch(str(label).strip())
        if found is None:
            return str(label)
        words, named = forms()[kind][self._language], found.groupdict()
        if self._language == "de" and "brand" in named:
            named["brand"] = "-".join(named["brand"].split())
        return (
            (words.get(form) or words["to"]).format(**named).replace("card card", "card").replace("card-Karte", "card")
        )


FILTERS: tuple[str, ...] = (
    *("money", "number", "percent", "day", "full_day", "time", "clock", "span", "day_time", "month", "listing"),
    *("week", "zone"),
    *(
        "plural",
        "money_plural",
        "card",
        "recipient",
        "quote",
        "clause",
        "sentence",
        "sentence_end",
        "language",
        "company",
        "cause",
        "areas",
        "offered",
    ),
)
"""The forms by the names that texts use."""


@cache
def forms() -> dict[str, Any]:
    """The words of `forms.yaml`."""
    return cast("dict[str, Any]", yaml.safe_load(Path(__file__).with_name("forms.yaml").read_text("utf-8")))


def is_read(tool: str) -> bool:
    """Whether a tool's verb says that it only reads, which is how our tools are named."""
    return tool.partition(".")[2].partition("_")[0] in ("list", "get", "search", "track", "find")


def _area_of(tool: str) -> dict[str, str]:
    """What a tool is about."""
    areas: list[dict[str, str]] = forms()["areas"]
    return next(area for area in areas if re.search(area["tools"], tool))


def _by_locale(patterns: dict[str, str], voice: Voice) -> str:
    return patterns.get(str(voice.region)) or patterns.get(voice.language) or patterns["en"]


def _plain_time(moment: datetime, voice: Voice) -> str:
    return format_time(moment, format="short", locale=voice.region)


def _french_time(moment: datetime, _voice: Voice) -> str:
    minutes = f"\u00a0{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour}\u00a0h{minutes}"


def _hindi_time(moment: datetime, voice: Voice) -> str:
    return f"{format_time(moment, 'B h:mm', locale=voice.region)}{_UNITS['hi']}"


_UNITS = {"de": "\u00a0Uhr", "hi": " बजे"}
"""The word that closes a time, said once where two times are named."""
_TIMES: dict[str, Callable[[datetime, Voice], str]] = {
    "es": lambda moment, _voice: f"{moment.hour}:{moment.minute:02}",
    "de": lambda moment, _voice: f"{moment.hour}:{moment.minute:02}{_UNITS['de']}",
    "fr": _french_time,
    "hi": _hindi_time,
}


def _euphonic(joined: str, last: str) -> str:
    """Spanish "y" before an i sound is "e", "o" before an o sound is "u"."""
    start = last.lower()
    head = joined[: len(joined) - len(last)]
    if re.match(r"h?[ií](?![aeo])", start) and head.endswith(" y "):
        return f"{head[:-2]}e {last}"
    return f"{head[:-2]}u {last}" if re.match(r"h?[oó]", start) and head.endswith(" o ") else joined
