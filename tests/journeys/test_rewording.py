"""Customers with strangers' words: a row is said where it fits, and what they refused must not be done."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.journeys.customer import Utterance
from app.journeys.judge import UNWANTED, TrialEvidence, judge
from app.journeys.rewording import RewordedCustomer, RewordedTrial, StrangersWords, journey_labels, load_words
from app.journeys.scenario import Expectation, Scenario, Variant, Write, load_scenarios
from domain.errors import BadRequest
from tests.reference import COMPANY

REFUND = "payments.refund_payment"
CONFIRM = {"kind": "confirm", "tool": REFUND, "arguments": {"amount_minor": 3999}, "summary": ""}
TURN: dict[str, Any] = {
    "specialist": "billing",
    "procedure": "refund_duplicate_charge",
    "status": "waiting_customer",
    "pending": CONFIRM,
    "actions": [],
    "messages": [],
}
VARIANT = Variant(
    "billing.refund_duplicate_charge",
    Scenario(
        name="one",
        about="One.",
        customers=["C-1001"],
        expects=Expectation(writes=[Write(tool=REFUND, amount_minor=3999)]),  # pyright: ignore[reportCallIssue]
    ),
    ("take one back",),
    "en",
    "plain",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Word sets with one row for each place."""
    sets: dict[str, list[dict[str, Any]]] = {
        "answers": [
            {"text": "aye", "label": "yes"},
            {"text": "aye, and what is it for?", "label": "yes", "kind": "with_question"},
            {"text": "nay", "label": "no", "kind": "refusal"},
            {"text": "nay, that is all", "label": "no", "kind": "nothing_more"},
            {"text": "for whom?", "label": "other", "kind": "question"},
        ],
        "dialogue_acts": [{"text": "the other one", "label": "correction", "context": None}],
        "choices": [{"text": "numero uno", "label": 0, "kind": "ordinal"}],
        "routing_dev": [
            {"text": "twice on my card", "source_label": "transaction_charged_twice"},
            {"text": "{{Order}} twice", "source_label": "transaction_charged_twice"},
        ],
    }
    for name, rows in sets.items():
        lines = "\n".join(json.dumps({"lang": "en", **row}) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, "utf-8")
    return tmp_path


def play(words: StrangersWords, number: int) -> tuple[str, list[str], set[str]]:
    """The mood of a customer, what they say first and when the same is asked three times, and what they refused."""
    customer = RewordedCustomer(RewordedTrial(VARIANT, number, 1, words), date(2026, 3, 11))
    said = [customer.open().text]
    for _ in range(3):
        move = customer.answer(TURN)
        assert isinstance(move, Utterance)
        said.append(move.text)
    return customer.mood, said, customer.refused


def test_every_row_is_said_where_it_fits_and_nowhere_else(folder: Path) -> None:
    words = load_words(folder)
    told = [play(words, number) for number in range(40)]
    assert {said[0] for _, said, _ in told} == {"twice on my card"}
    for mood, said, refused in told:
        assert refused == ({REFUND} if mood == "refuses" else set())
        assert said[1] in {"agrees": ["aye"], "refuses": ["nay"], "strays": ["for whom?", "the other one"]}[mood]
        assert said[2] == ("nay" if mood == "refuses" else "aye")
    assert {mood for mood, *_ in told} == {"agrees", "refuses", "strays"}


def test_what_was_refused_must_not_be_done_and_need_not_be() -> None:
    done = {"tool": REFUND, "arguments": {"amount_minor": 3999}, "outcome": "succeeded"}
    evidence = TrialEvidence("C-1001", {**TURN, "handoff": None, "locale": "en"}, [], {"ok": True}, [], {})
    refused = replace(evidence, refused=frozenset({REFUND}))
    assert judge(VARIANT, evidence)
    assert judge(VARIANT, refused) == ()
    found = judge(VARIANT, replace(refused, conversation={**TURN, "handoff": None, "locale": "en", "actions": [done]}))
    assert any(each.startswith(UNWANTED) for each in found)


def test_a_folder_that_lacks_a_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="answers"):
        load_words(tmp_path)


def test_openings_are_for_journeys_that_there_are() -> None:
    assert set(journey_labels()) <= {variant.journey for variant in load_scenarios(company=COMPANY)}
