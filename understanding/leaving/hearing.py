"""Hears that somebody who waits for a person wants the answer another way than here, or cannot stay for it.

Learnt from sentences, near a handoff alone: anywhere else "send it by mail" is about something else.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal
from zlib import crc32

from understanding.dialogue.social import without_greeting
from understanding.intents.classifier import Classifier
from understanding.intents.examples import IN_ORDER, Example, load_examples
from understanding.language.clauses import split_sentences
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

EXAMPLES = Path(__file__).parent / "examples"
AnswerWay = Literal["", "any", "email", "sms"]
_LABEL, _OTHER = "leaves", "other"
_EVERY = 5
"""One in so many sentences of the intents and acts is learnt from, as something else."""
_FROM, _SURE = 0.6, 0.85
"""How sure the words must be to be asked about, and to be taken by their word."""
_NUMBER = re.compile(r"\+?\(?\d[\d ()./-]{5,}\d")
"""A phone number says where to, and nothing about whether."""
_LONGEST_WORDS = 30
"""Words of a sentence that may say so: a longer one tells what it is about."""


def leaving_lessons(examples: Iterable[Example]) -> tuple[Example, ...]:
    """What is learnt from: sentences of our own, and some of every intent and act."""
    others = (replace(each, intent=_OTHER) for each in examples if crc32(each.text.encode()) % _EVERY == 0)
    return tuple(sorted({*load_examples([EXAMPLES]), *others}, key=IN_ORDER))


class LeavingReader:
    """Reads whether somebody who waits wants the answer by another way."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    def hear(self, text: str) -> AnswerWay:
        """The way that a message surely names for the answer, `any` where it is to be asked; empty for other words."""
        sentences = {each: self._share(_NUMBER.sub("", without_greeting(each))) for each in split_sentences(text)}
        named: list[AnswerWay] = [way for each, share in sentences.items() if share >= _SURE for way in _ways(each)]
        if not named and max(sentences.values(), default=0.0) >= _FROM:
            return "any"
        return named[-1] if named else ""

    def _share(self, sentence: str) -> float:
        words, folded = len(sentence.split()), " ".join(fold(sentence).split())
        if not 0 < words <= _LONGEST_WORDS or phrase_pattern("leaving/ways", "here").search(folded):
            return 0.0
        return self._classifier.shares_by_words(sentence)[_LABEL]


def _ways(sentence: str) -> list[AnswerWay]:
    """The ways that a sentence names; of several the last counts, so that an e-mail does."""
    folded = " ".join(fold(sentence).split())
    ways: tuple[AnswerWay, ...] = ("sms", "email")
    return [way for way in ways if phrase_pattern("leaving/ways", way).search(folded)]
