"""Which wishes are begun: one that is sure enough for what the message does besides."""

from dataclasses import replace

import pytest

from domain.understanding import Act, Intent, Understanding
from router.memory.state import Memory
from router.routes import Begin
from router.routing import Thresholds, choose, find_wishes

THRESHOLDS = Thresholds()
CANCEL, PRICES = "retention.cancel_subscription", "retention.plan_prices"
ENDING: tuple[Act, ...] = ("refusal", "change_of_mind", "thanks", "goodbye")


def heard(act: Act, intent: str, confidence: float) -> Understanding:
    understood = Understanding("words that stand for many", "en", (Intent(intent, confidence),))
    return replace(understood, act=act, act_confidence=0.7)


@pytest.mark.parametrize("act", ENDING)
def test_words_that_refuse_thank_or_part_begin_nothing_that_is_only_likely(act: Act) -> None:
    route = choose(Memory(), heard(act, CANCEL, 0.75), THRESHOLDS, lambda _: None)
    assert not isinstance(route, Begin)


@pytest.mark.parametrize("act", ENDING)
def test_a_sure_wish_is_begun_however_it_is_said(act: Act) -> None:
    assert [wish.intent for wish in find_wishes(Memory(), heard(act, CANCEL, 0.95), THRESHOLDS)] == [CANCEL]


@pytest.mark.parametrize("act", ENDING)
def test_what_only_tells_is_told_although_it_is_only_likely(act: Act) -> None:
    assert [wish.intent for wish in find_wishes(Memory(), heard(act, PRICES, 0.7), THRESHOLDS)] == [PRICES]


def test_an_ordinary_wish_needs_no_more_than_the_routes_threshold() -> None:
    assert [wish.intent for wish in find_wishes(Memory(), heard("new_wish", CANCEL, 0.65), THRESHOLDS)] == [CANCEL]
