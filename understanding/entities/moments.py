"""Days and times together: what a message names of the calendar and the clock, by our grammar and by Duckling."""

import re
from datetime import date, timedelta
from functools import cache

from domain.understanding import Entity
from understanding.entities.availability import Named, find_availability
from understanding.entities.clock_times import clock_times, hour_ranges, parts_of_day
from understanding.entities.coding import Coded, compile_grammar, encode
from understanding.entities.dates import Today, named, readings, unknown_days
from understanding.entities.day_grammar import Found
from understanding.entities.duckling import parse
from understanding.entities.numerals import number_words
from understanding.entities.weekday_readers import is_place
from understanding.language.text import fold


def find_moments(text: str, today: Today) -> list[Entity]:
    """The days as ISO dates, then the times of day (`09:30`), or the parts of it where no hour is named.

    What is excluded, or only ends a range, is none of these: `availability` says all that was said of when it suits. A
    day that no calendar has is a `no_such_day`.
    """
    coded = encode(_with_day_figures(_ONE.sub(lambda said: said[1] or "", text), today.locale), today.locale)
    things = _things(coded, today)
    wish, wanted = find_availability(coded, things, today.day)
    found = [
        Entity(_KINDS[one.kind], one.value, coded.folded[one.start : one.end]) for one in wanted if one.kind in _KINDS
    ]
    dates = [each for each in found if each.kind == "date"]
    times = [each for each in found if each.kind == "time"]
    missing = [Entity("no_such_day", said, said) for said in unknown_days(coded, today)]
    return [*dates, *times, *([wish] if wish else ()), *missing]


def _with_day_figures(text: str, locale: str) -> str:
    """The text with a day of the month that French and Spanish name by its number in figures: "le cinq"."""
    if locale not in ("fr", "es"):
        return text
    known = number_words(locale)
    return _DAY_IN_WORDS.sub(lambda said: _figure(said, known.get(fold(said["number"]), 0)), text)


def _figure(said: re.Match[str], number: int) -> str:
    return f"{said['before']}{number}" if 1 < number <= _LONGEST_MONTH else said[0]


_LONGEST_MONTH = 31
_DAY_IN_WORDS = re.compile(
    r"(?P<before>\b(?:le|el(?: d[ií]a)?|d[ií]a) )(?P<number>[^\W\d_]+)"
    r"(?=\s*(?:$|[,.;!?]|(?:que|de|del|du|porque|car|parce|quand|cuando|si)\b))",
    re.IGNORECASE,
)
_KINDS = {"day": "date", "time": "time", "part": "time"}


def _things(coded: Coded, today: Today) -> list[Named]:
    """The days, and the times or else the parts of the day, each where it stands."""
    counted = _counted(coded, today)
    days = _with_longer(readings(coded, today), _parsed(coded, today))
    ranges = [one for both in hour_ranges(coded) for one in both]
    clocks = [
        (start, end, moment)
        for start, end, moment in clock_times(coded)
        if all(end <= first or start >= last for first, last, *_ in (*counted, *ranges))
        and not (coded.folded[start:end].isdigit() and any(day[0] < start and end <= day[1] for day in days))
    ]
    days = [one for one in days if all(one[1] <= first or one[0] >= last for first, last, _ in ranges)]
    days = [
        one
        for one in days
        if not (_is_number(coded, one) and any(one[0] < end and start < one[1] for start, end, _ in clocks))
    ]
    clocks += ranges
    things = [
        Named(start, end, "day", day.isoformat(), _weekday(coded, start, end, day, today.locale))
        for start, end, day in named(days)
    ]
    things += [Named(start, end, "day", day) for start, end, day, _ in counted]
    things += [Named(start, end, "time", moment) for start, end, _, moment in counted]
    things += [Named(start, end, "time", moment) for start, end, moment in clocks]
    if not clocks and not counted:
        things += [Named(start, end, "part", part) for start, end, part in parts_of_day(coded)]
    return things


def _is_number(coded: Coded, day: Found) -> bool:
    """Whether a day is named by its number alone, as an hour may be ("the 10 am slot")."""
    return _NUMBER_ALONE.fullmatch(coded.folded[day[0] : day[1]].strip()) is not None


_NUMBER_ALONE = re.compile(r"(?:the |el |le |der |den |am )?\d{1,2}")


def _weekday(coded: Coded, start: int, end: int, day: date, locale: str) -> int | None:
    """The day of the week where nothing else names the day."""
    return day.weekday() if _WEEKDAY_ALONE.fullmatch(encode(coded.folded[start:end], locale).notation) else None


_WEEKDAY_ALONE = re.compile(r" (?:k:\w+ )*[wv][0-6] (?:[,.] )?(?:k:on )?")


def _parsed(coded: Coded, today: Today) -> list[Found]:
    """The days that Duckling reads. For hours our grammar is better on strangers' words: it is not asked for them."""
    if today.moment is None or not _HINT.search(coded.folded):
        return []
    return [
        (one.start, one.end, date.fromisoformat(str(one.value["value"])[:10]))
        for one in parse(coded.folded, today.locale, today.moment, "time")
        if one.value.get("type") == "value" and one.value.get("grain") == "day" and one.end - one.start >= _SHORTEST
        if not _SAYS_NOTHING.search(coded.folded[one.start : one.end])
        and not is_place(encode(coded.folded[one.start : one.end], today.locale).notation)
    ]


_HINT = re.compile(r"\d|[a-z]{3}")
_SHORTEST = 4
"""Letters of a stretch that Duckling reads on its own; `do` and `mar` may be anything."""
_SAYS_NOTHING = re.compile(
    r"(?:of the day|in the day|moment|now|zeit|time|sun|sat|mon|wed|may|mar|march|minute|\d(?:st|nd|rd|th))\W?$|"
    r"^(?:the |on the |for the )?(?:day|\w+(?:st|nd|rd|th)|el \w+|le \w+|am \w+n)\W?$"
)
"""Stretches that Duckling takes for a day and that customers say without meaning one."""


def _with_longer(days: list[Found], parsed: list[Found]) -> list[Found]:
    """Our readings, but where Duckling reads a longer stretch of the same words, or where we read nothing, its own."""
    kept = list(days)
    for start, end, day in parsed:
        across = [one for one in kept if one[0] < end and one[1] > start]
        if all(start <= one[0] and end >= one[1] and _says_more(start, end, one) for one in across):
            kept = [*(one for one in kept if one not in across), (start, end, day)]
    return sorted(kept, key=lambda one: one[:2])


def _says_more(start: int, end: int, other: Found) -> bool:
    """Whether a stretch is longer than another by more than a preposition or a mark."""
    return end - start > other[1] - other[0] + _A_PREPOSITION


_A_PREPOSITION = 4


def _counted(coded: Coded, today: Today) -> list[tuple[int, int, str, str]]:
    """Moments that are counted from now in hours and minutes: `in half an hour`, `vor 30 Minuten`."""
    if today.moment is None:
        return []
    found: list[tuple[int, int, str, str]] = []
    for start, end, match in coded.find(_counting()):
        way, minutes = -1 if match["back"] or match["before"] or match["ago"] else 1, _minutes(match.group())
        moment = today.moment + way * timedelta(minutes=minutes)
        if minutes and all(end <= first or start >= last for first, last, _, _ in found):
            found.append((start, end, moment.date().isoformat(), moment.strftime("%H:%M")))
    return found


@cache
def _counting() -> re.Pattern[str]:
    """French says its hours as the clock does (`dans 2 heures`), so these count only behind an `in`."""
    number = r"(?:k:a|k:un|k:few|[#n]\d{1,3})"
    length = rf"(?:{number} (?:u:h|k:minutes|u:d)|k:halfa u:h|k:halfa - u:h)"
    french = rf"(?:{length}|{number} k:oclock|k:halfa k:oclock)"
    joint = r"(?: (?:k:and |, )?"
    return compile_grammar(
        r"(?<!u:m )(?<!u:y )(?<!u:w )(?:(?:k:in|(?P<back>k:since)) (?:less than )?"
        rf"{french}{joint}{french})*(?: k:ahead)?|(?P<before>k:before) {length}{joint}{length})*|"
        rf"{length}{joint}{length})* (?:k:ahead|(?P<ago>k:ago)|later))"
    )


def _minutes(said: str) -> int:
    if not re.search(r"u:h|k:minutes|k:oclock", said):
        return 0
    total = 0
    for number, unit in re.findall(r"(k:a|k:un|k:few|k:halfa|[#n]\d{1,3}) (?:- )?(u:h|k:minutes|k:oclock|u:d)", said):
        length = {"u:h": 60, "k:oclock": 60, "k:minutes": 1, "u:d": 1440}[unit]
        if number == "k:halfa":
            total += length // 2
        else:
            total += length * (1 if number in ("k:a", "k:un") else 3 if number == "k:few" else int(number[1:]))
    return total


_SINCE = re.compile(
    r"(?<!\w)(?:since|seit|depuis|desde)"
    r"(?: (?:like|about|around|last|etwa|ungefähr|letzte[nrm]?|vorige[nrm]?|le|el|la|the))*"
    r" (?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)day|yesterday|last night|this morning|\w+tag|mittwoch|gestern|heute?"
    r"|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|hier|ce matin|lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado"
    r"|domingo|ayer)(?!\w)(?: (?:morning|evening|night|morgen|abend|früh|matin|soir))?",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"(o'?clock|\d ?[ap]m|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)"
    r"(?: the)?) ones?\b"
    r"(?! ?(?:[ap]\.?m\b|o'?clock|thirty|fifteen|hundred))|\bthe one(?= (?:on|at|in)\b)",
    re.IGNORECASE,
)
"""In "the three o'clock one", "the Wednesday one", "the one on Friday": no minute, no first of a month."""


def without_since(text: str) -> str:
    """A message without the day since when something is so: it says nothing of when something is to be."""
    return _SINCE.sub(lambda found: " " * len(found[0]), text)
