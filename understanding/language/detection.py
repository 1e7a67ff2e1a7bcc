"""Tells which language a message is in; a short or unclear message stays in the conversation's language."""

import re
from functools import cache

from domain.conversation import LOCALES
from understanding.language.phrases import phrase_lists
from understanding.language.text import fold, words

UNKNOWN = "und"
"""The language code of words in no language that can be told (ISO 639: undetermined)."""

_SCRIPTS = (
    ("hi", re.compile("[\u0900-\u097f]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af\u1100-\u11ff]")),
    ("zh", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")),
    ("ar", re.compile("[\u0600-\u06ff\u0750-\u077f]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("te", re.compile("[\u0c00-\u0c7f]")),
)
_LETTER = re.compile(r"[^\W\d_]")
_NEITHER = re.compile(r"\S+@\S+|https?://\S+|\b\w*\d\w*\b")
_SAMPLE = 600
_LOANED = 0.4
"""The vote of a word that several languages borrow from English, such as `refund` or `internet`."""
_STRONG = 2.0
"""The vote of a word that nobody says in passing in another language, such as `bonjour`."""
_CLEAR_LEAD = 1.5
_UNKNOWN_FROM = 6
"""Words, none of them known in any language, from which a message is in a language that cannot be told."""


def detect_language(text: str, expected: str) -> str:
    """Give the language of a message as a locale that we have, another one's ISO 639-1 code, or `und`.

    `expected`, the conversation's language, holds unless the words are clearly of another one.
    """
    sample = _NEITHER.sub(" ", text[:_SAMPLE])
    letters = len(_LETTER.findall(sample))
    if letters == 0:
        return expected
    script = _script(sample, letters)
    return script or _latin_language(words(fold(sample)), sample, expected)


def _script(sample: str, letters: int) -> str:
    for language, pattern in _SCRIPTS:
        found = len(pattern.findall(sample))
        if found and found * (2 if language != "ja" else 4) >= letters:
            return language
    return ""


def _latin_language(tokens: list[str], sample: str, expected: str) -> str:
    votes = _votes(tokens, sample)
    best = max(votes, key=lambda language: (votes[language], language == expected, language in LOCALES))
    lead = votes[best] - votes.get(expected, 0.0)
    if best != expected and votes[best] >= _CLEAR_LEAD and lead >= min(_CLEAR_LEAD, 0.25 * len(tokens)):
        return _settled(best, votes, tokens, expected)
    if votes[best] == 0 and len(set(tokens)) >= _UNKNOWN_FROM:
        return UNKNOWN
    return expected


def _settled(best: str, votes: dict[str, float], tokens: list[str], expected: str) -> str:
    if best in LOCALES:
        return best
    ours = max(LOCALES, key=lambda locale: (votes[locale], locale == expected))
    if votes[best] >= max(votes[ours] + _CLEAR_LEAD, 0.3 * len(tokens)):
        return best
    return ours if votes[ours] > votes.get(expected, 0.0) + 1 else expected


def _votes(tokens: list[str], sample: str) -> dict[str, float]:
    votes = dict.fromkeys(_languages(), 0.0)
    for token in dict.fromkeys(tokens):  # a word that is said twice ("no no") says no more of its language
        for language, weight in _givers().get(token, ()):
            votes[language] += weight
    if not sample.isascii():
        for language, pattern in _letters().items():
            votes[language] += min(len(pattern.findall(sample)), 3)
    return votes


@cache
def _letters() -> dict[str, re.Pattern[str]]:
    listed = phrase_lists("language/languages")["letters"]
    return {language: re.compile(f"[{''.join(letters)}]") for language, letters in listed.items()}


@cache
def _languages() -> tuple[str, ...]:
    lists = phrase_lists("language/languages")
    return (*lists["supported"], *lists["others"])


@cache
def _givers() -> dict[str, tuple[tuple[str, float], ...]]:
    lists = phrase_lists("language/languages")
    holders: dict[str, dict[str, float]] = {}
    for language, listed in {**lists["supported"], **lists["others"]}.items():
        for word in listed:
            holders.setdefault(fold(word), {})[language] = 1.0
    for word, by_language in holders.items():
        holders[word] = dict.fromkeys(by_language, 1.0 if len(by_language) == 1 else 0.75)
    for word in lists["loans"]["en"]:
        holders[fold(word)] = {"en": _LOANED}
    for language, listed in lists["strong"].items():
        for word in listed:
            holders[fold(word)] = {language: _STRONG}
    return {word: tuple(by_language.items()) for word, by_language in holders.items()}
