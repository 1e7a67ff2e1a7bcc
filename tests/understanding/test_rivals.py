"""A second reading of the same words is told, and asked about where it is nearly as likely."""

from dataclasses import replace

from domain.understanding import Intent, Understanding
from router.memory.state import Memory, TurnState
from router.nodes import signals
from router.routes import Begin, Clarify, SmallTalk
from router.routing import Thresholds, choose
from tests.understanding.conftest import FRIDAY, Read

NEAR = Intent("billing.explain_bill", 0.7, "billing.check_balance", 0.65)
FAR = Intent("billing.explain_bill", 0.7, "billing.check_balance", 0.4)


def route(intent: Intent, thresholds: Thresholds | None = None, text: str = "my bill, what is it"):
    heard = Understanding(text, "en", (intent,))
    return choose(Memory(), heard, thresholds or Thresholds(), lambda _: None)


def test_words_that_may_as_well_mean_another_journey_are_asked_about():
    assert route(NEAR) == Clarify(("billing.explain_bill", "billing.check_balance"))


def test_words_that_mean_one_journey_by_far_are_served():
    chosen = route(FAR)
    assert isinstance(chosen, Begin)
    assert chosen.wishes[0].intent == "billing.explain_bill"


def test_the_margin_is_policy_data():
    assert isinstance(route(NEAR, Thresholds(margin=0.02)), Begin)
    assert isinstance(route(FAR, Thresholds(margin=0.4)), Clarify)


def test_a_rival_that_no_journey_serves_changes_nothing():
    assert isinstance(route(Intent("billing.explain_bill", 0.7, "out_of_scope", 0.65)), Begin)
    assert isinstance(route(Intent("out_of_scope", 0.7, "billing.explain_bill", 0.65)), SmallTalk)


def test_of_two_unsure_readings_both_are_offered():
    unsure = Intent("billing.explain_bill", 0.5, "retention.change_plan", 0.4)
    assert route(unsure) == Clarify(("billing.explain_bill", "retention.change_plan"))


def test_neighbours_that_share_their_words_are_each_others_rivals(read: Read):
    understood = read("the bill")
    assert understood.intents[0].rival
    assert understood.intents[0].rival_confidence > 0


def test_a_clear_message_has_no_rival_within_the_margin(read: Read):
    intent = read("cancel my subscription").intents[0]
    assert intent.confidence - intent.rival_confidence > Thresholds().margin


def test_the_journey_that_covers_another_is_no_rival_of_it(read: Read):
    intent = read("I was charged twice and I want my money back").intents[0]
    assert (intent.name, intent.rival != "billing.request_refund") == ("billing.refund_duplicate_charge", True)


def test_how_likely_a_person_was_meant_is_told_to_the_escalation_policy():
    turn = TurnState("CV-1", "T-1", "northwind-fibre", "chat", FRIDAY, Memory())  # pyright: ignore[reportArgumentType]
    heard = Understanding("somebody", "en", (Intent("human", 0.93),))
    assert signals(turn, heard, 0)["person"] == 0.93
    beside = replace(heard, intents=(Intent("billing.pay_bill", 0.5, "human", 0.8),))
    assert signals(turn, beside, 0)["person"] == 0.8
    assert signals(turn, replace(heard, intents=(FAR,)), 0)["person"] == 0
