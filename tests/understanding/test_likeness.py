"""What is on offer is found by what words mean, where they say none of its names."""

from dataclasses import replace

import pytest

from domain.understanding import Entity, Understanding
from understanding.semantics.likeness import with_meant
from understanding.semantics.sentences import open_sentence_model

pytestmark = pytest.mark.skipif(open_sentence_model() is None, reason="the sentence model has no wheel here")
SAID = Understanding("a guitar lesson would be nice", "en")
OFFERED = ("Music", "Swimming")


def _meant(heard: Understanding, *labels: str) -> list[int]:
    return [each.value for each in with_meant(heard, labels, range(len(labels))).entities if each.kind == "meant"]


@pytest.mark.parametrize(
    ("words", "labels", "place"),
    [
        ("a guitar lesson would be nice", OFFERED, 0),
        ("el teléfono", ("Internet", "Móvil"), 1),
        ("I'd go for the dentist", ("Teeth", "Eyes"), 0),
    ],
)
def test_what_is_on_offer_is_found_by_what_it_means(words: str, labels: tuple[str, ...], place: int) -> None:
    assert _meant(Understanding(words, "en"), *labels) == [place]


@pytest.mark.parametrize(
    "heard",
    [
        replace(SAID, act="question"),
        replace(SAID, act="refusal"),
        replace(SAID, answer="no"),
        replace(SAID, changes_mind=True),
        replace(SAID, wants_person=True),
        replace(SAID, text="another guitar lesson would be nice"),
        replace(SAID, text="the weather is nice"),
    ],
    ids=["asks", "refuses", "says no", "changes their mind", "wants a person", "wants another", "is about none of it"],
)
def test_nothing_is_chosen_by_who(heard: Understanding) -> None:
    assert _meant(heard, *OFFERED) == []


def test_things_that_differ_by_their_figures_are_not_told_apart_by_meaning() -> None:
    assert _meant(SAID, "Music 100", "Swimming 300") == []


def test_what_was_named_before_stays() -> None:
    day = Entity("date", "2026-12-01", "tuesday")
    assert with_meant(replace(SAID, entities=(day,)), OFFERED, (0, 1)).entities[0] == day
