"""Days and times of day as replies name them, in five languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import Any

from babel.dates import get_day_names, get_month_names

from agents.reply_checks.text import WORD_END, WORD_START, normal, words

LOCALES = ("en", "es", "de", "fr", "hi")
_VERBS_TOO = {"may", "march"}
_RELATIVE = {
    words(r"(?:day after tomorrow|übermorgen|pasado mañana|après-demain|परसों)"): (2, -2),
    words(r"tomorrow|(?<!la )(?<!pasado )(?-i:mañana)|(?<!heute )(?-i:morgen)|(?<!après-)demain|कल"): (1, -1),
    words(r"yesterday|gestern|ayer|hier soir|d'hier"): (-1,),
}


@dataclass(frozen=True, slots=True)
class Day:
    """A day as far as it was named; a part that was not named is None. `weekday` 0 is Monday."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    @classmethod
    def of(cls, day: date) -> "Day":
        """The whole of a calendar day."""
        return cls(day.year, day.month, day.day, day.weekday())

    def fits(self, known: "Day") -> bool:
        """Whether everything named here is so of the known day."""
        pairs = zip(self._parts, known._parts, strict=True)
        return all(mine is None or mine == theirs for mine, theirs in pairs)

    @property
    def _parts(self) -> tuple[int | None, ...]:
        return (self.year, self.month, self.day, self.weekday)


def _pairs(names: Any) -> list[tuple[int, str]]:
    return list(names.items())


@cache
def _months(width: str) -> dict[str, int]:
    widths = ("wide",) if width == "wide" else ("wide", "abbreviated")
    names = {
        normal(name).lower().rstrip("."): number
        for locale, kind, context in product(LOCALES, widths, ("format", "stand-alone"))
        for number, name in _pairs(get_month_names(kind, context, locale))
    }
    return {**names, "sept": 9} if width == "any" else names


@cache
def _weekdays() -> dict[str, int]:
    pairs = product(LOCALES, ("format", "stand-alone"))
    return {
        normal(name).lower(): number
        for locale, context in pairs
        for number, name in _pairs(get_day_names("wide", context, locale))
    }


def _any_of(names: dict[str, int]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    month, wide, weekday = _any_of(_months("any")), _any_of(_months("wide")), _any_of(_weekdays())
    start = rf"{WORD_START}(?:(?P<weekday>{weekday})(?:,|\s)*(?:(?:the|den|dem|le|el|del|der)\s+)?)?"
    year = r"(?:(?:,|\s|de|del|of)*(?P<year>(?:19|20)\d\d)(?!\d))?"
    forms = (
        rf"{WORD_START}(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
        rf"{start}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|º|°|er)?\s*(?:(?:de|of)\s+)?(?P<name>{month})\.?{WORD_END}{year}",
        rf"{start}(?P<name>{month})\.?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d){year}",
        rf"{start}(?P<a>\d{{1,2}})(?P<sep>[./-])(?P<b>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}|\d\d)(?!\d)",
        rf"{start}(?!24/7)(?P<a>\d{{1,2}})(?:/(?P<b>\d{{1,2}})(?![\d/])|\.(?P<c>\d{{1,2}})\.(?!\d))",
        rf"{WORD_START}(?P<name>{wide}){WORD_END}{year}",
        rf"{WORD_START}(?P<weekday>{weekday}){WORD_END}",
    )
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)


def named_days(text: str) -> Iterator[tuple[re.Match[str], tuple[Day, ...]]]:
    """Every day named in normalised text, with the readings it may have; later matches may overlap earlier ones."""
    for pattern in _patterns():
        for match in pattern.finditer(text):
            if readings := _readings(match.groupdict()):
                yield match, readings


def _readings(parts: dict[str, str | None]) -> tuple[Day, ...]:
    weekday = _weekdays()[found.lower()] if (found := parts.get("weekday")) else None
    year = _year(parts.get("year"))
    if name := (parts.get("name") or "").lower():
        day = int(parts.get("day") or 0) or None
        unclear = day is None and year is None and name in _VERBS_TOO
        return () if unclear else (Day(year, _months("any")[name], day, weekday),)
    if parts.get("month"):
        return (Day(year, int(parts["month"] or 0), int(parts["day"] or 0), weekday),)
    if parts.get("a"):
        first, second = int(parts["a"] or 0), int(parts["b"] or parts.get("c") or 0)
        orders = ((first, second), (second, first))
        return tuple(Day(year, month, day, weekday) for day, month in orders if 1 <= month <= 12 and 1 <= day <= 31)
    return (Day(weekday=weekday),)


def _year(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) + (2000 if len(text) == 2 else 0)


def relative_days(text: str, today: date | None) -> Iterator[tuple[re.Match[str], tuple[Day, ...]]]:
    """Tomorrow and its like, as the days they mean; without `today` nobody can know, so no reading is given."""
    for pattern, offsets in _RELATIVE.items():
        for match in re.finditer(pattern, text, re.IGNORECASE):
            yield match, tuple(Day.of(today + timedelta(offset)) for offset in offsets) if today else ()


_CLOCK = re.compile(
    rf"{WORD_START}(?P<hour>[01]?\d|2[0-3])\s?(?:[:h]\s?(?P<minute>[0-5]\d)|\.(?P<dotted>[0-5]\d)(?=\s*Uhr))"
    r"(?:\s?(?P<half>[ap])\.?\s?m\b)?",
    re.IGNORECASE,
)
_HOUR = re.compile(
    rf"{WORD_START}(?P<hour>[01]?\d|2[0-3])\s?(?:(?P<half>[ap])\.?\s?m\b|Uhr\b|बजे|o'clock)", re.IGNORECASE
)


def named_times(text: str) -> Iterator[tuple[re.Match[str], tuple[str, ...]]]:
    """Every time of day named in normalised text, as `HH:MM`; both halves of the day where none was said."""
    for pattern in (_CLOCK, _HOUR):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            minute = int(parts.get("minute") or parts.get("dotted") or 0)
            hours = _hours(int(parts["hour"] or 0), (parts.get("half") or "").lower())
            yield match, tuple(f"{hour:02}:{minute:02}" for hour in hours)


def _hours(hour: int, half: str) -> tuple[int, ...]:
    if half:
        return (hour % 12 + (12 if half == "p" else 0),)
    return (hour, (hour + 12) % 24) if hour <= 12 else (hour,)
