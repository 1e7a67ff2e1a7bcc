"""The wish for a person, sensitive topics, languages, answers and moods in fresh wordings of five languages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import yaml

from domain.calls import Pending
from domain.ids import PendingId
from understanding.dialogue.answers import read_answer
from understanding.dialogue.person import wants_person
from understanding.dialogue.sentiment import measure_sentiment
from understanding.dialogue.topics import find_topics
from understanding.entities.amounts import find_amounts
from understanding.entities.identifiers import find_identifiers
from understanding.language.detection import detect_language
from understanding.language.text import clean

REFUND = Pending(
    PendingId("1"),
    "confirm",
    "refund $39.99 of payment P-5002",
    "payments.refund_payment",
    {"payment_id": "P-5002", "amount_minor": 3999, "reason": "duplicate_charge"},
)
SIGNALS = cast("dict[str, Any]", yaml.safe_load(Path(__file__).with_name("signals.yaml").read_text(encoding="utf-8")))
LOCALES = ("en", "es", "de", "fr", "hi")


def answer(text: str) -> str:
    said = clean(text)
    return read_answer(said, REFUND, [*find_amounts(said), *find_identifiers(said, "USD")]).answer


def which(name: str, holds: Callable[[str], object]) -> list[str]:
    return [text for text in SIGNALS[name] if holds(text)]


def test_a_wish_for_a_person_is_heard_however_it_is_said():
    assert which("person", lambda text: not wants_person(clean(text))) == []


def test_what_only_mentions_people_is_no_such_wish():
    assert which("no_person", lambda text: wants_person(clean(text))) == []


def test_sensitive_topics_are_heard_also_where_they_are_hinted_at():
    missed = [
        (topic, text)
        for topic, texts in SIGNALS["topics"].items()
        for text in texts
        if topic not in find_topics(clean(text))
    ]
    assert missed == []


def test_everyday_words_are_no_sensitive_topic():
    assert which("no_topics", lambda text: find_topics(clean(text))) == []


def told(texts: list[str], locales: tuple[str, ...] = LOCALES) -> list[tuple[str, str, str]]:
    """Each text with the conversation's language and the one that it is told to be in."""
    return [(text, locale, detect_language(clean(text), locale)) for text in texts for locale in locales]


def test_a_language_that_we_do_not_have_is_noticed_whatever_the_conversation_was_in():
    foreign = [text for texts in SIGNALS["foreign"].values() for text in texts]
    assert [row for row in told(foreign) if row[2] in LOCALES] == []


def test_borrowed_words_do_not_change_the_language():
    read = [row for locale, texts in SIGNALS["ours"].items() for row in told(texts, (locale,))]
    assert [row for row in read if row[2] != row[1]] == []


def test_a_text_that_could_be_in_any_language_never_flips_it():
    assert [row for row in told(SIGNALS["either"]) if row[2] != row[1]] == []


def test_a_yes_is_recognised_in_its_many_forms():
    assert which("yes", lambda text: answer(text) != "yes") == []


def test_a_no_is_recognised_in_its_many_forms():
    assert which("no", lambda text: answer(text) != "no") == []


def test_what_is_not_plainly_one_of_them_is_neither():
    assert which("neither", lambda text: answer(text) != "other") == []


def test_frustration_is_heard():
    assert which("angry", lambda text: measure_sentiment(clean(text)) > -0.3) == []


def test_calm_words_are_no_frustration():
    assert which("calm", lambda text: measure_sentiment(clean(text)) < -0.1) == []
