"""Connections that are down, slow or dropping: from the complaint to what mends it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.troubleshooting.lines import FULL_SPEED, LOSS_PERCENT, read_test
from tests.agents.scheduling.journey import (
    CUSTOMER,
    FAILED,
    REFUSED,
    WITHDRAWN,
    declined,
    handed_off,
    items,
    open_case,
    resolved,
    subscription,
    walk,
)

DOWN = "troubleshooting.no_connection"
ALL = [DOWN, "troubleshooting.slow_connection", "troubleshooting.unstable_connection"]
ALARMED = [DOWN, "troubleshooting.unstable_connection"]


def line_test(verdict="good", down=288.0, loss=0.0):
    return {
        "device_id": "D-1",
        "verdict": verdict,
        "device_online": verdict != "device_offline",
        "down_mbps": down,
        "plan_mbps": 300,
        "packet_loss_percent": loss,
        "tested_at": "2026-11-20T15:00:00+00:00",
    }


GOOD, OFFLINE, FAULT = line_test(), line_test("device_offline", 0.0, 100.0), line_test("line_fault", 24.0, 11.0)
WEAK = line_test("degraded", 126.0, 2.5)


def outage(**changes):
    entry = {
        "outage_id": "OUT-1",
        "site_id": "S-1",
        "started_at": "2026-11-20T09:00:00+00:00",
        "ended_at": None,
        "expected_end_at": "2026-11-20T18:00:00+00:00",
        "cause": "Fibre cut",
        "days": 1,
        "credit_due_minor": 0,
        "credited": False,
    }
    return {**entry, **changes}


PAST = outage(ended_at="2026-11-20T12:00:00+00:00", credit_due_minor=400)


def invoice(number=1, status="overdue", balance_minor=6499):
    return {
        "invoice_id": f"INV-{number}",
        "due_on": f"2026-11-0{number}",
        "balance_minor": balance_minor,
        "status": status,
    }


def systems(*tests, lines=None, outages=(), **changes):
    return {
        "crm.get_customer": CUSTOMER,
        "erp.list_subscriptions": items(*(lines if lines is not None else [subscription()])),
        "network.list_outages": items(*outages),
        "network.run_line_test": list(tests),
        "network.restart_device": {"device_id": "D-1", "online": True, "restarted_at": "2026-11-20T15:01:00+00:00"},
        "network.get_device": {"device_id": "D-1", "wifi_name": "Northwind-1"},
        **changes,
    }


@pytest.mark.parametrize("name", ALARMED)
def test_a_medical_alarm_goes_to_a_person_before_anything_is_tried(name):
    walked = walk(open_case(name), {"crm.get_customer": {**CUSTOMER, "flags": ["medical_alarm"]}})
    assert handed_off(walked, "vulnerable_customer", "vulnerable")
    assert walked.end.priority == "urgent"
    assert walked.calls == ["crm.get_customer"]


@pytest.mark.parametrize("name", ALL)
def test_an_offline_router_is_mended_by_a_restart(name):
    walked = walk(open_case(name), systems(OFFLINE, GOOD))
    assert resolved(walked, "mended")
    assert walked.arguments("network.restart_device") == {"device_id": "D-1"}
    assert walked.said[0] == "plan"
    assert walked.asked == []


@pytest.mark.parametrize("name", ALL)
def test_a_fault_on_the_line_leads_to_a_visit_with_all_that_is_known(name):
    walked = walk(open_case(name), systems(FAULT), book_visit="resolved")
    assert walked.delegated == [("scheduling.book_visit", {"site_id": "S-1", "reason": "Line test: fault on the line"})]
    assert resolved(walked, "visit_arranged")
    assert "network.restart_device" not in walked.calls


@pytest.mark.parametrize("name", ALL)
def test_a_fault_without_a_visit_stays_open_and_is_said(name):
    assert declined(walk(open_case(name), systems(FAULT), book_visit="declined"), "no_visit_arranged")


@pytest.mark.parametrize("name", ALL)
def test_a_weak_line_is_restarted_and_then_visited(name):
    assert resolved(walk(open_case(name), systems(WEAK, GOOD)), "mended")
    walked = walk(open_case(name), systems(WEAK, WEAK), book_visit="resolved")
    assert "not_mended" in walked.said
    assert resolved(walked, "visit_arranged")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("wanted", "kind", "reply"), [(True, "resolved", "visit_arranged"), (False, "declined", "left_as_is")]
)
def test_a_no_to_the_restart_leaves_the_router_and_offers_a_visit(name, wanted, kind, reply):
    tools = systems(OFFLINE, **{"network.restart_device": WITHDRAWN})
    walked = walk(open_case(name), tools, {"visit_wanted": wanted}, book_visit="resolved")
    assert (walked.end.kind, walked.end.reply) == (kind, reply)
    assert walked.calls.count("network.run_line_test") == 1


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("trouble", [REFUSED, FAILED])
def test_a_restart_that_is_not_possible_changes_the_plan_to_a_visit(name, trouble):
    tools = systems(OFFLINE, **{"network.restart_device": trouble})
    walked = walk(open_case(name), tools, {"visit_wanted": True}, book_visit="resolved")
    assert "restart_failed" in walked.said
    assert resolved(walked, "visit_arranged")


@pytest.mark.parametrize("name", ALL)
def test_a_line_test_that_breaks_once_is_tried_again_and_then_goes_to_a_person(name):
    assert resolved(walk(open_case(name), systems(FAILED, OFFLINE, GOOD)), "mended")
    assert handed_off(walk(open_case(name), systems(FAILED, FAILED)), "tool_failure")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("works", "reply"), [(True, "works"), (None, "try_later")])
def test_a_good_line_is_told_and_the_home_is_tried_first(name, works, reply):
    walked = walk(open_case(name), systems(GOOD), {"works_now": works})
    assert resolved(walked, reply)
    assert "network.restart_device" not in walked.calls


@pytest.mark.parametrize("name", ALL)
def test_a_good_line_that_still_does_not_work_gets_a_restart_and_at_last_a_visit(name):
    after = walk(open_case(name), systems(GOOD, GOOD), {"works_now": False, "works_after": True})
    assert resolved(after, "works")
    visit = walk(
        open_case(name), systems(GOOD, GOOD), {"works_now": False, "works_after": False}, book_visit="resolved"
    )
    assert "at_home" in visit.said
    assert resolved(visit, "visit_arranged")
    worse = walk(open_case(name), systems(GOOD, FAULT), {"works_now": False}, book_visit="resolved")
    assert "not_mended" in worse.said
    refused = systems(GOOD, **{"network.restart_device": WITHDRAWN})
    assert declined(walk(open_case(name), refused, {"works_now": False, "visit_wanted": False}), "left_as_is")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("expected_end_at", ["2026-11-20T18:00:00+00:00", None])
def test_an_outage_is_told_and_nothing_is_tested(name, expected_end_at):
    walked = walk(open_case(name), systems(outages=[outage(expected_end_at=expected_end_at)]))
    assert resolved(walked, "outage")
    assert "network.run_line_test" not in walked.calls


@pytest.mark.parametrize("name", ALL)
def test_an_outage_elsewhere_or_over_is_not_the_cause(name):
    others = [outage(site_id="S-9"), outage(ended_at="2026-11-20T12:00:00+00:00")]
    assert resolved(walk(open_case(name), systems(OFFLINE, GOOD, outages=others)), "mended")


@pytest.mark.parametrize("ended", ["resolved", "declined"])
@pytest.mark.parametrize("name", ALL)
def test_a_credit_that_an_outage_earned_is_seen_to_once_the_line_is(name, ended):
    walked = walk(open_case(name), systems(OFFLINE, GOOD, outages=[PAST]), {"wants_credit": True}, outage_credit=ended)
    assert walked.said[-2:] == ["mended", "offer_credit"]
    assert walked.asked[-1] == "wants_credit"
    assert walked.delegated == [("billing.outage_credit", {"outage_id": "OUT-1"})]
    assert resolved(walked, "")


def test_an_outage_that_goes_on_is_told_before_the_credit_for_an_earlier_one():
    earlier = outage(outage_id="OUT-0", ended_at="2026-11-02T12:00:00+00:00", credit_due_minor=1200)
    walked = walk(open_case(DOWN), systems(outages=[outage(), earlier]), {"wants_credit": False})
    assert walked.said == ["plan", "outage", "offer_credit", "credit_left"]
    assert walked.facts("offer_credit")["amount_minor"] == 1200


def test_a_credit_given_already_is_not_offered_again():
    walked = walk(open_case(DOWN), systems(OFFLINE, GOOD, outages=[{**PAST, "credited": True}]))
    assert walked.delegated == []


def test_a_credit_that_the_rules_do_not_allow_is_not_mentioned():
    walked = walk(open_case(DOWN), systems(OFFLINE, GOOD, outages=[PAST], consider=False))
    assert walked.asked == []
    assert resolved(walked, "mended")


def test_a_credit_does_not_hide_that_no_visit_was_booked():
    walked = walk(open_case(DOWN), systems(FAULT, outages=[PAST]), {"wants_credit": False}, book_visit="declined")
    assert "no_visit_arranged" in walked.said
    assert declined(walked, "")


SUSPENDED = subscription(status="suspended")


ONE_BILL_THEN_NONE = ((invoice(),), ())


def suspended(*tests, after="active", bills=ONE_BILL_THEN_NONE):
    changed = {
        "erp.list_subscriptions": [items(SUSPENDED), items(subscription(status=after))],
        "erp.list_invoices": [items(*each) for each in bills],
    }
    return systems(*tests, **changed)


@pytest.mark.parametrize("name", ALL)
def test_an_unpaid_bill_is_explained_paid_and_the_line_seen_restored(name):
    walked = walk(open_case(name), suspended(GOOD), pay_bill="resolved")
    assert walked.said == ["suspended", "restored"]
    assert walked.facts("suspended")["balance_minor"] == 6499
    assert walked.delegated == [("billing.pay_bill", {"invoice_id": "INV-1"})]
    assert resolved(walked, "restored_works")


def test_a_line_that_is_still_down_after_the_payment_is_mended():
    walked = walk(open_case(DOWN), suspended(OFFLINE, GOOD), pay_bill="resolved")
    assert resolved(walked, "mended")


def test_several_unpaid_bills_are_paid_one_after_another():
    bills = ((invoice(2), invoice(1)), (invoice(2),), ())
    walked = walk(open_case(DOWN), suspended(GOOD, bills=bills), pay_bill="resolved")
    assert [facts["invoice_id"] for _, facts in walked.delegated] == ["INV-1", "INV-2"]
    assert resolved(walked, "restored_works")


def test_bills_paid_at_one_go_are_not_asked_for_again():
    walked = walk(open_case(DOWN), suspended(GOOD, bills=((invoice(2), invoice(1)), ())), pay_bill="resolved")
    assert len(walked.delegated) == 1


@pytest.mark.parametrize(("ended", "left"), [("declined", (invoice(),)), ("declined", ()), ("resolved", (invoice(),))])
def test_a_bill_that_stays_unpaid_leaves_the_line_suspended(ended, left):
    walked = walk(open_case(DOWN), suspended(bills=((invoice(),), left)), pay_bill=ended)
    assert declined(walked, "still_suspended")
    assert "network.run_line_test" not in walked.calls


def test_a_paid_bill_that_restores_nothing_goes_to_billing():
    walked = walk(open_case(DOWN), suspended(after="suspended"), pay_bill="resolved")
    assert handed_off(walked, "tool_failure", "billing")


@pytest.mark.parametrize("bills", [(), (invoice(status="paid", balance_minor=0),)])
def test_a_suspension_that_no_bill_explains_goes_to_billing(bills):
    walked = walk(open_case(DOWN), suspended(bills=(bills,)))
    assert handed_off(walked, "policy_limit", "billing")


def test_of_several_lines_the_customer_says_which():
    lines = [subscription(1), subscription(2, plan_name="Fibre 100")]
    walked = walk(open_case(DOWN), systems(OFFLINE, GOOD, lines=lines), {"line": "SUB-2"})
    assert walked.arguments("network.restart_device") == {"device_id": "D-2"}


def test_a_line_that_was_handed_over_is_not_asked_for():
    lines = [subscription(1), subscription(2)]
    walked = walk(open_case(DOWN, subscription_id="SUB-2"), systems(OFFLINE, GOOD, lines=lines))
    assert walked.arguments("network.restart_device") == {"device_id": "D-2"}


@pytest.mark.parametrize("name", [*ALL, "troubleshooting.wifi_password"])
def test_without_a_service_there_is_nothing_to_mend(name):
    gone = subscription(status="cancelled", cancellation={"effective_on": "2026-11-20", "final_bill_minor": 0})
    assert declined(walk(open_case(name), systems(lines=[gone])), "no_service")


def test_a_cancelled_line_is_mended_until_its_last_day():
    assert resolved(walk(open_case(DOWN), systems(OFFLINE, GOOD, lines=[subscription(status="cancelled")])), "mended")


def test_a_line_without_a_router_goes_to_the_technicians():
    walked = walk(open_case(DOWN), systems(lines=[subscription(device_id=None)]))
    assert handed_off(walked, "policy_limit", "technical")


SHARES = st.floats(min_value=0, max_value=2)
LOSSES = st.floats(min_value=0, max_value=100)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["good", "degraded", "line_fault", "device_offline"]), SHARES, LOSSES)
def test_a_line_is_good_only_if_it_is_fast_and_whole(verdict, share, loss):
    finding = read_test(line_test(verdict, 300 * share, loss))
    fine = verdict == "good" and 300 * share >= FULL_SPEED * 300 and loss < LOSS_PERCENT
    assert (finding == "good") == fine
    assert verdict in ("good", "degraded") or finding == verdict
