"""Recognises words that are meant for whoever comes to the customer: nobody passes them on."""

import re

from domain.understanding import Understanding
from understanding.acts.wishing import named_things, names_ending
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

_VISITS = frozenset({"visit", "technician"})
_WHEN = ("date", "time", "availability", "no_such_day")
_MARKS = re.compile(r"[^\w\s'\u0900-\u097f-]+")


def is_for_the_technician(heard: Understanding) -> bool:
    """Whether a message only asks to tell something to whoever comes ("tell him to ring the side bell").

    What asks something, names another thing, or says when or whether they are to come, is a wish of its own.
    """
    said = " ".join(_MARKS.sub(" ", fold(heard.text)).split())
    if "?" in heard.text or phrase_pattern("acts/signs", "passes_on").match(said) is None:
        return False
    comes = phrase_pattern("acts/signs", "comes").search(said) is not None
    other = named_things(heard.text) - _VISITS or names_ending(heard.text) or heard.first(*_WHEN) is not None
    return not (comes or other or heard.wants_person or heard.refused or heard.answer == "yes")
