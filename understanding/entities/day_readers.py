"""What the readings of the day grammar are worth: from the parts of a match to a day of the calendar."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Protocol

from dateutil.easter import easter

_PAST_GRACE = timedelta(days=45)
"""A day without a year that lies at most this long ago is taken as past when the words speak of the past."""
_NO_PLACE = 6
"""From this number on `the sixth` or `el seis` is a day and no place in a list."""
NO_DAY = date.max
"""What looks like a day and is none."""
UNCLEAR = date.min
"""What is a day and cannot be told: it is asked about."""
UNITS = re.compile(r"(k:a|k:un|k:few|k:couple|[#n]\d{1,3}) (u:[dbwmy])")
"""A number of days, business days, weeks, months or years."""


class Reference(Protocol):
    """What days are counted from."""

    @property
    def day(self) -> date:
        """The customer's today."""
        ...

    @property
    def month_first(self) -> bool:
        """Whether 3/4 is the third of April or the fourth of March."""
        ...

    @property
    def locale(self) -> str:
        """The language of the words."""
        ...


Reader = Callable[[re.Match[str], Reference], date | None]


def number_of(code: str | None) -> int:
    """The value of a code for a number; a few are three, a couple two, none is one."""
    if not code or code in ("k:a", "k:un"):
        return 1
    if code.startswith("k:"):
        return 3 if code == "k:few" else 2
    return int(re.sub(r"\D", "", code))


def year_of(code: str | None) -> int:
    """The year that a code names, in two or four digits or in two parts; 0 where none is named."""
    digits = [int(part) for part in re.findall(r"\d+", code or "")]
    if not digits:
        return 0
    if len(digits) == 2:
        return digits[0] * 100 + digits[1]
    return digits[0] + (2000 if digits[0] < 100 else 0)


def day_of(year: int, month: int, day: int) -> date | None:
    """A day of the calendar; None where it has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(found: re.Match[str], _: Reference) -> date | None:
    return day_of(int(found["y"]), int(found["m"]), int(found["d"]))


def _numeric(found: re.Match[str], today: Reference) -> date | None:
    first, second = int(found["a"]), int(found["b"])
    year = year_of(found["y"] or found["later"])
    if found["mark"] == "-" and found["later"] and first <= 12 and second <= 12 and first != second:
        return UNCLEAR
    if not year and found["mark"] == "-":
        return NO_DAY
    if not year and found["mark"] == "." and not (found.group().endswith(".") or found["w"] or first > 24):
        return NO_DAY
    orders = [(first, second), (second, first)]
    if today.month_first and found["mark"] != ".":
        orders.reverse()
    weekday = _weekday_of(found["w"] or found["w2"])
    days = [day for d, m in orders if m <= 12 and (day := _dated(d, m, year, weekday, today))]
    fitting = [day for day in days if weekday is None or day.weekday() == weekday]
    return next(iter(fitting), UNCLEAR if days else None)


def _dated(day: int, month: int, year: int, weekday: int | None, today: Reference) -> date | None:
    """A day of a month in that year, or in the year that is meant where none is said."""
    if year:
        return day_of(year, month, day)
    if weekday is not None:
        near = [day_of(today.day.year + n, month, day) for n in (0, 1, -1)]
        fitting = [each for each in near if each and each.weekday() == weekday and each > today.day - _PAST_GRACE]
        if fitting:
            return fitting[0]
    return _upcoming(month, day, today)


def _upcoming(month: int, day: int, today: Reference) -> date | None:
    for year in range(today.day.year, today.day.year + 5):
        found = day_of(year, month, day)
        if found and found >= today.day - _PAST_GRACE:
            return found
        if not found and (month, day) != (2, 29):
            return None
    return None


def _three_numbers(found: re.Match[str], _: Reference) -> date | None:
    """Day and month where only one order is possible; which comes first is not known of `3 4 1980`."""
    first, second, year = map(int, re.findall(r"\d+", found.group()))
    if first <= 12 and second <= 12 and first != second:
        return UNCLEAR
    return day_of(year, second, first) if second <= 12 else day_of(year, first, second)


def _numeric_marked(found: re.Match[str], today: Reference) -> date | None:
    first, second = int(found["a"]), int(found["b"])
    day, month = (second, first) if today.month_first else (first, second)
    if month > 12:
        day, month = month, day
    return _upcoming(month, day, today)


def _easter(found: re.Match[str], today: Reference) -> date:
    year = year_of(found.groupdict().get("y"))
    if year:
        return easter(year)
    return min(day for n in (0, 1) if (day := easter(today.day.year + n)) >= today.day)


def _in_month(found: re.Match[str], today: Reference) -> date | None:
    year, month = shifted_month(today.day, way_of(found["r"]))
    return day_of(year, month, number_of(found["d"]))


def _weekday_of(code: str | None) -> int | None:
    return int(code[1]) if code else None


def _month_day(found: re.Match[str], today: Reference) -> date | None:
    groups = found.groupdict()
    weekday = _weekday_of(groups.get("w") or groups.get("w2"))
    return _dated(number_of(found["d"]), int(found["m"]), year_of(groups.get("y")), weekday, today)


def _figures(found: re.Match[str], today: Reference) -> date | None:
    return _dated(int(found["d"]), int(found["m"]), year_of(found.groupdict().get("y")), None, today)


def _holiday(found: re.Match[str], today: Reference) -> date | None:
    """A day of every year: the next one where no year is said."""
    year = year_of(found["y"])
    day = day_of(year or today.day.year, int(found["m"]), int(found["d"]))
    return day if year or day is None or day >= today.day else day_of(today.day.year + 1, day.month, day.day)


def shifted_month(day: date, months: int) -> tuple[int, int]:
    """Year and month so many months after a day's own."""
    at = day.year * 12 + day.month - 1 + months
    return at // 12, at % 12 + 1


def way_of(code: str) -> int:
    """How many weeks or months on the words say: the next one is 1, the last one -1, this one 0."""
    ways = {"k:next": 1, "k:last": -1, "k:overnext": 2}
    return next((way for said, way in ways.items() if said in code), 0)


def _nth_day(found: re.Match[str], today: Reference) -> date | None:
    month, year = int(found["m"]), year_of(found.groupdict().get("y"))
    year = year or today.day.year + (month < today.day.month)
    last = monthrange(year, month)[1]
    return day_of(year, month, last if found["o"] == "k:last" else number_of(found["o"]))


def _from_day(found: re.Match[str], today: Reference) -> date | None:
    start = today.day + timedelta(days=int(found["r"]))
    return shift(start, number_of(found["n"]), found["u"], 1)


def _from_day_first(found: re.Match[str], today: Reference) -> date | None:
    code = found["x"]
    start = today.day + timedelta(days=1 if code == "x1" else int(code[1:]))
    if not found.groupdict().get("back"):
        return shift(start, number_of(found["n"]), found["u"], 1)
    start = today.day + timedelta(days=-1 if code == "x1" else int(code[1:]))
    return shift(start, number_of(found["n"]), found["u"], -1)


def _several(found: re.Match[str], today: Reference) -> date | None:
    way = -1 if found.groupdict().get("way") else 1
    day: date | None = today.day
    said = UNITS.findall(found["s"])
    for number, unit in sorted(said, key=lambda one: "ymwbd".index(one[1][-1])):
        day = shift(day, number_of(number), unit, way) if day else None
    return day


def shift(day: date, number: int, unit: str, way: int) -> date | None:
    """A day so many units later (`way` 1) or earlier (-1); a month keeps the day where it has it."""
    kind = unit[-1]
    if kind in "ym":
        year, month = shifted_month(day, way * number * (12 if kind == "y" else 1))
        return day_of(year, month, min(day.day, monthrange(year, month)[1])) if 0 < year < 9999 else None
    if kind == "b":
        for _ in range(number):
            day += timedelta(days=way)
            while day.weekday() > 4:
                day += timedelta(days=way)
        return day
    return day + timedelta(days=way * number * (7 if kind == "w" else 1))


def _either_way(found: re.Match[str], today: Reference) -> date:
    """Hindi has one word for tomorrow and yesterday: the past where the words tell of it."""
    told = " k:gone " in found.string
    return today.day + timedelta(days=int(found["x"]) * (-1 if told else 1))


def _the_day(found: re.Match[str], today: Reference) -> date | None:
    """`The third`; written as a word a small one is rather a place in a list."""
    number = number_of(found["d"])
    return _next_day_of_month(number, today.day) if found["d"][0] == "O" or number >= _NO_PLACE else NO_DAY


def _day_of_month(found: re.Match[str], today: Reference) -> date | None:
    number = number_of(found["d"])
    if found["d"][0] in "on" and not found.group().endswith("k:tarikh") and "k:on" not in found.group():
        worded = found["d"][0] == "n"
        if worded and number < _NO_PLACE:
            return NO_DAY
    return _next_day_of_month(number, today.day)


def _day_of_month_hindi(found: re.Match[str], today: Reference) -> date | None:
    return _next_day_of_month(number_of(found["d"]), today.day) if today.locale == "hi" else NO_DAY


def _day_of_month_marked(found: re.Match[str], today: Reference) -> date | None:
    return _next_day_of_month(number_of(found["d"]), today.day)


def _next_day_of_month(number: int, today: date) -> date | None:
    year, month = today.year, today.month
    for _ in range(3):
        day = day_of(year, month, number)
        if day is not None and day >= today:
            return day
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None


def _unclear(found: re.Match[str], today: Reference) -> date | None:
    del found, today
    return UNCLEAR


def _relative(found: re.Match[str], today: Reference) -> date | None:
    return today.day + timedelta(days=int(found["r"]))


def _today(found: re.Match[str], today: Reference) -> date | None:
    del found
    return today.day


def _yesterday(found: re.Match[str], today: Reference) -> date | None:
    del found
    return today.day - timedelta(days=1)


def _year_first(found: re.Match[str], today: Reference) -> date | None:
    del today
    return day_of(int(found["y"][1:]), int(found["m"]), int(found["d"]))


DAY_READERS: dict[str, Reader] = {
    "day_of_month": _day_of_month,
    "day_of_month_hindi": _day_of_month_hindi,
    "day_of_month_marked": _day_of_month_marked,
    "easter": _easter,
    "either_way": _either_way,
    "figures": _figures,
    "from_day": _from_day,
    "from_day_first": _from_day_first,
    "holiday": _holiday,
    "in_month": _in_month,
    "iso": _iso,
    "month_day": _month_day,
    "nth_day": _nth_day,
    "numeric": _numeric,
    "numeric_marked": _numeric_marked,
    "relative": _relative,
    "several": _several,
    "the_day": _the_day,
    "three_numbers": _three_numbers,
    "today": _today,
    "unclear": _unclear,
    "year_first": _year_first,
    "yesterday": _yesterday,
}
"""The readers by the names that the grammar has for them."""
