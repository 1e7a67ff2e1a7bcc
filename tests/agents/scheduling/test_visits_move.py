"""Moving a booked visit."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.scheduling.times import OFFERED, offer_slots
from domain.understanding import Entity
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
    walk,
)
from tests.agents.scheduling.visit_data import list_slots, local_day, slot, visit

MOVE = "scheduling.reschedule_visit"
BOOKED = visit("WO-1", "2026-11-23", 10)
SLOTS = [slot(day, hour) for day in ("2026-11-24", "2026-11-25", "2026-11-27") for hour in (8, 10, 13, 15)]
NEW = visit("WO-1", "2026-11-25", 13)


def systems(*visits, slots=SLOTS, moved=NEW):
    return {
        "erp.list_appointments": items(*visits),
        "crm.get_customer": CUSTOMER,
        "erp.list_slots": list_slots(*slots),
        "erp.reschedule_appointment": moved,
    }


def test_the_only_visit_moves_to_the_time_that_was_picked():
    walked = walk(open_case(MOVE), systems(BOOKED), {"day": "2026-11-25", "time_1": "SL-2026-11-25-13"})
    assert resolved(walked, "moved")
    assert walked.arguments("erp.reschedule_appointment") == {"appointment_id": "WO-1", "slot_id": "SL-2026-11-25-13"}
    assert walked.end.facts["old_starts_at"] == BOOKED["starts_at"]
    assert walked.end.facts["starts_at"] == NEW["starts_at"]


def test_times_are_offered_in_order_on_the_wished_day():
    walked = walk(open_case(MOVE), systems(BOOKED), {"day": "2026-11-25", "time_1": "SL-2026-11-25-08"})
    assert [choice.time for choice in walked.question("time_1").choices] == ["08:00", "10:00", "13:00"]
    assert {choice.date for choice in walked.question("time_1").choices} == {"2026-11-25"}


def test_a_wished_time_of_day_is_offered_and_no_other():
    case = open_case(MOVE, "move it to Wednesday afternoon", Entity("time", "afternoon", "afternoon"))
    walked = walk(case, systems(BOOKED), {"day": "2026-11-25", "time_1": "SL-2026-11-25-15"})
    assert [choice.time for choice in walked.question("time_1").choices] == ["13:00", "15:00"]


def test_a_day_without_times_is_owned_up_to_and_the_nearest_are_offered():
    walked = walk(open_case(MOVE), systems(BOOKED), {"day": "2026-11-26", "time_1": "SL-2026-11-25-08"})
    assert "offer_nearest" in walked.said
    assert {choice.date for choice in walked.question("time_1").choices} <= {"2026-11-25", "2026-11-27"}


def test_a_day_that_has_times_is_not_said_to_have_none():
    case = open_case(MOVE, "move it to Wednesday", Entity("date", "2026-11-25", "Wednesday"))
    wish = {"days": ["2026-11-25"], "after": "18:00"}
    walked = walk(case, systems(BOOKED), {"day": wish, "time_1": "SL-2026-11-25-08"})
    assert "offer_nearest" not in walked.said


def test_a_far_day_without_times_around_it_falls_back_to_all_times():
    walked = walk(open_case(MOVE), systems(BOOKED), {"day": "2027-02-01", "time_1": "SL-2026-11-27-13"})
    assert resolved(walked, "moved")
    assert walked.calls.count("erp.list_slots") == 2


def test_no_wish_means_the_soonest():
    walked = walk(open_case(MOVE), systems(BOOKED), {"day": None, "time_1": "SL-2026-11-24-08"})
    assert {choice.date for choice in walked.question("time_1").choices} == {"2026-11-24"}


def test_the_day_of_the_visit_itself_is_not_taken_for_the_wish():
    present = Entity("date", "2026-11-23", "Monday")
    answers = {"day": "2026-11-23", "new_day": "2026-11-24", "time_1": "SL-2026-11-24-08"}
    walked = walk(open_case(MOVE, "I can't on Monday", present), systems(BOOKED), answers)
    assert walked.asked == ["day", "new_day", "time_1"]


def test_times_that_do_not_suit_lead_to_another_day_and_at_last_leave_the_visit():
    answers = {
        "day": "2026-11-24",
        "time_1": None,
        "day_2": "2026-11-25",
        "time_2": None,
        "day_3": None,
        "time_3": None,
    }
    walked = walk(open_case(MOVE), systems(BOOKED), answers)
    assert declined(walked, "no_time")
    assert walked.end.facts["starts_at"] == BOOKED["starts_at"]
    assert "erp.reschedule_appointment" not in walked.calls


def test_no_times_at_all_leave_the_visit():
    assert declined(walk(open_case(MOVE), systems(BOOKED, slots=[]), {"day": "2026-11-24"}), "no_time")


def test_a_time_taken_meanwhile_is_told_and_others_are_offered_once():
    answers = {"day": "2026-11-25", "time_1": ["SL-2026-11-25-13", "SL-2026-11-25-08"]}
    walked = walk(open_case(MOVE), systems(BOOKED, moved=[FAILED, NEW]), answers)
    assert resolved(walked, "moved")
    assert "time_taken" in walked.said
    assert walked.asked.count("day") == 1


def test_a_move_that_fails_twice_goes_to_a_person():
    tools = systems(BOOKED, moved=[FAILED, FAILED])
    walked = walk(open_case(MOVE), tools, {"day": "2026-11-25", "time_1": "SL-2026-11-25-13"})
    assert handed_off(walked, "tool_failure")


def test_a_refused_time_is_told_and_others_are_offered():
    tools = systems(BOOKED, moved=[REFUSED, NEW])
    walked = walk(open_case(MOVE), tools, {"day": "2026-11-25", "time_1": "SL-2026-11-25-13"})
    assert resolved(walked, "moved")


def test_a_no_leaves_the_visit_where_it_is():
    tools = systems(BOOKED, moved=WITHDRAWN)
    assert declined(walk(open_case(MOVE), tools, {"day": None, "time_1": "SL-2026-11-24-08"}), "stays")


def test_a_supervisors_no_is_told_as_such():
    tools = systems(BOOKED, moved=REJECTED)
    assert declined(walk(open_case(MOVE), tools, {"day": None, "time_1": "SL-2026-11-24-08"}), "move_not_approved")


def test_of_several_visits_the_customer_says_which():
    other = visit("WO-2", "2026-11-26", 8)
    answers = {"visit": "WO-2", "day": None, "time_1": "SL-2026-11-24-08"}
    walked = walk(open_case(MOVE), systems(BOOKED, other), answers)
    assert walked.arguments("erp.reschedule_appointment")["appointment_id"] == "WO-2"
    assert [choice.date for choice in walked.question("visit").choices] == ["2026-11-23", "2026-11-26"]


def test_a_named_visit_is_not_asked_for():
    named = Entity("reference", "WO-2", "WO-2")
    tools = systems(BOOKED, visit("WO-2", "2026-11-26", 8))
    walked = walk(open_case(MOVE, "move WO-2", named), tools, {"day": None, "time_1": "SL-2026-11-24-08"})
    assert walked.arguments("erp.reschedule_appointment")["appointment_id"] == "WO-2"
    assert "visit" not in walked.asked


def test_a_visit_that_was_handed_over_is_not_asked_for():
    tools = systems(BOOKED, visit("WO-2", "2026-11-26", 8))
    walked = walk(open_case(MOVE, appointment_id="WO-2"), tools, {"day": None, "time_1": "SL-2026-11-24-08"})
    assert walked.arguments("erp.reschedule_appointment")["appointment_id"] == "WO-2"


def test_another_visit_than_the_named_one_is_never_moved_unasked():
    named = Entity("reference", "WO-9", "WO-9")
    refused = walk(open_case(MOVE, "move WO-9", named), systems(BOOKED), {"meant_visit": False, "book_instead": False})
    assert declined(refused, "no_visit")
    agreed = {"meant_visit": True, "day": None, "time_1": "SL-2026-11-24-08"}
    assert resolved(walk(open_case(MOVE, "move WO-9", named), systems(BOOKED), agreed), "moved")


def test_a_named_visit_that_is_none_of_several_is_asked_for():
    named = Entity("reference", "WO-9", "WO-9")
    answers = {"visit": "WO-1", "day": None, "time_1": "SL-2026-11-24-08"}
    walked = walk(open_case(MOVE, "WO-9", named), systems(BOOKED, visit("WO-2", "2026-11-26", 8)), answers)
    assert "ask_visit_instead" in walked.said


def test_without_a_visit_one_can_be_booked_instead():
    cancelled = visit("WO-3", "2026-11-24", 8, status="cancelled")
    walked = walk(open_case(MOVE), systems(cancelled), {"book_instead": True}, book_visit="resolved")
    assert walked.delegated == [("scheduling.book_visit", {})]
    assert resolved(walked, "")
    assert declined(walk(open_case(MOVE), systems(), {"book_instead": False}), "no_visit")


def test_a_visit_that_has_begun_cannot_be_moved():
    begun = visit("WO-1", "2026-11-20", 9)
    walked = walk(open_case(MOVE), systems(begun), {"book_instead": True}, book_visit="declined")
    assert declined(walked, "")
    assert "erp.reschedule_appointment" not in walked.calls


DAYS = st.dates(min_value=date(2026, 11, 21), max_value=date(2026, 12, 10))
TIMES = st.lists(st.tuples(DAYS, st.integers(min_value=0, max_value=22)), unique=True, max_size=30)


@settings(max_examples=150, deadline=None)
@given(TIMES, st.none() | DAYS, st.sampled_from([None, "morning", "afternoon", "evening", "09:30", "23:59:00"]))
def test_an_offer_is_short_in_order_and_on_the_wished_day_where_it_can_be(times, day, hour):
    slots = [slot(on.isoformat(), at) for on, at in times]
    wished = day.isoformat() if day else None
    offered = offer_slots(slots, "America/New_York", wished, hour)
    assert len(offered) == min(OFFERED, sum(local_day(each) == wished for each in slots) or len(slots))
    assert [each["starts_at"] for each in offered] == sorted(each["starts_at"] for each in offered)
    assert all(each in slots for each in offered)
    if any(local_day(each) == wished for each in slots):
        assert all(local_day(each) == wished for each in offered)


@settings(max_examples=100, deadline=None)
@given(TIMES.filter(bool), DAYS)
def test_no_time_left_out_is_nearer_to_the_wished_day_than_one_offered(times, day):
    slots = [slot(on.isoformat(), at) for on, at in times]
    offered = offer_slots(slots, "America/New_York", day.isoformat(), None)
    distance = {each["slot_id"]: abs((on - day).days) for each, (on, _) in zip(slots, times, strict=True)}
    farthest = max(distance[each["slot_id"]] for each in offered)
    same_day = [each for each in slots if local_day(each) == day.isoformat()]
    left_out = [each for each in (same_day or slots) if each not in offered]
    assert all(distance[each["slot_id"]] >= farthest for each in left_out)
