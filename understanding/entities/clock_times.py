"""Finds times of day as people say them in five languages: `half past nine`, `halb zehn`, `dhai baje`."""

import re
from collections.abc import Iterator
from datetime import time
from functools import cache

from domain.understanding import Entity
from understanding.entities.numbers import cardinals
from understanding.language.phrases import phrase_lists, whole_words
from understanding.language.text import fold

_CLOCK = re.compile(
    r"(?<![\w.,:/$€£-])(\d{1,2})(?:[:.h](\d{2}))?"
    r"(?: ?(am|pm|a\.m\.?|p\.m\.?|h))(?![\w\u0900-\u097f])(?: ?(\d{2})(?!\d))?"
    r"|(?<![\w.,:/$€£-])(?P<hour>\d{1,2})h(?P<minute>\d{2})(?!\w)"
)
_CLOCK_BARE = re.compile(r"(?<![\w.,:/$€£-])([01]?\d|2[0-3])(?::|\.(?=\d\d uhr))([0-5]\d)(?![\w:])")
_NOT_HOURS = frozenset(
    {"das", "do", "un", "une", "ein", "eins", "einem", "ek", "one", "me", "teen", "tin", "sat", "bis"}
)
"""Number words that mean something else after an `at` of another language."""
_HOURS = 24
_NOON_FROM = 8
"""Said without a part of the day, hours before this one are taken as after noon: visits are by day."""
_EARLIEST = 6
"""The same where hours are counted to 24."""
_WHOLE_DAY = re.compile("uhr|heure")
_Found = Iterator[tuple[int, int, str]]


def find_times(text: str) -> list[Entity]:
    """List times of day: `09:30`, or the part of the day as `morning`, `noon`, `afternoon`, `evening`."""
    folded = fold(text)
    found: list[tuple[int, int, str]] = []
    for start, end, moment in (*_phrased_times(folded), *_clock_times(folded), *_spoken_times(folded)):
        if all(end <= first or start >= last for first, last, _ in found):
            found.append((start, end, moment))
    clocks = [Entity("time", moment, folded[start:end]) for start, end, moment in sorted(found)]
    return clocks or list(_parts_of_day(folded))


def _phrased_times(folded: str) -> _Found:
    """Hours with a half or a quarter, and hours with `o'clock` or a part of the day."""
    if not _hints().search(folded):
        return
    for pattern, minutes in _phrases():
        for match in pattern.finditer(folded):
            hour = _hour(match["hour"])
            added = match.groupdict().get("minute")
            by_day_from = _EARLIEST if _WHOLE_DAY.search(match.group()) else _NOON_FROM
            moment = _moment(hour, minutes + (_hour(added) if added else 0), folded, by_day_from)
            if moment:
                yield match.start(), match.end(), moment


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], int], ...]:
    words = "|".join(sorted((word for word, value in cardinals().items() if value <= _HOURS), key=len, reverse=True))
    marks = {"hh": rf"(?P<hour>\d{{1,2}}|{words})", "mm": r"(?P<minute>\d{1,2})", "qq": "(?P<minute>thirty|fifteen)"}
    made: list[tuple[re.Pattern[str], int]] = []
    for minutes, forms in phrase_lists("entities/calendar")["clock"].items():
        for form in forms:
            filled = re.sub("hh|mm|qq", lambda mark: marks[mark.group()], fold(form))
            made.append((whole_words(filled), int(minutes)))
    return tuple(made)


@cache
def _hints() -> re.Pattern[str]:
    return whole_words("|".join(map(fold, phrase_lists("entities/calendar")["clock_hints"]["any"])))


def _hour(said: str) -> float:
    return float(said) if said.isdigit() else cardinals()[said]


def _moment(hour: float, minutes: float, folded: str, by_day_from: int = _NOON_FROM) -> str | None:
    """The time on the clock's face at its place in the day that the words name; by day where they name none."""
    told = round(hour * 60 + minutes)
    early = told < by_day_from * 60 and not _part_pattern("morning").search(folded)
    if early or (_is_late(folded) and told < 12 * 60):
        told += 12 * 60
    return time(told // 60, told % 60).isoformat("minutes") if 0 <= told < 24 * 60 else None


def _is_late(folded: str) -> bool:
    return any(_part_pattern(part).search(folded) for part in ("afternoon", "evening"))


def _clock_times(folded: str) -> _Found:
    for match in _CLOCK.finditer(folded):
        hour, minute = int(match[1] or match["hour"]), int(match[2] or match[4] or match["minute"] or 0)
        moment = _on_the_day(hour, minute, (match[3] or "").replace(".", ""), folded)
        if moment:
            yield match.start(), match.end(), moment
    for match in _CLOCK_BARE.finditer(folded):
        yield match.start(), match.end(), time(int(match[1]), int(match[2])).isoformat("minutes")


def _on_the_day(hour: int, minute: int, half: str, folded: str) -> str | None:
    if half == "am":
        hour = 0 if hour == 12 else hour
    elif half == "pm" or _is_late(folded):
        hour += 12 * (hour < 12)
    return time(hour, minute).isoformat("minutes") if hour < 24 and minute < 60 else None


@cache
def _spoken_clock() -> re.Pattern[str]:
    spoken = sorted((w for w, n in cardinals().items() if n <= 24 and w not in _NOT_HOURS), key=len, reverse=True)
    number = r"(\d{1,2}(?:[:.]\d{2})?|" + "|".join(spoken) + ")"
    at = "|".join(map(fold, phrase_lists("entities/calendar")["marks"]["at"]))
    return whole_words(f"(?:{at}) {number}(?! ?(?:%|gb|euro|dollar|day|tage|dias|jours|st|nd|rd|th|am|pm|uhr|h\\b|:))")


def _spoken_times(folded: str) -> _Found:
    for match in _spoken_clock().finditer(folded):
        said = match[1].replace(".", ":")
        hour, _, minute = said.partition(":")
        if not minute and _hour(hour) < 24:
            moment = _moment(_hour(hour), 0, folded)
            if moment:
                yield match.start(), match.end(), moment


@cache
def _part_pattern(part: str) -> re.Pattern[str]:
    return whole_words("|".join(map(fold, phrase_lists("entities/calendar")["parts_of_day"][part])))


def _parts_of_day(folded: str) -> Iterator[Entity]:
    for part in phrase_lists("entities/calendar")["parts_of_day"]:
        match = _part_pattern(part).search(folded)
        if match:
            yield Entity("time", part, match.group())
