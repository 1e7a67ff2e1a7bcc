"""A partner's task asks for the customer's permission, waits for it, and goes on by itself once it was given."""

from contextlib import closing

import pytest

from tests.channels.a2a.house_partner import AMIRA, Partner
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Talk
from tests.journeys.afterwards import Clock
from tests.sandbox_files import open_systems

DOUBLE = "I was charged twice, please refund one"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def guest(open_house: OpenHouse, clock: Clock) -> Guest:
    """A house in which nobody has agreed to any partner."""
    opened = await open_house(clock=clock)
    with closing(open_systems(opened.house.settings.data)) as sandbox:
        sandbox.execute("UPDATE customers SET consent_partners = 0")
    return opened


async def give(guest: Guest) -> Talk:
    """Amira allows what was asked for, in a chat, with a code."""
    amira = await guest.customer(AMIRA)
    await amira.says("allow Helpwise to act for me")
    await amira.says_code()
    assert amira.pending == ("confirm", "crm.give_partner_consent")
    await amira.says("yes")
    assert (await amira.done())[-1] == ("crm.give_partner_consent", "succeeded")
    return amira


async def test_a_task_asks_waits_and_goes_on_by_itself_once_the_customer_allowed_it(guest: Guest) -> None:
    partner = Partner(guest)
    assert await partner.says(DOUBLE) == "auth_required"
    assert "which companies may act for you" in partner.words
    assert guest.house.settings.address in partner.words
    assert (partner.pending["kind"], partner.pending["arguments"]["partner"]) == ("consent", "partner")
    assert "payments.refund_payment" in partner.pending["arguments"]["tools"]
    assert "your payments (view only)" in partner.pending["summary"]
    amira = await give(guest)
    assert "Helpwise may now act for you" in amira.text
    await guest.house.jobs.run("partner-consents")
    assert await partner.looks() == "input_required"
    assert "Thank you, you have given your permission." in partner.words
    assert partner.pending["tool"] == "payments.refund_payment"
    assert await partner.says("yes") == "auth_required", "more than partners get back by themselves: a supervisor looks"
    await Talk(guest, partner.task["metadata"]["conversation"], AMIRA).decides()
    assert await partner.looks() == "completed"
    record = (await guest.fetch("auditor", f"/v1/conversations/{partner.task['metadata']['conversation']}/journal"))[
        "items"
    ]
    assert {"crm.request_partner_consent", "payments.refund_payment"} <= {each["tool"] for each in record}
    asked = [each for each in record if each["tool"] == "crm.get_customer"]
    assert "deny" not in {each["effect"] for each in asked}, "nobody asked for it before the customer permitted it"
    yes = next(each for each in record if each["kind"] == "evidence" and "said yes" in each["rationale"])
    assert yes["rationale"] == "The partner partner said yes to exactly this call on the customer's behalf."


async def test_asked_again_it_still_waits_and_nothing_is_said_twice_by_itself(guest: Guest) -> None:
    partner = Partner(guest)
    await partner.says(DOUBLE)
    first = partner.pending["arguments"]["consent_id"]
    assert await partner.says(DOUBLE) == "auth_required"
    assert partner.pending["arguments"]["consent_id"] == first
    said = len(partner.task["history"])
    amira = await guest.customer(AMIRA)
    await amira.says("please unsubscribe me from your advertising")  # another consent: it decides nothing here
    await guest.house.jobs.run("partner-consents")
    assert await partner.looks() == "auth_required"
    assert len(partner.task["history"]) == said


async def test_a_no_ends_the_task_and_nobody_is_asked_again_at_once(guest: Guest, clock: Clock) -> None:
    partner = Partner(guest)
    await partner.says(DOUBLE)
    amira = await guest.customer(AMIRA)
    await amira.says("which companies may act for me?")
    await amira.says("no")
    await guest.house.jobs.run("partner-consents")
    assert await partner.looks() == "rejected"
    assert "You can allow it yourself in a conversation with us" in partner.words
    assert await partner.says(DOUBLE, anew=True) == "rejected"
    clock.move(days=1, minutes=1)
    assert await partner.says(DOUBLE, anew=True) == "auth_required"


async def test_a_permission_is_the_partners_own_and_ends_with_its_day_or_at_a_word(guest: Guest, clock: Clock) -> None:
    partner, other = Partner(guest), Partner(guest, "partner_2")
    await partner.says(DOUBLE)
    amira = await give(guest)
    await guest.house.jobs.run("partner-consents")
    assert await partner.looks() == "input_required"
    assert await other.says("when does my technician come?") == "auth_required"
    assert other.pending["arguments"]["partner"] == "partner_2"
    await amira.says("take the permission away from Helpwise")
    assert (await amira.done())[-1] == ("crm.withdraw_partner_consent", "succeeded")
    assert await partner.says("yes") == "rejected", "it was taken back while the refund was to be confirmed"
    assert "agents/delegated_consent" in partner.rules()
    assert "You can allow it yourself in a conversation with us" in partner.words
    clock.move(days=2)
    third = Partner(guest)
    await third.says(DOUBLE)
    await give(guest)
    clock.move(days=31)
    assert await third.says(DOUBLE, anew=True) == "auth_required", "it is over, and is asked for anew"


async def test_an_amount_above_what_was_allowed_is_refused_with_what_is_possible(guest: Guest) -> None:
    partner = Partner(guest)
    await partner.says(DOUBLE)
    with closing(open_systems(guest.house.settings.data)) as sandbox:
        sandbox.execute("UPDATE partner_consents SET amount_minor = 1999 WHERE customer_id = 'C-1001'")
    assert "$19.99" in (await give(guest)).text
    await guest.house.jobs.run("partner-consents")
    assert await partner.looks() == "rejected"
    assert "agents/consented_amount" in partner.rules()
    assert "a smaller amount is possible" in partner.words.lower()


async def test_a_permission_that_was_given_in_the_crm_itself_is_noticed(guest: Guest) -> None:
    partner = Partner(guest)
    await partner.says(DOUBLE)
    await guest.house.jobs.run("consents-elsewhere")
    assert await partner.looks() == "auth_required"
    with closing(open_systems(guest.house.settings.data)) as sandbox:
        sandbox.execute("UPDATE partner_consents SET status = 'given' WHERE customer_id = 'C-1001'")
    await guest.house.jobs.run("consents-elsewhere")
    assert await partner.looks() == "input_required"
    assert partner.pending["tool"] == "payments.refund_payment"
    said = partner.task["history"]
    await guest.house.jobs.run("consents-elsewhere")
    await partner.looks()
    assert partner.task["history"] == said


async def test_a_no_that_was_said_in_the_crm_itself_ends_the_task(guest: Guest, clock: Clock) -> None:
    partner, other = Partner(guest), Partner(guest, "partner_2")
    await partner.says(DOUBLE)
    assert await other.says("when does my technician come?") == "auth_required"
    with closing(open_systems(guest.house.settings.data)) as sandbox:
        refused = "UPDATE partner_consents SET status = 'withdrawn', decided_at = ? WHERE partner = 'partner'"
        sandbox.execute(refused, (clock().isoformat(),))
    await guest.house.jobs.run("consents-elsewhere")
    assert await partner.looks() == "rejected"
    assert "You can allow it yourself in a conversation with us" in partner.words
    assert await other.looks() == "auth_required", "another partner's request was not answered"


async def test_no_permission_is_asked_for_what_the_partner_was_not_granted(guest: Guest) -> None:
    partner = Partner(guest)
    assert await partner.says("is my refund done?") == "rejected"
    assert partner.task["metadata"]["procedure"] == "track_refund"
    assert "agents/granted" in partner.rules()
    assert "crm.request_partner_consent" not in {each["tool"] for each in partner.task["metadata"]["actions"]}
