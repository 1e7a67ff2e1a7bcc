"""Tells which language a message is in; a short or unclear message stays in the conversation's language."""

import re
from functools import cache

from domain.conversation import LOCALES
from router.understanding.phrases import phrase_lists
from router.understanding.text import fold, words

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
_CLEAR_LEAD = 2
_STATISTICAL_WORDS = 5
_STATISTICAL_SURE = 0.95


def detect_language(text: str, expected: str) -> str:
    """Give the language of a message as a locale that we have, another ISO 639-1 code, or `und`.

    `expected`, the conversation's language, holds unless the words are clearly of another one.
    """
    sample = _NEITHER.sub(" ", text[:_SAMPLE])
    letters = len(_LETTER.findall(sample))
    if letters == 0:
        return expected
    script = _script(sample, letters)
    if script:
        return script
    return _latin_language(words(fold(sample)), sample, expected)


def _script(sample: str, letters: int) -> str:
    for language, pattern in _SCRIPTS:
        found = len(pattern.findall(sample))
        if found and found * (2 if language != "ja" else 4) >= letters:
            return language
    return ""


def _latin_language(tokens: list[str], sample: str, expected: str) -> str:
    votes = _votes(tokens)
    best = max(votes, key=lambda language: (votes[language], language == expected, language in LOCALES))
    lead = votes[best] - votes.get(expected, 0.0)
    if best == expected or (votes[best] == 0 and len(tokens) < _STATISTICAL_WORDS):
        return expected
    if best in LOCALES:
        return best if _is_clear(lead, votes[best], tokens) else expected
    return _unsupported(best, votes, tokens, sample, expected)


def _is_clear(lead: float, votes: float, tokens: list[str]) -> bool:
    if len(tokens) <= 2:
        return votes >= 2 and lead >= 2
    return lead >= min(_CLEAR_LEAD, 0.25 * len(tokens)) and votes >= 1.5


def _unsupported(best: str, votes: dict[str, float], tokens: list[str], sample: str, expected: str) -> str:
    supported = max(LOCALES, key=lambda locale: (votes[locale], locale == expected))
    if votes[best] >= votes[supported] + _CLEAR_LEAD and votes[best] >= 0.35 * len(tokens):
        return best
    guess, sure = _statistical(sample)
    if len(tokens) >= _STATISTICAL_WORDS and sure >= _STATISTICAL_SURE and guess == best:
        return best
    if votes[supported] >= 2 and supported != expected and votes[supported] > votes[expected] + 1:
        return supported
    return expected


def _votes(tokens: list[str]) -> dict[str, float]:
    votes = dict.fromkeys(_small_words(), 0.0)
    for token in tokens:
        for language, weight in _givers().get(token, ()):
            votes[language] += weight
    return votes


@cache
def _small_words() -> tuple[str, ...]:
    lists = phrase_lists("languages")
    return (*lists["supported"], *lists["others"])


@cache
def _givers() -> dict[str, tuple[tuple[str, float], ...]]:
    lists = phrase_lists("languages")
    languages = {**lists["supported"], **lists["others"]}
    holders: dict[str, list[str]] = {}
    for language, listed in languages.items():
        for word in {fold(str(word)) for word in listed}:
            holders.setdefault(word, []).append(language)
    return {word: tuple((name, 1.0 if len(names) == 1 else 0.75) for name in names) for word, names in holders.items()}


@cache
def _identifier() -> object:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)


def _statistical(sample: str) -> tuple[str, float]:
    guess, sure = _identifier().classify(sample)  # type: ignore[attr-defined]
    return str(guess), float(sure)
