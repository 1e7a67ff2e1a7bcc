"""Finds days and times of day as people say them in five languages; looks ahead, since customers plan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.understanding import Entity
from router.understanding.phrases import phrase_lists, whole_words
from router.understanding.text import fold

_PAST_GRACE = timedelta(days=45)
"""A day without a year that lies at most this long ago is taken as past when the words speak of the past."""
_HINT = re.compile(r"\d|[a-z]{3}|[\u0900-\u097f]{2}")
_ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\w-])")
_NUMERIC = re.compile(r"(?<![\w./,$€£-])(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2}))?\.?(?![\w/$€£]|[.,]\d)")
_CLOCK = re.compile(
    r"(?<![\w.,:/$€£-])(\d{1,2})(?:[:.h](\d{2}))?"
    r"(?: ?(am|pm|a\.m\.?|p\.m\.?|uhr|heures?|h|baje|बजे))(?![\w\u0900-\u097f])(?: ?(\d{2})(?!\d))?"
    r"|(?<![\w.,:/$€£-])(?P<hour>\d{1,2})h(?P<minute>\d{2})(?!\w)"
)
_CLOCK_BARE = re.compile(r"(?<![\w.,:/$€£-])([01]?\d|2[0-3]):([0-5]\d)(?![\w:])")


_NOT_HOURS = frozenset({"das", "do", "un", "une", "ein", "eins", "einem", "ek", "one", "me", "teen", "tin"})
"""Number words that mean something else after an `at` of another language."""


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


def find_times(text: str) -> list[Entity]:
    """List times of day: `09:30`, or the part of the day as `morning`, `noon`, `afternoon`, `evening`."""
    folded = fold(text)
    clocks = [entity for entity in (*_clock_times(folded), *_spoken_times(folded))]
    parts = () if clocks else _parts_of_day(folded)
    return [*clocks, *parts]


def _all_days(folded: str, today: Today) -> Iterator[tuple[int, int, date | None]]:
    for match in _ISO.finditer(folded):
        yield match.start(), match.end(), _day(int(match[1]), int(match[2]), int(match[3]))
    yield from _month_days(folded, today)
    for match in _NUMERIC.finditer(folded):
        yield match.start(), match.end(), _numeric_day(match, today)
    yield from _relative_days(folded, today)
    yield from _weekdays(folded, today)
    yield from _days_of_month(folded, today)


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
        fold(name): int(number) for number, listed in phrase_lists("calendar")["months"].items() for name in listed
    }
    either = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    year = r"(?:,? (?:de |del )?(\d{4}))?"
    day_first = whole_words(rf"(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)? ?(?:of |de |का |tarikh )?({either})\.?{year}")
    month_first = whole_words(rf"({either})\.? (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]|[.,]\d){year}")
    return day_first, month_first, names


def _month_days(folded: str, today: Today) -> Iterator[tuple[int, int, date | None]]:
    day_first, month_first, names = _months()
    for match in day_first.finditer(folded):
        yield match.start(), match.end(), _named_month(names[match[2]], int(match[1]), match[3], today)
    for match in month_first.finditer(folded):
        yield match.start(), match.end(), _named_month(names[match[1]], int(match[2]), match[3], today)


def _named_month(month: int, day: int, year: str | None, today: Today) -> date | None:
    return _day(int(year), month, day) if year else _upcoming(month, day, today)


@cache
def _relatives() -> list[tuple[re.Pattern[str], int]]:
    listed = phrase_lists("calendar")["relative"]
    return [(whole_words("|".join(map(fold, phrases))), int(days)) for days, phrases in listed.items()]


@cache
def _in_days() -> tuple[re.Pattern[str], re.Pattern[str]]:
    listed = phrase_lists("calendar")["spans"]
    number = r"(\d{1,2}|" + "|".join(sorted(map(fold, _numbers()), key=len, reverse=True)) + ")"
    after, before = "|".join(map(fold, listed["in_before"])), "|".join(map(fold, listed["in_after"]))
    unit = f"({'|'.join(map(fold, listed['days']))}|{'|'.join(map(fold, listed['weeks']))})"
    return whole_words(f"(?:{after}) {number} {unit}"), whole_words(f"{number} {unit} (?:{before})")


@cache
def _numbers() -> dict[str, int]:
    return {fold(word): int(n) for n, words in phrase_lists("calendar")["numbers"].items() for word in words}


def _relative_days(folded: str, today: Today) -> Iterator[tuple[int, int, date | None]]:
    for pattern in _in_days():
        for match in pattern.finditer(folded):
            number = int(match[1]) if match[1].isdigit() else _numbers()[match[1]]
            weeks = match[2] in {fold(word) for word in phrase_lists("calendar")["spans"]["weeks"]}
            yield match.start(), match.end(), today.day + timedelta(days=number * (7 if weeks else 1))
    for pattern, days in _relatives():
        for match in pattern.finditer(folded):
            yield match.start(), match.end(), today.day + timedelta(days=days)


@cache
def _weekday_names() -> tuple[re.Pattern[str], dict[str, int], re.Pattern[str]]:
    names = {fold(name): int(n) for n, listed in phrase_lists("calendar")["weekdays"].items() for name in listed}
    either = "|".join(sorted(names, key=len, reverse=True))
    nexts = "|".join(map(fold, phrase_lists("calendar")["marks"]["next"]))
    lasts = "|".join(map(fold, phrase_lists("calendar")["marks"]["last"]))
    pattern = whole_words(
        rf"(?:(?P<before>{nexts}) )?(?P<last>(?:{lasts}) )?(?P<name>{either})(?: (?P<after>{nexts}|{lasts}))?"
    )
    return pattern, names, re.compile(f"^(?:{lasts})$")


def _weekdays(folded: str, today: Today) -> Iterator[tuple[int, int, date | None]]:
    pattern, names, last = _weekday_names()
    for match in pattern.finditer(folded):
        ahead = (names[match["name"]] - today.day.weekday() - 1) % 7 + 1
        if match["last"] or (match["after"] and last.match(match["after"])):
            yield match.start(), match.end(), today.day + timedelta(days=ahead - 7)
            continue
        yield match.start(), match.end(), today.day + timedelta(days=ahead)


@cache
def _month_day_pattern() -> re.Pattern[str]:
    listed = phrase_lists("calendar")["marks"]["day_of_month"]
    return whole_words("|".join(fold(form).replace("#", r"(\d{1,2})") for form in listed))


def _days_of_month(folded: str, today: Today) -> Iterator[tuple[int, int, date | None]]:
    for match in _month_day_pattern().finditer(folded):
        number = next(int(group) for group in match.groups() if group)
        yield match.start(), match.end(), _next_day_of_month(number, today.day)


def _next_day_of_month(number: int, today: date) -> date | None:
    year, month = today.year, today.month
    for _ in range(3):
        day = _day(year, month, number)
        if day is not None and day >= today:
            return day
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None


def _clock_times(folded: str) -> Iterator[Entity]:
    for match in _CLOCK.finditer(folded):
        hour, minute = int(match[1] or match["hour"]), int(match[2] or match[4] or match["minute"] or 0)
        moment = _moment(hour, minute, (match[3] or "").replace(".", ""), folded)
        if moment:
            yield Entity("time", moment.isoformat("minutes"), match.group())
    for match in _CLOCK_BARE.finditer(folded):
        if not _CLOCK.match(folded, match.start()):
            yield Entity("time", time(int(match[1]), int(match[2])).isoformat("minutes"), match.group())


def _moment(hour: int, minute: int, half: str, folded: str) -> time | None:
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    elif half in {"baje", "बजे"} and hour < 8 and not _part_pattern("morning").search(folded):
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


@cache
def _spoken_clock() -> re.Pattern[str]:
    spoken = sorted(set(_numbers()) - _NOT_HOURS, key=len, reverse=True)
    number = r"(\d{1,2}(?:[:.]\d{2})?|" + "|".join(spoken) + ")"
    at = "|".join(map(fold, phrase_lists("calendar")["marks"]["at"]))
    return whole_words(f"(?:{at}) {number}(?! ?(?:%|gb|euro|dollar|day|tage|dias|jours|st|nd|rd|th|am|pm|uhr|h\\b|:))")


def _spoken_times(folded: str) -> Iterator[Entity]:
    for match in _spoken_clock().finditer(folded):
        said = match[1]
        hour, _, minute = (said if said[0].isdigit() else str(_numbers()[said])).replace(".", ":").partition(":")
        number = int(hour)
        if number < 24 and int(minute or 0) < 60 and ":" not in said:
            afternoon = 1 <= number <= 7 and not _part_pattern("morning").search(folded)
            yield Entity("time", time(number + 12 * afternoon, int(minute or 0)).isoformat("minutes"), match.group())


@cache
def _part_pattern(part: str) -> re.Pattern[str]:
    return whole_words("|".join(map(fold, phrase_lists("calendar")["parts_of_day"][part])))


def _parts_of_day(folded: str) -> Iterator[Entity]:
    for part in phrase_lists("calendar")["parts_of_day"]:
        match = _part_pattern(part).search(folded)
        if match:
            yield Entity("time", part, match.group())
