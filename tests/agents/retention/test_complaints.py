"""Complaints: heard, recorded in the customer's own words, and told what comes next."""

import pytest

from tests.agents.scheduling.journey import FAILED, handed_off, items, open_case, resolved, walk

COMPLAIN = "retention.make_complaint"
STORY = "Your technician came two hours late and left mud all over my carpet without a word"


def case_entry(case_id, status="open", reason="complaint", opened_at="2026-11-10T10:00:00+00:00"):
    return {"case_id": case_id, "status": status, "reason": reason, "description": "", "opened_at": opened_at}


def systems(*cases, opened=None):
    return {
        "network.list_outages": items(),
        "crm.list_cases": items(*cases),
        "crm.open_case": opened or case_entry("CASE-9"),
        "crm.add_note": {"interaction_id": "I-1", "at": "2026-11-20T15:00:00+00:00"},
    }


def test_a_story_that_was_told_is_not_asked_for():
    walked = walk(open_case(COMPLAIN, STORY), systems())
    assert resolved(walked, "opened")
    assert walked.asked == []
    assert walked.arguments("crm.open_case") == {"customer_id": "C-1", "reason": "complaint", "description": STORY}
    assert walked.end.facts == {"case_id": "CASE-9"}


def test_a_bare_complaint_is_asked_what_happened():
    walked = walk(open_case(COMPLAIN, "I want to complain"), systems(), {"what_happened": STORY})
    assert walked.arguments("crm.open_case")["description"] == STORY


def test_a_complaint_about_the_same_joins_the_open_case():
    cases = [case_entry("CASE-1", opened_at="2026-10-01T10:00:00+00:00"), case_entry("CASE-2")]
    walked = walk(open_case(COMPLAIN, STORY), systems(*cases), {"same_complaint": True})
    assert resolved(walked, "added")
    assert walked.end.facts == {"case_id": "CASE-2"}
    assert STORY in walked.arguments("crm.add_note")["text"]
    assert "crm.open_case" not in walked.calls


@pytest.mark.parametrize("same", [False, None])
def test_a_complaint_about_something_else_gets_its_own_case(same):
    assert resolved(walk(open_case(COMPLAIN, STORY), systems(case_entry("CASE-1")), {"same_complaint": same}), "opened")


def test_closed_or_other_cases_are_not_brought_up():
    cases = [case_entry("CASE-1", status="closed"), case_entry("CASE-2", reason="delivery_dispute")]
    assert walk(open_case(COMPLAIN, STORY), systems(*cases)).asked == []


def test_a_very_long_story_is_kept_to_what_a_case_holds():
    walked = walk(open_case(COMPLAIN, "and then " * 500), systems())
    assert 500 < len(walked.arguments("crm.open_case")["description"]) <= 1000


def test_a_case_that_cannot_be_opened_goes_to_a_person():
    assert handed_off(walk(open_case(COMPLAIN, STORY), {**systems(), "crm.open_case": FAILED}), "tool_failure")
