"""Changing the plan, with the price difference told first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.answers import find_answer
from agents.retention.plans import ON_OFFER, as_choices, list_choices, name_plan, read_direction
from domain.understanding import Understanding
from tests.agents.scheduling.journey import (
    REFUSED,
    WITHDRAWN,
    declined,
    items,
    open_case,
    resolved,
    subscription,
    walk,
)

CHANGE = "retention.change_plan"


def plan(plan_id, name, monthly_minor, down_mbps):
    return {"plan_id": plan_id, "name": name, "monthly_minor": monthly_minor, "down_mbps": down_mbps}


PLANS = [
    plan("fibre-100", "Fibre 100", 2999, 100),
    plan("fibre-300", "Fibre 300", 3999, 300),
    plan("fibre-500", "Fibre 500", 5999, 500),
    plan("fibre-1000", "Fibre 1000", 7999, 1000),
]


def quote(subscription_id, plan_id):
    new = next(each for each in PLANS if each["plan_id"] == plan_id)
    return {
        "subscription_id": subscription_id,
        "plan_id": plan_id,
        "plan_name": new["name"],
        "old_monthly_minor": 3999,
        "new_monthly_minor": new["monthly_minor"],
        "difference_minor": new["monthly_minor"] - 3999,
        "effective_on": "2026-12-01",
    }


def change(subscription_id, plan_id):
    quoted = quote(subscription_id, plan_id)
    return {**quoted, "monthly_minor": quoted["new_monthly_minor"]}


def systems(plans=PLANS, lines=None, changed=change, quoted=quote):
    return {
        "erp.list_subscriptions": items(*(lines if lines is not None else [subscription()])),
        "erp.list_plans": items(*plans),
        "erp.quote_plan_change": quoted,
        "erp.change_plan": changed,
    }


@pytest.mark.parametrize(
    ("words", "plan_id", "told"),
    [("move me to Fibre 500 please", "fibre-500", "quote_up"), ("put me on fibre 100", "fibre-100", "quote_down")],
)
def test_a_named_plan_is_quoted_and_then_changed_to(words, plan_id, told):
    walked = walk(open_case(CHANGE, words), systems())
    assert resolved(walked, "changed")
    assert walked.asked == []
    assert walked.calls.index("erp.quote_plan_change") < walked.calls.index("erp.change_plan")
    assert walked.arguments("erp.change_plan") == {"subscription_id": "SUB-1", "plan_id": plan_id}
    assert walked.facts(told)["difference_minor"] > 0


def test_the_present_plan_is_not_taken_for_the_wished_one():
    walked = walk(open_case(CHANGE, "switch from Fibre 300 to Fibre 1000"), systems())
    assert walked.arguments("erp.change_plan")["plan_id"] == "fibre-1000"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("I want something faster", ["fibre-500", "fibre-1000"]),
        ("quiero un plan más barato", ["fibre-100"]),
        ("change my plan", ["fibre-100", "fibre-500", "fibre-1000"]),
    ],
)
def test_plans_are_offered_in_the_wished_direction(words, offered):
    walked = walk(open_case(CHANGE, words), systems(), {"plan": offered[-1]})
    assert [choice.value for choice in walked.question("plan").choices] == offered
    assert walked.arguments("erp.change_plan")["plan_id"] == offered[-1]


def test_a_plan_that_was_handed_over_is_not_asked_for():
    walked = walk(open_case(CHANGE, "change it", plan_id="fibre-100"), systems())
    assert walked.asked == []


@pytest.mark.parametrize(
    ("words", "plans", "reply"),
    [
        ("an upgrade please", PLANS[:2], "none_up"),
        ("something cheaper", PLANS[1:], "none_down"),
        ("another plan", PLANS[1:2], "none_other"),
    ],
)
def test_where_no_plan_lies_in_that_direction_it_is_said(words, plans, reply):
    assert declined(walk(open_case(CHANGE, words), systems(plans=plans)), reply)


def test_a_change_at_the_same_price_is_told_as_such():
    same = {**quote("SUB-1", "fibre-500"), "new_monthly_minor": 3999, "difference_minor": 0}
    assert "quote_same" in walk(open_case(CHANGE, "Fibre 500"), systems(quoted=same)).said


@pytest.mark.parametrize(("trouble", "reply"), [(WITHDRAWN, "unchanged"), (REFUSED, "not_possible")])
def test_a_change_that_does_not_happen_keeps_the_plan(trouble, reply):
    walked = walk(open_case(CHANGE, "Fibre 500"), systems(changed=trouble))
    assert declined(walked, reply)
    assert walked.end.facts["plan_name"] == "Fibre 300"


def test_a_suspended_subscription_is_not_changed():
    walked = walk(open_case(CHANGE, "Fibre 500"), systems(lines=[subscription(status="suspended")]))
    assert declined(walked, "suspended")


def test_without_a_subscription_there_is_nothing_to_change():
    assert declined(walk(open_case(CHANGE), systems(lines=[])), "no_subscription")


@pytest.mark.parametrize(
    ("words", "plan_id"),
    [
        ("Fibre 1000", "fibre-1000"),
        ("fibre 100.", "fibre-100"),
        ("the 1000 one", "fibre-1000"),
        ("Fibre 500, please", "fibre-500"),
        ("fibre-100", "fibre-100"),
    ],
)
def test_a_plan_is_picked_by_name_and_never_by_part_of_another_name(words, plan_id):
    ask = walk(open_case(CHANGE, "change"), systems(), {"plan": "fibre-100"}).question("plan")
    answer = find_answer(ask, (), Understanding(text=words, locale="en"))
    assert answer is not None
    assert answer.value == plan_id


@pytest.mark.parametrize(
    ("words", "direction"),
    [
        ("I need more speed", "up"),
        ("ein günstigerer Tarif, also billiger", "down"),
        ("un forfait moins cher", "down"),
        ("मुझे सस्ता प्लान चाहिए", "down"),
        ("tez internet chahiye", "up"),
        ("faster and cheaper", ""),
        ("hello", ""),
    ],
)
def test_the_direction_is_heard_in_the_customers_words(words, direction):
    assert read_direction(words) == direction


def test_two_named_plans_name_none():
    assert name_plan("Fibre 500 or Fibre 1000?", PLANS) is None


PRICES = st.lists(st.integers(min_value=1, max_value=99999), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(PRICES, st.sampled_from(["up", "down", ""]))
def test_plans_on_offer_are_few_different_and_in_the_wished_direction(prices, direction):
    plans = [plan(f"p-{at}", f"Plan {at}", price, 100 + at) for at, price in enumerate(prices)]
    current = {"plan_id": "p-0", "monthly_minor": prices[0]}
    offered = list_choices(plans, current, direction)
    assert len(offered) <= ON_OFFER
    assert all(each["plan_id"] != "p-0" for each in offered)
    signs = {"up": 1, "down": -1}
    assert all((each["monthly_minor"] - prices[0]) * signs.get(direction, 0) >= (direction != "") for each in offered)
    assert len({choice.value for choice in as_choices(offered)}) == len(offered)
