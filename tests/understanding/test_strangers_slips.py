"""Slips that strangers' words showed: what is repeated, what counts something else, whose sentence ends."""

import pytest

from domain.calls import Pending
from domain.ids import PendingId
from understanding.entities.bare_figures import with_bare_sum
from understanding.entities.identifiers import find_identifiers
from understanding.language.detection import detect_language

REFUND = Pending(PendingId("p"), "confirm", "refund 39.99", "payments.refund_payment", {"amount_minor": 3999})


@pytest.mark.parametrize(
    ("text", "expected"), [("no no", "en"), ("no, no, no", "fr"), ("non non", "fr"), ("ja ja", "de")]
)
def test_a_word_said_twice_changes_no_language(text: str, expected: str) -> None:
    assert detect_language(text, expected) == expected


@pytest.mark.parametrize("text", ["make it two rooms for 6 days", "in 6 Tagen", "dans 6 jours", "3 people"])
def test_a_figure_that_counts_something_is_no_sum(text: str) -> None:
    assert with_bare_sum((), text, REFUND) == ()


@pytest.mark.parametrize(
    "text", ["only 30", "30 is enough", "nur 30 bitte", "30 suffit", "bas 30 kar do", "solo 30 por favor"]
)
def test_a_bare_figure_is_a_sum_where_one_waits(text: str) -> None:
    [sum_] = with_bare_sum((), text, REFUND)
    assert (sum_.kind, sum_.value) == ("amount", 3000)


@pytest.mark.parametrize("after", [". Et vite", ". Thanks", ". Und zwar heute"])
def test_an_address_ends_where_its_sentence_does(after: str) -> None:
    [mail] = [each for each in find_identifiers(f"it is home@example.org{after}", "USD") if each.kind == "email"]
    assert mail.value == "home@example.org"
