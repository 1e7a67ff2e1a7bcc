"""Measures how a customer feels from -1 (furious) to 1 (delighted), and hears frustration grow."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

_SHOUTED = re.compile(r"[A-ZÄÖÜÁÉÍÓÚÑÀÂÇÈÊ]{4,}")
_LETTERS = re.compile(r"[^\W\d_]")
_MARKS = re.compile(r"[!?]{2,}|!")
_SAD = re.compile(
    "[\U0001f620\U0001f621\U0001f624\U0001f92c\U0001f622\U0001f62d\U0001f44e\U0001f612\U0001f641\U0001f63e\U0001f92e]|:-?\\(|>:\\(|:'\\("
)
_GLAD = re.compile("[\U0001f600-\U0001f60d\U0001f642\U0001f44d\U0001f64f\U0001f389\u2764\U0001f970]|:-?\\)|:-?D")
_SAME = 0.8
_SHOUTING, _CAPITALS = 0.4, 0.2
"""What capitals add to displeasure, and what they count alone: some people always write so."""
_SARCASTIC = -0.5
_REPEATED = 0.25
"""What saying it again counts: it adds to displeasure, and is none by itself."""


def measure_sentiment(text: str, recent: Sequence[str] = ()) -> float:
    """Give the sentiment of a message; saying the same thing again, or shouting, counts against it."""
    folded = fold(text)
    score = _words_score(folded) + _tone_score(text)
    if _is_shouted(text):
        score -= _SHOUTING if score < 0 else _CAPITALS
    if phrase_pattern("dialogue/sentiment", "repetition").search(folded):
        score -= 0.35
    if _repeats(folded, recent):
        score -= _REPEATED
    return round(max(-1.0, min(1.0, score)), 2)


def _words_score(folded: str) -> float:
    folded = phrase_pattern("dialogue/sentiment", "mild").sub(" ", folded)
    if phrase_pattern("dialogue/sentiment", "sarcasm").search(folded):
        return _SARCASTIC
    negative = len(phrase_pattern("dialogue/sentiment", "negative").findall(folded))
    strong = len(phrase_pattern("dialogue/sentiment", "strong").findall(folded))
    glad = list(phrase_pattern("dialogue/sentiment", "positive").finditer(folded))
    denied = sum(_is_denied(folded[: found.start()]) for found in glad if not _is_courtesy(found.group()))
    return min(len(glad) - denied, 2) * 0.3 - min(negative, 3) * 0.3 - min(strong, 2) * 0.5 - min(denied, 2) * 0.2


def _is_courtesy(glad: str) -> bool:
    """Whether a kind word is one that a no only makes polite ("no thanks")."""
    return phrase_pattern("dialogue/sentiment", "courtesy").fullmatch(glad) is not None


def _is_denied(before: str) -> bool:
    return any(phrase_pattern("dialogue/sentiment", "negation").fullmatch(word) for word in before.split()[-2:])


def _tone_score(text: str) -> float:
    score = 0.2 * bool(_GLAD.search(text)) - 0.4 * bool(_SAD.search(text))
    return score - 0.15 * (sum(len(marks) for marks in _MARKS.findall(text)) >= 2)


def _is_shouted(text: str) -> bool:
    letters = len(_LETTERS.findall(text))
    return letters >= 8 and sum(len(word) for word in _SHOUTED.findall(text)) > letters * 0.5


def _repeats(folded: str, recent: Sequence[str]) -> bool:
    if len(folded) < 12:
        return False
    earlier = [fold(message)[:400] for message in recent[-4:]]
    return any(_alike(folded[:400], message) for message in earlier if len(message) >= 12)


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= _SAME and matcher.quick_ratio() >= _SAME and matcher.ratio() >= _SAME
