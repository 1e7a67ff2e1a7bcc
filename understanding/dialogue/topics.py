"""Recognises sensitive topics precisely: a dead phone is not a bereavement."""

from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

TOPICS = ("bereavement", "legal_threat", "regulator", "press", "self_harm", "medical_alarm", "vulnerable")


def find_topics(text: str) -> tuple[str, ...]:
    """Name the sensitive topics that a message is about."""
    folded = phrase_pattern("dialogue/topics", "not_about").sub(" · ", " ".join(fold(text).split()))
    return tuple(topic for topic in TOPICS if phrase_pattern("dialogue/topics", topic).search(folded))
