"""Readings that name a day of the week: `next Friday`, `Thursday the 21st`, `the second Monday of May`."""

import re
from calendar import monthrange
from datetime import date, timedelta

from understanding.entities.day_readers import (
    NO_DAY,
    UNCLEAR,
    Reader,
    Reference,
    day_of,
    number_of,
    shifted_month,
    way_of,
    year_of,
)


def _ahead(weekday: int, day: date) -> date:
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def _nth_ahead(found: re.Match[str], today: Reference) -> date:
    return _ahead(int(found["w"]), today.day) + timedelta(weeks=number_of(found["n"]) - 1)


def _nth(found: re.Match[str], today: Reference) -> date | None:
    groups = found.groupdict()
    if groups.get("m"):
        month, year = int(found["m"]), year_of(groups.get("y"))
        if not year:
            year = today.day.year + (month < today.day.month)
    else:
        year, month = shifted_month(today.day, way_of(found["r"]))
    weekday, place = int(found["w"][1]), found["o"]
    first = (weekday - date(year, month, 1).weekday()) % 7 + 1
    days = list(range(first, monthrange(year, month)[1] + 1, 7))
    at = len(days) if place == "k:last" else number_of(place)
    return date(year, month, days[at - 1]) if 0 < at <= len(days) else None


def _in_week(found: re.Match[str], today: Reference) -> date:
    monday = today.day - timedelta(days=today.day.weekday())
    return monday + timedelta(days=7 * way_of(found["r"]) + int(found["w"][1]))


def _weeks_on(found: re.Match[str], today: Reference) -> date:
    return _ahead(int(found["w"][1]), today.day) + timedelta(weeks=number_of(found.groupdict().get("n")))


def _weeks_back(found: re.Match[str], today: Reference) -> date:
    monday = today.day - timedelta(days=today.day.weekday())
    return monday + timedelta(days=int(found["w"][1])) - timedelta(weeks=number_of(found["n"]))


def _next_weekday(found: re.Match[str], today: Reference) -> date:
    weekday = int(found["w"][1])
    if found["k"] == "k:last":
        return _ahead(weekday, today.day) - timedelta(days=7 if weekday != today.day.weekday() else 14)
    if today.locale == "de":
        return _ahead(weekday, today.day)
    monday = today.day - timedelta(days=today.day.weekday())
    return monday + timedelta(days=7 + weekday)


def _weekday(found: re.Match[str], today: Reference) -> date:
    return _ahead(int(found["w"][1]), today.day)


def _weekday_hindi(found: re.Match[str], today: Reference) -> date | None:
    return _weekday(found, today) if today.locale == "hi" else NO_DAY


def _weekday_the(found: re.Match[str], today: Reference) -> date | None:
    """`Thursday the 21st`: the next such day of a month that is that weekday, or the last one.

    Where none is near, `Thursday 5` is an hour of that Thursday.
    """
    if is_place(found.group()):
        return NO_DAY
    number, weekday = number_of(found["d"]), int(found["w"][1])
    year, month = today.day.year, today.day.month
    ahead: list[date] = []
    for n in range(13):
        y, m = shifted_month(date(year, month, 1), n)
        day = day_of(y, m, number)
        if day and day.weekday() == weekday and day >= today.day:
            ahead.append(day)
    past = [
        day
        for n in range(0, 3)
        if (day := day_of(*shifted_month(date(year, month, 1), -n), number))
        and day.weekday() == weekday
        and day < today.day
    ]
    near = [day for day in ahead if day - today.day < timedelta(days=62)]
    if not near and _BARE_HOUR.fullmatch(found.group()):
        return NO_DAY
    return next(iter([*near, *past, *ahead]), UNCLEAR)


def is_place(notation: str) -> bool:
    """Whether `the first on Friday` is said: the first of several things, and no first of a month."""
    return _PLACE_ON.fullmatch(notation.strip()) is not None


_BARE_HOUR = re.compile(r"[wv]\d [#n](?:[1-9]|1[0-2])")
_PLACE_ON = re.compile(r"(?:k:the )*o[1-5] k:on [wv]\d")


def _past_weekday(found: re.Match[str], today: Reference) -> date | None:
    return _ahead(int(found["w"][1]), today.day) - timedelta(days=7)


WEEKDAY_READERS: dict[str, Reader] = {
    "in_week": _in_week,
    "next_weekday": _next_weekday,
    "nth": _nth,
    "nth_ahead": _nth_ahead,
    "past_weekday": _past_weekday,
    "weekday": _weekday,
    "weekday_hindi": _weekday_hindi,
    "weekday_the": _weekday_the,
    "weeks_back": _weeks_back,
    "weeks_on": _weeks_on,
}
"""The readers by the names that the grammar has for them."""
