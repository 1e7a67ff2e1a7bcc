"""Finds times of day as people say them in five languages: `half past nine`, `halb zehn`, `dhai baje`."""

import re
from collections.abc import Callable, Iterator
from datetime import time
from functools import cache

from domain.understanding import Entity
from understanding.entities.coding import Coded, compile_grammar, encode, load_grammar

_NOON_FROM = 7
"""Said without a part of the day, hours before this one are taken as after noon: visits are by day."""
_EARLIEST = 6
"""The same where hours are counted to 24."""
_NIGHT_UNTIL = 5
"""Hours of an evening or night before this one are those after midnight."""
_HALF = 12 * 60
Found = tuple[int, int, str]
"""Where a time is named in the folded text, from and before, and which."""

Reader = Callable[[re.Match[str], str], str | None]


def find_times(text: str, locale: str = "") -> list[Entity]:
    """List times of day: `09:30`, or the part of the day as `morning`, `afternoon`, `evening`."""
    coded = encode(text, locale)
    clocks = [Entity("time", moment, coded.folded[start:end]) for start, end, moment in clock_times(coded)]
    return clocks or [Entity("time", part, coded.folded[start:end]) for start, end, part in parts_of_day(coded)]


def clock_times(coded: Coded) -> list[Found]:
    """Where times are named and which they are, in order; the longest reading of each stretch."""
    found = [
        (start, end, moment)
        for pattern, read in _grammar()
        for start, end, match in coded.find(pattern)
        if (moment := read(match, coded.notation)) is not None
    ]
    taken: list[Found] = []
    for one in sorted(found, key=lambda each: (each[0] - each[1], each[0])):
        if all(one[1] <= start or one[0] >= end for start, end, _ in taken):
            taken.append(one)
    return sorted(taken)


def hour_ranges(coded: Coded) -> list[tuple[Found, Found]]:
    """Both ends of `between 2 and 5`, `von 14 bis 17 Uhr`, `2-5 pm`; what is said of the later end holds for both."""
    found: list[tuple[Found, Found]] = []
    for start, end, match in coded.find(_range_pattern()):
        first, last = _number(match["h"]) * 60, _number(match["h2"]) * 60
        whole = f" {match['part2']} " if match["part2"] else coded.notation
        low, high = _moment(first, match, whole), _moment(last, match, whole)
        if low and high and low < high:
            middle = (start + end) // 2
            found.append(((start, middle, low), (middle, end, high)))
    return found


@cache
def _range_pattern() -> re.Pattern[str]:
    hour = r"[#n](?:[01]?\d|2[0-4])"
    return compile_grammar(
        rf"(?P<mark>k:between|k:from|k:of|von|desde) (?:k:at )?(?P<h>{hour})(?: k:oclock)?(?: (?P<part>k:am|a:m|k:pm))?"
        rf" (?:k:and|k:to|k:at|-|bis|hasta|hasta k:at|till|until|k:and k:(?:at|the)) (?P<h2>{hour})(?: k:oclock)?"
        r"(?: (?P<part2>k:am|a:m|k:pm))?"
        r"(?= (?:$|[.,!?;]|k:on|k:the|please|bitte|[wrt]-?\d|por|gracias|danke|thanks|merci))"
    )


def parts_of_day(coded: Coded) -> Iterator[Found]:
    """Where parts of the day are named, each part once."""
    seen: set[str] = set()
    for start, end, match in coded.find(_parts_pattern()):
        part = match["p"] or ("morning" if match["a"] else _part_of(coded.folded[start:end]))
        if part not in seen:
            seen.add(part)
            yield start, end, part


_EVENING = re.compile(r"even|night|noche|abend|soir|shaam|sham|शाम|रात|raat")


def _part_of(said: str) -> str:
    return "evening" if _EVENING.search(said) else "afternoon"


@cache
def _parts_pattern() -> re.Pattern[str]:
    return compile_grammar(r"(?:[pty]:(?P<p>\w+)|k:pm|(?P<a>k:am))")


@cache
def _grammar() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    return tuple((pattern, _reader(name)) for name, pattern in load_grammar("time_grammar"))


def _reader(name: str) -> Reader:
    kind, _, minutes = name.partition("_")
    return _plus(int(minutes)) if kind == "plus" else _READERS[name]


def _number(code: str | None) -> int:
    return int(re.sub(r"\D", "", code)) if code else 0


def _moment(minutes: int, found: re.Match[str], notation: str) -> str | None:
    """The time on the clock's face at its place in the day that the words name; by day where they name none."""
    part = found.groupdict().get("part") or _part_beside(notation)
    hour = minutes // 60
    if part[1:] == ":evening" and 0 < hour < _NIGHT_UNTIL:
        minutes += 0
    elif part == "k:pm" or part[1:] in (":afternoon", ":evening") or part == "T12:00":
        late_noon = part == "T12:00" and hour in (10, 11)
        minutes += _HALF if hour < 12 and not late_noon else 0
    elif part in ("k:am", "a:m") or part[1:] == ":morning":
        minutes -= _HALF if hour == 12 and found.groupdict().get("part") else 0
    elif part != "T00:00":
        said = re.sub(r"\D", "", found.groupdict().get("h") or "")
        minutes += _by_day(int(said or hour), found)
    told = minutes % (24 * 60)
    return time(told // 60, told % 60).isoformat("minutes")


def _by_day(hour: int, found: re.Match[str]) -> int:
    groups = found.groupdict()
    padded = (groups.get("T") or groups.get("h") or "").lstrip("T#").startswith("0")
    early = hour < (_EARLIEST if "k:oclock" in found.group() and not padded else _NOON_FROM)
    written = bool(groups.get("T"))
    return _HALF if early and not written and not padded and hour > 0 else 0


def _part_beside(notation: str) -> str:
    """The part of the day that the rest of the message names, where it names just one."""
    named = set(re.findall(r"(?<= )(?:k:am|k:pm|[pty]:(?:morning|afternoon|evening))(?= )", notation))
    late = {"k:pm", "p:afternoon", "p:evening", "t:afternoon", "t:evening", "y:evening"}
    if named and named <= late:
        return "k:pm"
    return "k:am" if named and not named & late else ""


def _clock(found: re.Match[str], notation: str) -> str | None:
    hour, _, minute = found["T"].partition(":")
    if int(hour) > 23 or int(minute) > 59:
        return None
    return _moment(int(hour) * 60 + int(minute), found, notation)


def _dotted(found: re.Match[str], notation: str) -> str | None:
    hour, minute = map(int, found["D"].split("."))
    return _moment(hour * 60 + minute, found, notation) if hour < 24 and minute < 60 else None


def _run_together(found: re.Match[str], notation: str) -> str | None:
    hour, minute = divmod(int(found["hm"]), 100)
    return _moment(hour * 60 + minute, found, notation) if hour < 24 and minute < 60 else None


def _plus(minutes: int) -> Reader:
    def read(found: re.Match[str], notation: str) -> str | None:
        hour = _number(found["h"])
        return _moment(hour * 60 + minutes, found, notation) if 0 <= hour < 24 else None

    return read


def _by_word(found: re.Match[str], notation: str) -> str | None:
    return _plus(30 if found.group().startswith("k:half") else 15)(found, notation)


def _past(found: re.Match[str], notation: str) -> str | None:
    return _shifted(found, notation, 1)


def _less(found: re.Match[str], notation: str) -> str | None:
    return _shifted(found, notation, -1)


def _shifted(found: re.Match[str], notation: str, way: int) -> str | None:
    minute, hour = _number(found["m"]), _number(found["h"])
    half = 30 if found.groupdict().get("half") else 0
    return _moment(hour * 60 + half + way * minute, found, notation) if minute < 60 and hour < 24 else None


def _hour_minutes(found: re.Match[str], notation: str) -> str | None:
    minute, hour = _number(found["m"]), _number(found["h"])
    return _moment(hour * 60 + minute, found, notation) if minute < 60 and hour < 24 else None


_NO_HOUR = frozenset({"n1"})
"""`One`, `un`, `ein` after an `at` of any language are seldom an hour."""


def _bare(found: re.Match[str], notation: str) -> str | None:
    hour = _number(found["h"])
    if found["h"] in _NO_HOUR or hour >= 24:
        return None
    return _moment(hour * 60, found, notation)


def _hindi(found: re.Match[str], notation: str) -> str | None:
    added = {"k:saade": 30, "k:sava": 15, "k:paune": -15}
    if found["s"] in added:
        return _moment(_number(found["h"]) * 60 + added[found["s"]], found, notation)
    return _moment({"k:dedh": 90, "k:dhai": 150}[found["s"]], found, notation)


def _named(found: re.Match[str], notation: str) -> str | None:
    del notation
    return found["T"][1:]


def _end_of_day(found: re.Match[str], notation: str) -> str | None:
    del found, notation
    return "23:59"


_READERS: dict[str, Reader] = {
    "clock": _clock,
    "dotted": _dotted,
    "run_together": _run_together,
    "by_word": _by_word,
    "less": _less,
    "past": _past,
    "hour_minutes": _hour_minutes,
    "bare": _bare,
    "hindi": _hindi,
    "named": _named,
    "end_of_day": _end_of_day,
}
"""The readers by the names that the grammar has for them."""
