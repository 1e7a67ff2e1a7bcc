"""Booking, cancelling and following visits."""

import pytest

from tests.agents.scheduling.journey import (
    CUSTOMER,
    FAILED,
    REFUSED,
    REJECTED,
    WITHDRAWN,
    declined,
    handed_off,
    items,
    open_case,
    resolved,
    subscription,
    walk,
)
from tests.agents.scheduling.visit_data import list_slots, slot, visit

BOOK, CANCEL, TRACK = "scheduling.book_visit", "scheduling.cancel_visit", "scheduling.track_technician"
SLOTS = [slot("2026-11-24", hour) for hour in (8, 10, 13)]
PICK = {"day": None, "time_1": "SL-2026-11-24-10"}
NEW = visit("WO-9", "2026-11-24", 10)
AHEAD = visit("WO-1", "2026-11-23", 10)
MISSED = visit("WO-2", "2026-11-19", 10, credit_due_minor=2000)
GOOD = "scheduling.missed_visit"


def systems(*visits, lines=None, booked=NEW):
    return {
        "erp.list_subscriptions": items(*(lines if lines is not None else [subscription()])),
        "erp.list_appointments": items(*visits),
        "crm.get_customer": CUSTOMER,
        "erp.list_slots": list_slots(*SLOTS),
        "erp.book_appointment": booked,
        "erp.cancel_appointment": AHEAD,
    }


def test_a_visit_is_booked_in_the_customers_own_words():
    walked = walk(open_case(BOOK, "please  send somebody, the socket is loose"), systems(), PICK)
    assert resolved(walked, "booked")
    assert walked.arguments("erp.book_appointment") == {
        "customer_id": "C-1",
        "site_id": "S-1",
        "slot_id": "SL-2026-11-24-10",
        "reason": "please send somebody, the socket is loose",
    }


def test_a_visit_that_was_delegated_asks_for_nothing_that_is_known():
    case = open_case(BOOK, "it is slow", site_id="S-2", reason="Line test: fault on the line", day="2026-11-24")
    walked = walk(case, systems(lines=[subscription(1), subscription(2)]), {"time_1": "SL-2026-11-24-08"})
    assert walked.asked == ["day", "time_1"]
    assert walked.arguments("erp.book_appointment")["reason"] == "Line test: fault on the line"
    assert walked.arguments("erp.book_appointment")["site_id"] == "S-2"


def test_of_several_addresses_the_customer_says_which():
    lines = [subscription(1), subscription(2, plan_name="Fibre 100")]
    walked = walk(open_case(BOOK), systems(lines=lines), {"site": "S-2", **PICK})
    assert walked.arguments("erp.book_appointment")["site_id"] == "S-2"


@pytest.mark.parametrize("lines", [[], [subscription(status="cancelled", cancellation={"effective_on": "2026-11-01"})]])
def test_without_a_service_there_is_nowhere_to_go(lines):
    assert declined(walk(open_case(BOOK), systems(lines=lines)), "no_service")


def test_a_cancelled_service_that_still_runs_can_be_visited():
    assert resolved(walk(open_case(BOOK), systems(lines=[subscription(status="cancelled")]), PICK), "booked")


def test_a_visit_that_is_booked_there_already_can_be_kept():
    walked = walk(open_case(BOOK), systems(AHEAD), {"existing_visit": "keep"})
    assert resolved(walked, "kept")
    assert "erp.book_appointment" not in walked.calls


@pytest.mark.parametrize("ended", ["resolved", "declined"])
def test_a_visit_that_is_booked_there_already_can_be_moved(ended):
    walked = walk(open_case(BOOK), systems(AHEAD), {"existing_visit": "move"}, reschedule_visit=ended)
    assert walked.delegated == [("scheduling.reschedule_visit", {"appointment_id": "WO-1"})]
    assert walked.end.kind == ended


def test_an_additional_visit_can_be_booked():
    assert resolved(walk(open_case(BOOK), systems(AHEAD), {"existing_visit": "another", **PICK}), "booked")


def test_visits_elsewhere_or_over_do_not_stand_in_the_way():
    others = [visit("WO-2", "2026-11-24", 8, site_id="S-7"), visit("WO-3", "2026-11-20", 8)]
    assert "existing_visit" not in walk(open_case(BOOK), systems(*others), PICK).asked


def test_a_no_books_nothing():
    assert declined(walk(open_case(BOOK), systems(booked=WITHDRAWN), PICK), "withdrawn")


def test_nothing_that_suits_books_nothing():
    answers = {"day": None, "time_1": None, "day_2": None, "time_2": None, "day_3": None, "time_3": None}
    walked = walk(open_case(BOOK), systems(), answers)
    assert declined(walked, "no_time")
    assert "erp.book_appointment" not in walked.calls


def test_the_only_visit_is_cancelled_without_asking_why():
    walked = walk(open_case(CANCEL), systems(AHEAD))
    assert resolved(walked, "cancelled")
    assert walked.arguments("erp.cancel_appointment")["appointment_id"] == "WO-1"
    assert walked.asked == []


def test_without_a_visit_there_is_nothing_to_cancel():
    assert declined(walk(open_case(CANCEL), systems(visit("WO-1", "2026-11-23", 8, status="done"))), "no_visit")


def test_a_visit_that_has_begun_is_not_cancelled():
    walked = walk(open_case(CANCEL), systems(visit("WO-1", "2026-11-20", 9)))
    assert declined(walked, "not_any_more")
    assert "erp.cancel_appointment" not in walked.calls


@pytest.mark.parametrize(("trouble", "reply"), [(WITHDRAWN, "stays"), (REFUSED, "not_any_more")])
def test_a_visit_that_is_not_cancelled_stands(trouble, reply):
    tools = {**systems(AHEAD), "erp.cancel_appointment": trouble}
    walked = walk(open_case(CANCEL), tools)
    assert declined(walked, reply)
    assert walked.end.facts["appointment_id"] == "WO-1"


def test_a_broken_system_leads_to_a_person():
    assert handed_off(walk(open_case(CANCEL), {"erp.list_appointments": FAILED}), "tool_failure")


TECHNICIAN = {"name": "Dana Fischer", "eta_at": "2026-11-20T16:20:00+00:00", "position": "2 stops away"}


def test_a_technician_on_the_way_is_told_with_the_time():
    walked = walk(open_case(TRACK), systems(visit("WO-1", "2026-11-20", 10, technician=TECHNICIAN)))
    assert resolved(walked, "on_the_way")
    assert walked.end.facts["eta_at"] == TECHNICIAN["eta_at"]


def test_a_technician_without_a_position_is_expected():
    tools = systems(visit("WO-1", "2026-11-20", 10, technician={**TECHNICIAN, "position": None}))
    assert resolved(walk(open_case(TRACK), tools), "expected")


def test_a_technician_without_a_time_is_assigned():
    tools = systems(visit("WO-1", "2026-11-24", 10, technician={**TECHNICIAN, "eta_at": None}))
    assert resolved(walk(open_case(TRACK), tools), "assigned")


def test_the_next_visit_is_meant_not_one_that_is_over():
    tools = systems(visit("WO-2", "2026-11-19", 10), AHEAD, visit("WO-3", "2026-11-29", 10))
    walked = walk(open_case(TRACK), tools)
    assert resolved(walked, "not_assigned")
    assert walked.end.facts["appointment_id"] == "WO-1"


def test_a_visit_that_did_not_take_place_is_made_good():
    walked = walk(open_case(TRACK), systems(MISSED), missed_visit="resolved")
    assert walked.delegated == [("scheduling.missed_visit", {"appointment_id": "WO-2"})]
    assert resolved(walked, "")
    assert declined(walk(open_case(TRACK), systems(MISSED), missed_visit="declined"), "")


def make_good(*visits, credit=None, new_time=True, book_visit="resolved"):
    tools = {**systems(*visits), "erp.apply_credit": credit or {}}
    return walk(open_case(GOOD), tools, {"new_time": new_time}, book_visit=book_visit)


def test_a_missed_visit_gets_an_apology_a_new_time_and_its_credit():
    walked = make_good(MISSED)
    assert walked.said[0] == "sorry"
    assert walked.delegated == [
        ("scheduling.book_visit", {"site_id": "S-1", "reason": "Visit WO-2 did not take place"})
    ]
    assert walked.arguments("erp.apply_credit") == {
        "customer_id": "C-1",
        "amount_minor": 2000,
        "reason": "missed visit WO-2",
    }
    assert resolved(walked, "credited")


def test_who_wants_no_new_time_still_gets_the_credit():
    walked = make_good(MISSED, new_time=False)
    assert not walked.delegated
    assert resolved(walked, "credited")


def test_a_visit_that_was_booked_since_is_not_booked_twice():
    walked = make_good(MISSED, AHEAD)
    assert "booked_already" in walked.said
    assert not walked.delegated


@pytest.mark.parametrize(
    ("credit", "reply"),
    [(WITHDRAWN, "credit_left"), (REJECTED, "not_approved"), (REFUSED, "credit_refused")],
)
def test_a_credit_that_is_not_given_is_told(credit, reply):
    assert declined(make_good(MISSED, credit=credit), reply)


def test_what_was_credited_before_is_not_credited_again():
    walked = make_good({**MISSED, "credited": True})
    assert "erp.apply_credit" not in walked.calls
    assert resolved(walked, "credited_before")


def test_a_visit_whose_time_is_not_over_was_not_missed():
    assert declined(make_good(AHEAD), "not_missed")


def test_without_a_visit_nobody_is_on_the_way():
    assert declined(walk(open_case(TRACK), systems()), "no_visit")
