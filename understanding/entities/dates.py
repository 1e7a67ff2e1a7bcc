"""Finds days and times of day as people say them in five languages; looks ahead, since customers plan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.understanding import Entity
from understanding.entities.numbers import cardinals
from understanding.language.phrases import phrase_lists, whole_words
from understanding.language.text import fold

_PAST_GRACE = timedelta(days=45)
"""A day without a year that lies at most this long ago is taken as past when the words speak of the past."""
_MOST_DAYS, _LONGEST_MONTH = 60, 31
_NO_PLACE = 6
"""From this number on `the sixth` or `el seis` is a day and no place in a list."""
_NOT_A_DAY = (
    "time|one|option|slot|choice|floor|de cada|mal|fois|vez|euros?|dollars?|dolares|heures?|horas|h|mbps|mega|uhr"
)
_WEEK_LATER = ("week_before", "week_after")
_HINT = re.compile(r"\d|am [a-z]{2}|[a-z]{3}|[\u0900-\u097f]{2}")
_ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\w-])")
_NUMERIC = re.compile(r"(?<![\w./,$€£-])(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2}))?\.?(?![\w/$€£]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Today:
    """The customer's day: what `tomorrow` is counted from, and whether 3/4 is in March or in April."""

    day: date
    month_first: bool


def customer_today(now: datetime, timezone: str, locale: str, currency: str) -> Today:
    """The day that it is for a customer in this time zone; UTC where the zone is unknown."""
    try:
        zone = ZoneInfo(timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return Today(now.astimezone(zone).date(), locale == "en" and currency == "USD")


def find_dates(text: str, today: Today) -> list[Entity]:
    """List the days that are named, as ISO dates in order of mention, each stretch of text read once."""
    folded = fold(text)
    if not _HINT.search(folded):
        return []
    found: list[tuple[int, int, date]] = []
    for start, end, day in _all_days(folded, today):
        if day is not None and all(end <= first or start >= last for first, last, _ in found):
            found.append((start, end, day))
    return [Entity("date", day.isoformat(), folded[start:end]) for start, end, day in sorted(found)]


def _all_days(folded: str, today: Today) -> Iterator[tuple[int, int, date | None]]:
    for match in _ISO.finditer(folded):
        yield match.start(), match.end(), _day(int(match[1]), int(match[2]), int(match[3]))
    yield from _month_days(folded, today)
    for match in _NUMERIC.finditer(folded):
        yield match.start(), match.end(), _numeric_day(match, today)
    yield from _weekdays(folded, today)
    yield from _relative_days(folded, today)
    yield from _days_of_month(folded, today)
    yield from _days_in_words(folded, today)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _numeric_day(match: re.Match[str], today: Today) -> date | None:
    first, second, year = int(match[1]), int(match[3]), match[4]
    day, month = (second, first) if today.month_first and match[2] == "/" else (first, second)
    if month > 12:
        day, month = month, day
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    return _upcoming(month, day, today) if match[2] == "/" or match.group().endswith(".") or first > 24 else None


def _upcoming(month: int, day: int, today: Today) -> date | None:
    this_year = _day(today.day.year, month, day)
    if this_year and this_year < today.day - _PAST_GRACE:
        return _day(today.day.year + 1, month, day)
    return this_year


@cache
def _months() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, int]]:
    names = {
        fold(name): int(number)
        for number, listed in phrase_lists("entities/calendar")["months"].items()
        for name in listed
    }
    either = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    year = r"(?:,? (?:de |del )?(\d{4}))?"
    words = "|".join(sorted(_day_names(), key=len, reverse=True))
    day_first = whole_words(
        rf"(\d{{1,2}}|{words})(?:st|nd|rd|th|er|\.|º|(?<=te)[nrs])? ?(?:of |de |का |tarikh )?({either})\.?{year}"
    )
    month_first = whole_words(rf"({either})\.? (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]|[.,]\d){year}")
    return day_first, month_first, names


@cache
def _day_names() -> dict[str, int]:
    lists = phrase_lists("entities/numbers")
    ordinals = {**lists["ordinals"], **lists["early_ordinals"]}
    named = {fold(word).replace("[- ]", " "): int(n) for n, words in ordinals.items() for word in words}
    return {word: n for word, n in _small_numbers().items() if n <= _LONGEST_MONTH} | named


def _day_number(said: str) -> int:
    return int(said) if said.isdigit() else _day_names()[said]


def _month_days(folded: str, today: Today) -> Iterator[tuple[int, int, date | None]]:
    day_first, month_first, names = _months()
    for match in day_first.finditer(folded):
        yield match.start(), match.end(), _named_month(names[match[2]], _day_number(match[1]), match[3], today)
    for match in month_first.finditer(folded):
        yield match.start(), match.end(), _named_month(names[match[1]], int(match[2]), match[3], today)


def _named_month(month: int, day: int, year: str | None, today: Today) -> date | None:
    return _day(int(year), month, day) if year else _upcoming(month, day, today)


@cache
def _relatives() -> list[tuple[re.Pattern[str], int]]:
    listed = phrase_lists("entities/calendar")["relative"]
    return [(whole_words("|".join(map(fold, phrases))), int(days)) for days, phrases in listed.items()]


@cache
def _spans() -> tuple[tuple[re.Pattern[str], int], ...]:
    """Patterns of `in three days` and `three days ago`, with the way that they count."""
    listed = {
        name: "|".join(map(fold, phrases)) for name, phrases in phrase_lists("entities/calendar")["spans"].items()
    }
    number = r"(\d{1,2}|" + "|".join(sorted(_small_numbers(), key=len, reverse=True)) + ")"
    span = f"{number} ({listed['days']}|{listed['weeks']})"
    return (
        (whole_words(f"(?:{listed['in_before']}) {span}"), 1),
        (whole_words(f"{span} ?(?:{listed['in_after']})"), 1),
        (whole_words(f"(?:{listed['ago_before']}) {span}"), -1),
        (whole_words(f"{span} (?:{listed['ago_after']})"), -1),
    )


@cache
def _small_numbers() -> dict[str, int]:
    return {word: int(value) for word, value in cardinals().items() if value <= _MOST_DAYS and value == int(value)}


def _relative_days(folded: str, today: Today) -> Iterator[tuple[int, int, date | None]]:
    for pattern, days in _relatives():
        for match in pattern.finditer(folded):
            yield match.start(), match.end(), today.day + timedelta(days=days)
    weeks = {fold(word) for word in phrase_lists("entities/calendar")["spans"]["weeks"]}
    for pattern, way in _spans():
        for match in pattern.finditer(folded):
            number = int(match[1]) if match[1].isdigit() else _small_numbers()[match[1]]
            yield match.start(), match.end(), today.day + timedelta(days=way * number * (7 if match[2] in weeks else 1))


@cache
def _weekday_names() -> tuple[re.Pattern[str], dict[str, int], re.Pattern[str]]:
    names = {
        fold(name): int(n) for n, listed in phrase_lists("entities/calendar")["weekdays"].items() for name in listed
    }
    either = "|".join(sorted(names, key=len, reverse=True))
    nexts = "|".join(map(fold, phrase_lists("entities/calendar")["marks"]["next"]))
    lasts = "|".join(map(fold, phrase_lists("entities/calendar")["marks"]["last"]))
    week_before, week_after = (
        "|".join(map(fold, phrase_lists("entities/calendar")["marks"][name])) for name in _WEEK_LATER
    )
    pattern = whole_words(
        rf"(?:(?P<weeks>{week_before}) )?(?:(?P<before>{nexts}) )?(?P<last>(?:{lasts}) )?(?P<name>{either})"
        rf"(?: (?P<after>{nexts}|{lasts}))?(?: (?P<later>{week_after}))?"
    )
    return pattern, names, re.compile(f"^(?:{lasts})$")


@cache
def _short_weekdays() -> tuple[tuple[re.Pattern[str], int], ...]:
    listed = phrase_lists("entities/calendar")["short_weekdays"]
    return tuple((whole_words("|".join(forms)), int(number)) for number, forms in listed.items())


def _weekdays(folded: str, today: Today) -> Iterator[tuple[int, int, date | None]]:
    pattern, names, last = _weekday_names()
    for match in pattern.finditer(folded):
        ahead = (names[match["name"]] - today.day.weekday() - 1) % 7 + 1
        if match["last"] or (match["after"] and last.match(match["after"])):
            yield match.start(), match.end(), today.day + timedelta(days=ahead - 7)
            continue
        weeks = 1 if match["weeks"] or match["later"] else 0
        yield match.start(), match.end(), today.day + timedelta(days=ahead + 7 * weeks)
    for short, number in _short_weekdays():
        for match in short.finditer(folded):
            yield match.start(), match.end(), today.day + timedelta(days=(number - today.day.weekday() - 1) % 7 + 1)


@cache
def _month_day_pattern() -> re.Pattern[str]:
    listed = phrase_lists("entities/calendar")["marks"]["day_of_month"]
    return whole_words("|".join(fold(form).replace("#", r"(\d{1,2})") for form in listed))


def _days_of_month(folded: str, today: Today) -> Iterator[tuple[int, int, date | None]]:
    for match in _month_day_pattern().finditer(folded):
        number = next(int(group) for group in match.groups() if group)
        yield match.start(), match.end(), _next_day_of_month(number, today.day)


@cache
def _worded_days() -> tuple[tuple[re.Pattern[str], dict[str, int]], ...]:
    """Days of the month in words: `the fourteenth`, `el catorce`; small numbers may be places in a list."""
    marks = phrase_lists("entities/calendar")["marks"]
    ordinals = {
        fold(word): int(n) for n, words in phrase_lists("entities/numbers")["ordinals"].items() for word in words
    }
    cardinal = {word: n for word, n in _small_numbers().items() if n <= _LONGEST_MONTH}
    late = {word: n for word, n in cardinal.items() if n >= _NO_PLACE} | ordinals
    return tuple(
        (_filled(forms, names), names)
        for forms, names in ((marks["day_in_words"], late), (marks["named_day"], cardinal))
    )


def _filled(forms: list[str], names: dict[str, int]) -> re.Pattern[str]:
    either = "|".join(sorted(names, key=len, reverse=True))
    filled = "|".join(fold(form).replace("ww", f"({either})") for form in forms)
    return whole_words(rf"(?:{filled})(?! (?:{_NOT_A_DAY}))")


def _days_in_words(folded: str, today: Today) -> Iterator[tuple[int, int, date | None]]:
    for pattern, names in _worded_days():
        for match in pattern.finditer(folded):
            said = next(group for group in match.groups() if group).replace("-", " ")
            number = names.get(said) or names[said.replace(" ", "[- ]")]
            yield match.start(), match.end(), _next_day_of_month(number, today.day)


def _next_day_of_month(number: int, today: date) -> date | None:
    year, month = today.year, today.month
    for _ in range(3):
        day = _day(year, month, number)
        if day is not None and day >= today:
            return day
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None
