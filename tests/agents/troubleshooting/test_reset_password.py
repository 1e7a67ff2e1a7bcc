"""A link for a new password: to the address on file, never to another."""

import pytest

from domain.understanding import Entity
from tests.agents.scheduling.journey import REFUSED, WITHDRAWN, declined, handed_off, open_case, resolved, walk

RESET = "troubleshooting.reset_password"
RECORD = {"email": "amira@example.com", "phone": "+12125550101"}
SENT = {
    "sent_to": "a•••@example.com",
    "sent_at": "2026-11-20T15:00:00+00:00",
    "expires_at": "2026-11-20T15:30:00+00:00",
    "sent_before": False,
}


def reset(link, *named):
    return walk(open_case(RESET, "", *named), {"crm.get_customer": RECORD, "crm.send_sign_in_link": link})


def test_the_link_goes_out_and_is_told_masked():
    walked = reset(SENT)
    assert resolved(walked, "sent")
    assert walked.arguments("crm.send_sign_in_link") == {"customer_id": "C-1"}
    assert not walked.said


def test_another_address_is_never_used_and_the_customer_hears_why():
    walked = reset(SENT, Entity("email", "Mallory@example.net", "mallory@example.net"))
    assert walked.said == ["only_on_file"]
    assert walked.arguments("crm.send_sign_in_link") == {"customer_id": "C-1"}


def test_the_own_address_may_be_named():
    assert not reset(SENT, Entity("email", "Amira@Example.com", "Amira@Example.com")).said


def test_a_link_that_still_works_is_not_sent_twice():
    assert resolved(reset({**SENT, "sent_before": True}), "already_sent")


@pytest.mark.parametrize(("link", "reply"), [(WITHDRAWN, "not_sent")])
def test_a_no_sends_nothing(link, reply):
    assert declined(reset(link), reply)


def test_what_the_rules_do_not_allow_goes_to_a_person():
    assert handed_off(reset(REFUSED), "policy_limit", "technical")
