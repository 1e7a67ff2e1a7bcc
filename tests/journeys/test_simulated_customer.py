"""Simulated customers: the same dice give the same customer, and each answers what it is asked."""

from datetime import date
from typing import Any

import pytest

from app.journeys.customer import WRONG_CODE, Leave, SimulatedCustomer, Trial, Utterance, Wait
from app.journeys.phrases import load_phrases
from app.journeys.scenario import Expectation, Manner, Scenario, Variant, Write
from app.journeys.score import VariantResult
from app.journeys.trial import Result

TODAY = date(2026, 3, 11)
REFUND = "payments.refund_payment"
OPENINGS = ("take one back", "you took two")


def variant(manner: Manner = "plain", **fields: Any) -> Variant:
    refund = Write(tool=REFUND, amount_minor=3999)  # pyright: ignore[reportCallIssue]
    given = {"name": "one", "about": "One.", "customers": ["C-1001"], "expects": Expectation(writes=[refund]), **fields}
    return Variant("billing.refund_duplicate_charge", Scenario.model_validate(given), OPENINGS, "en", manner)


def customer(manner: Manner = "plain", number: int = 0, **fields: Any) -> SimulatedCustomer:
    return SimulatedCustomer(Trial(variant(manner, **fields), number, 1), TODAY)


def turn(kind: str = "", tool: str = "", status: str = "waiting_customer", **arguments: Any) -> dict[str, Any]:
    pending = {"kind": kind, "tool": tool, "arguments": arguments, "summary": ""} if kind else None
    where = {"specialist": "billing", "procedure": "refund_duplicate_charge"}
    return {**where, "status": status, "pending": pending, "actions": [], "messages": []}


def slot(name: str, *kinds: str, choices: tuple[str, ...] = ()) -> dict[str, Any]:
    return turn("slot", slot=name, kinds=list(kinds), choices=list(choices))


def said(one: SimulatedCustomer, seen: dict[str, Any]) -> str:
    move = one.answer(seen)
    assert isinstance(move, Utterance)
    return move.text


@pytest.mark.parametrize("manner", ["plain", "chatty", "angry", "confused"])
def test_the_same_dice_give_the_same_conversation(manner: Manner) -> None:
    seen = [turn("confirm", REFUND, amount_minor=3999), turn("verify"), slot("day", "date"), turn(status="open")]
    talks = [[one.open(), *(one.answer(each) for each in seen)] for one in (customer(manner), customer(manner))]
    assert talks[0] == talks[1]


def test_each_trial_begins_with_other_words() -> None:
    assert {customer(number=number).open().text for number in range(2)} == set(OPENINGS)


def test_a_customer_agrees_to_what_they_came_for_and_to_nothing_else() -> None:
    yes = said(customer(), turn("confirm", REFUND, amount_minor=3999))
    other = said(customer(), turn("confirm", REFUND, amount_minor=4000))
    tool = said(customer(), turn("confirm", "erp.cancel_subscription", subscription_id="SUB-2001"))
    assert yes in load_phrases("en").yes["plain"]
    assert other.startswith(("no", "nope"))
    assert tool.startswith(("no", "nope"))


def test_a_customer_who_refuses_says_no() -> None:
    assert said(customer(refuses=[REFUND]), turn("confirm", REFUND, amount_minor=3999)).startswith("no")


def test_a_code_is_what_was_sent_and_a_confused_customer_first_gives_a_wrong_one() -> None:
    assert "{code}" in said(customer(), turn("verify"))
    lost = customer("confused")
    replies = [said(lost, turn("verify")) for _ in range(3)]
    assert WRONG_CODE in replies
    assert "{code}" in replies[-1]


def test_slots_are_answered_by_the_scenario_then_as_usual_then_at_a_guess() -> None:
    mine = {"remedy": "send_again", "plan": {"en": "Fibre 500"}}
    one = customer(answers=mine)
    assert said(one, slot("plan", "choice")) == "Fibre 500"
    assert said(one, slot("remedy", "choice")) in load_phrases("en").answers["send_again"]
    assert said(one, slot("time_2", "choice")) in load_phrases("en").answers["first"]
    assert said(one, slot("never_heard_of", "yes_no")).startswith(("no", "nope"))


def test_asked_which_journey_is_meant_a_customer_points_at_it_or_says_it_again() -> None:
    right = slot("journey", "choice", choices=("billing.pay_bill", "billing.refund_duplicate_charge"))
    assert "second" in said(customer(), right)
    assert said(customer(), slot("journey", "choice", choices=("billing.pay_bill", "x.y"))) in OPENINGS


def test_a_customer_waits_for_an_approval_and_leaves_with_a_person_or_when_served() -> None:
    assert customer().answer(turn("approve", REFUND)) == Wait()
    assert customer().answer(turn(status="with_representative")) == Leave()
    assert customer().answer(turn(status="open")) == Leave()


def test_patience_ends() -> None:
    one = customer()
    moves = [one.answer(turn("confirm", REFUND, amount_minor=3999)) for _ in range(4)]
    assert isinstance(moves[2], Utterance)
    assert moves[3] == Leave()


@pytest.mark.parametrize(("passed", "k", "share"), [(4, 4, 1.0), (3, 4, 0.0), (3, 1, 0.75), (3, 2, 0.5), (0, 1, 0.0)])
def test_pass_k_is_the_unbiased_share_of_k_trials_that_all_pass(passed: int, k: int, share: float) -> None:
    one = variant()
    results = [Result(one.id, n, "C-1001", () if n < passed else ("no",), (), (), 0.0) for n in range(4)]
    assert VariantResult(one, tuple(results)).pass_hat(k) == share
