"""The grammar of days, over the notation of `coding`: which stretches of a text are days, and which days they are."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from understanding.entities.coding import Coded, compile_grammar, load_grammar
from understanding.entities.day_readers import DAY_READERS, NO_DAY, UNCLEAR, Reader, Reference, number_of, shift
from understanding.entities.weekday_readers import WEEKDAY_READERS

Found = tuple[int, int, date | None]
"""Where a day is named in the folded text, from and before, and which it is; None where no calendar has it."""


@cache
def _grammar() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    readers = DAY_READERS | WEEKDAY_READERS
    return tuple((pattern, readers[name]) for name, pattern in load_grammar("day_grammar"))


def all_days(coded: Coded, today: Reference) -> Iterator[Found]:
    """Every reading of every stretch of text as a day."""
    if not coded.folded.strip():
        return
    for pattern, read in _grammar():
        for start, end, match in coded.find(pattern):
            try:
                day = read(match, today)
            except OverflowError:
                day = None
            if day is not NO_DAY:
                yield start, end, day


def counted_from(coded: Coded, start: int, end: int, day: date | None) -> Found:
    """A day that others are counted from: `two weeks after Christmas`, `three days before Tuesday`."""
    if day is None or day == UNCLEAR:
        return start, end, day
    for first, last, found in coded.find(_count()):
        if last <= start and not coded.folded[last:start].strip(" ,"):
            way = -1 if found["way"] == "k:before" else 1
            shifted = shift(day, number_of(found["n"]), found["u"], way)
            return (first, end, shifted) if shifted else (start, end, day)
    return start, end, day


@cache
def _count() -> re.Pattern[str]:
    return compile_grammar(
        r"(?P<n>k:a|k:un|k:few|k:couple|[#n]\d{1,3}) (?P<u>u:[dbwmy]) (?P<way>k:from|k:after|k:before)(?: k:the)?"
    )
