"""Finds days as people say them in five languages; looks ahead, since customers plan."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.understanding import Entity
from understanding.entities.coding import Coded, encode
from understanding.entities.day_grammar import UNCLEAR, Found, all_days, counted_from


@dataclass(frozen=True, slots=True)
class Today:
    """The customer's day: what `tomorrow` is counted from, and whether 3/4 is in March or in April.

    `moment` is the customer's clock, for what is counted in hours; `locale` decides about words of two languages.
    """

    day: date
    month_first: bool
    locale: str = field(default="", compare=False)
    moment: datetime | None = field(default=None, compare=False)


def customer_today(now: datetime, timezone: str, locale: str, currency: str) -> Today:
    """The day that it is for a customer in this time zone; UTC where the zone is unknown."""
    try:
        zone = ZoneInfo(timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    there = now.astimezone(zone)
    return Today(there.date(), locale in ("en", "hi") and currency == "USD", locale, there.replace(tzinfo=None))


def find_dates(text: str, today: Today) -> list[Entity]:
    """List the days that are named, as ISO dates in order of mention, each stretch of text read once."""
    coded = encode(text, today.locale)
    return [Entity("date", day.isoformat(), coded.folded[start:end]) for start, end, day in named_days(coded, today)]


def unknown_days(coded: Coded, today: Today) -> list[str]:
    """The stretches of text that name a day which no calendar has, such as `30 February`."""
    return [coded.folded[start:end] for start, end, day in readings(coded, today) if day is None]


def named_days(coded: Coded, today: Today) -> list[tuple[int, int, date]]:
    """Where days are named and which they are, in order."""
    return named(readings(coded, today))


def readings(coded: Coded, today: Today) -> list[Found]:
    """The longest readings, with those that name no day of a calendar and those that are not clear."""
    found = _longest(all_days(coded, today))
    return [counted_from(coded, *one) for one in found]


def named(found: list[Found]) -> list[tuple[int, int, date]]:
    """The readings that name a day."""
    return [(start, end, day) for start, end, day in found if day is not None and day != UNCLEAR]


def _longest(found: Iterator[Found]) -> list[Found]:
    """The longest readings, none inside or across another; in order of mention."""
    taken: list[Found] = []
    for one in sorted(found, key=lambda each: (each[0] - each[1], each[0])):
        if all(one[1] <= start or one[0] >= end for start, end, _ in taken):
            taken.append(one)
    return sorted(taken, key=lambda each: each[:2])
