"""Promises that are kept: reminders, checks, quiet hours, consent, changed visits."""

import pytest

from tests.conftest import OpenHouse
from tests.house_guest import Guest, Talk
from tests.journeys.afterwards import Clock, look_after, mails, owed, sandbox


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def guest(open_house: OpenHouse, clock: Clock) -> Guest:
    return await open_house(clock=clock)


async def move_visit(elena: Talk, day: str = "in 6 days") -> None:
    await elena.says("I need to move my visit to another day")
    await elena.says(day)
    await elena.says("the first one")
    await elena.says("yes")


async def test_a_reminder_is_promised_and_comes_the_day_before(guest: Guest, clock: Clock) -> None:
    elena = await guest.customer("C-1005")
    await move_visit(elena)
    assert "I'll remind you by email" in elena.text
    (reminder,) = await owed(guest, "C-1005", "visit_reminder")
    assert reminder.about == "WO-7001"
    clock.now = reminder.due_at
    clock.move(minutes=-1)
    await look_after(guest)
    assert await mails(guest, "C-1005", "visit_reminder") == []
    clock.move(minutes=2)
    for _ in range(3):
        await look_after(guest)
    (mail,) = await mails(guest, "C-1005", "visit_reminder")
    said = (await elena.look())["messages"][-1]
    assert (said["role"], said["text"]) == ("system", mail)
    assert "Follow-up visit reminder about WO-7001: done." in [each["rationale"] for each in await elena.journal()]


async def test_a_reminder_survives_a_restart(open_house: OpenHouse, clock: Clock) -> None:
    first = await open_house(clock=clock)
    await move_visit(await first.customer("C-1005"))
    (reminder,) = await owed(first, "C-1005", "visit_reminder")
    clock.now = reminder.due_at
    again = await open_house(clock=clock)
    await look_after(again)
    assert len(await mails(again, "C-1005", "visit_reminder")) == 1


async def test_a_cancelled_visit_is_not_reminded_of(guest: Guest, clock: Clock) -> None:
    elena = await guest.customer("C-1005")
    await move_visit(elena)
    await elena.says("please cancel my visit")
    await elena.says("yes")
    assert [each.state for each in await owed(guest, "C-1005", "visit_reminder")] == ["called_off"]
    clock.move(days=7)
    await look_after(guest)
    assert await mails(guest, "C-1005", "visit_reminder") == []


async def test_a_visit_moved_again_is_reminded_of_once(guest: Guest, clock: Clock) -> None:
    elena = await guest.customer("C-1005")
    await move_visit(elena, "in 5 days")
    await move_visit(elena, "in 7 days")
    states = sorted(each.state for each in await owed(guest, "C-1005", "visit_reminder"))
    assert states == ["called_off", "waiting"]


async def test_a_visit_that_somebody_else_moved_is_not_reminded_of_at_the_old_time(guest: Guest, clock: Clock) -> None:
    elena = await guest.customer("C-1005")
    await move_visit(elena)
    (reminder,) = await owed(guest, "C-1005", "visit_reminder")
    sandbox(guest, "UPDATE appointments SET status = 'cancelled' WHERE customer_id = 'C-1005'")
    clock.now = reminder.due_at
    await look_after(guest)
    assert await mails(guest, "C-1005", "visit_reminder") == []
    (reminder,) = await owed(guest, "C-1005", "visit_reminder")
    assert (reminder.state, reminder.reason) == ("called_off", "it does not hold any more")


async def test_at_night_a_check_waits_for_the_customers_morning(guest: Guest, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=5)
    farid = await guest.customer("C-1006")
    await farid.says("my internet is down")
    await farid.says("yes")
    assert "whether it still works" in farid.text
    clock.move(days=1, minutes=1)
    await look_after(guest)
    assert await mails(guest, "C-1006", "repair_check") == []
    (check,) = await owed(guest, "C-1006", "repair_check")
    assert (check.state, check.reason) == ("waiting", "moved out of the quiet hours")
    clock.now = check.due_at
    await look_after(guest)
    assert len(await mails(guest, "C-1006", "repair_check")) == 1


async def test_without_consent_at_last_the_check_is_refused_with_its_reason(guest: Guest, clock: Clock) -> None:
    farid = await guest.customer("C-1006")
    await farid.says("my internet is down")
    await farid.says("yes")
    set_consent(guest, "C-1006", agreed=False)
    clock.move(days=1, minutes=1)
    await look_after(guest)
    (check,) = await owed(guest, "C-1006", "repair_check")
    assert check.state == "refused"
    assert "messages/consent" in check.reason
    assert await mails(guest, "C-1006", "repair_check") == []


async def test_nothing_is_promised_to_who_wants_no_service_messages(guest: Guest) -> None:
    set_consent(guest, "C-1006", agreed=False)
    farid = await guest.customer("C-1006")
    await farid.says("my internet is down")
    await farid.says("yes")
    assert "whether it still works" not in farid.text
    assert await owed(guest, "C-1006", "repair_check") == []


def set_consent(guest: Guest, customer_id: str, *, agreed: bool) -> None:
    sandbox(guest, "UPDATE customers SET consent_service = ? WHERE customer_id = ?", int(agreed), customer_id)


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        ("no, it still doesn't work", "I'm sorry that it is still not right"),
        ("yes, it works fine now", "Good to hear"),
    ],
)
async def test_a_check_is_answered_in_a_new_conversation(guest: Guest, clock: Clock, answer: str, reply: str) -> None:
    farid = await guest.customer("C-1006")
    await farid.says("my internet is down")
    await farid.says("yes")
    clock.move(days=1, minutes=1)
    await look_after(guest)
    again = await guest.customer("C-1006", channel="sms")
    await again.says(answer)
    assert reply in again.text
    assert (again.turn["procedure"] == "no_connection") == ("sorry" in reply)


async def test_a_reshipment_is_asked_about_after_its_day(guest: Guest, clock: Clock) -> None:
    liam = await guest.customer("C-1012")
    await liam.says("where is my order? it should have been here days ago")
    await liam.says("send it again")
    await liam.says("yes")
    (check,) = await owed(guest, "C-1012", "delivery_check")
    clock.now = check.due_at
    await look_after(guest)
    assert len(await mails(guest, "C-1012", "delivery_check")) == 1


async def test_on_postgresql_follow_ups_are_kept_alike(open_house: OpenHouse, clock: Clock, postgres_url: str) -> None:
    houses = [await open_house(clock=clock, database_url=postgres_url) for _ in range(2)]
    elena = await houses[0].customer("C-1005")
    await move_visit(elena)
    (reminder,) = await owed(houses[0], "C-1005", "visit_reminder")
    clock.now = reminder.due_at
    for house in houses:
        await look_after(house)
    assert len(await mails(houses[0], "C-1005", "visit_reminder")) == 1
    await elena.says("thanks, bye")
    amira = await houses[1].customer("C-1005")
    await amira.says("I wrote to you yesterday")
    assert "WO-7001" in amira.text or "visit" in amira.text
