"""SMS: one short message a turn, politeness left out before anything else; abbreviations read."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import zip_longest

from router.formatters.chat import Chat
from router.formatters.formatter import Addressee, ChannelFormatter, in_language, phrases
from router.formatters.outgoing.segments import SENTENCE, count_segments, simplified, split

MOST_SEGMENTS = 3
"""Segments of one message; a longer reply is told in several."""
_WORD = re.compile(r"(?<![\w'’@./-])[A-Za-z0-9]{1,5}(?![\w'’@/-]|\.\w)")
_ENTRY = re.compile(r"\d+\.\s|-\s")
_MARKS = ".,:;!?।"


class Sms(Chat):
    """The manners of text messages."""

    def hear(self, text: str) -> str:
        """The words with the usual abbreviations written out."""
        known: dict[str, str] = _shortened()
        return _WORD.sub(lambda match: known.get(match[0].lower(), match[0]), text)

    def speak(self, texts: Sequence[str], to: Addressee) -> tuple[str, ...]:
        """All replies of a turn as one message, as short as it can be said; several where there is no room."""
        whole = simplified(" ".join(filter(None, (_in_one_line(text.strip()) for text in texts))))
        if not whole:
            return ()
        for shorter in (_without_courtesies, _without_openings):
            if count_segments(whole) > 1:
                whole = shorter(whole, to.locale)
        return split(whole, MOST_SEGMENTS)


def _in_one_line(text: str) -> str:
    """A text of several lines as one: entries of a list are told apart by their marks, not by where a line ends."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joined = ""
    for line, after in zip_longest(lines, lines[1:], fillvalue=""):
        mark = "" if not after or line[-1] in _MARKS else ";" if _ENTRY.match(after) else "."
        joined += f"{line}{mark} "
    return joined.strip()


def _without_courtesies(text: str, locale: str) -> str:
    """The text without sentences that only are polite, unless nothing else was said."""
    kept = [one for one in SENTENCE.split(text) if not _pattern("courtesies", locale).fullmatch(one.strip(" .!?।"))]
    return " ".join(kept) or text


def _without_openings(text: str, locale: str) -> str:
    """The text without the polite beginnings of its sentences."""
    return " ".join(_unopened(sentence, locale) for sentence in SENTENCE.split(text))


def _unopened(sentence: str, locale: str) -> str:
    opening = _pattern("openings", locale).match(sentence)
    rest = sentence[opening.end() :] if opening else sentence
    return rest[:1].upper() + rest[1:] if opening else sentence


@cache
def _pattern(group: str, locale: str) -> re.Pattern[str]:
    return re.compile("|".join(in_language(phrases("sms")[group], locale)), re.IGNORECASE)


@cache
def _shortened() -> dict[str, str]:
    return {str(short): meant for short, meant in phrases("sms")["shortened"].items()}


FORMATTER: ChannelFormatter = Sms()
