"""No conversation is stranded with somebody who went away: supervisors take over, and it returns to its queue."""

from datetime import UTC, datetime, timedelta

from tests.conftest import OpenHouse
from tests.desk.test_waiting_for_people import Clock, asks, desk, last, present
from tests.house_guest import Guest

STRANDED = "stranded-claims"


async def test_a_supervisor_sees_who_has_what_and_takes_over(house: Guest) -> None:
    talk = await asks(house)
    waiting = await house.call("supervisor", "POST", f"/v1/desk/{talk.id}/takeover", {})
    assert waiting.status_code == 409
    await desk(house, talk, "claim")
    claims = (await house.fetch("supervisor", "/v1/desk/claims"))["items"]
    assert [(each["conversation_id"], each["claimed_by"]) for each in claims] == [(talk.id, "representative")]
    taken = await desk(house, talk, "takeover", role="supervisor")
    assert last(taken) == "Someone on our team has your conversation now and will answer you here."
    late = await house.call("representative", "POST", f"/v1/desk/{talk.id}/messages", {"text": "Hello"})
    assert late.status_code == 409
    assert "took the conversation over from representative" in str(await talk.journal())
    assert (await desk(house, talk, "release", {"to": "queue"}, role="supervisor"))["handoff"]["state"] == "queued"


async def test_what_somebody_left_returns_to_its_queue_and_the_customer_is_told(open_house: OpenHouse) -> None:
    clock = Clock(datetime(2026, 11, 30, 15, tzinfo=UTC))
    guest = await open_house(clock=clock)
    left, looked_after = await asks(guest), await asks(guest, "C-1003")
    for talk in (left, looked_after):
        await desk(guest, talk, "claim")
    await present(guest)
    clock.now += timedelta(minutes=10)
    await desk(guest, looked_after, "messages", {"text": "Hello, this is Dana."})
    clock.now += timedelta(minutes=10)
    await guest.house.jobs.run(STRANDED)
    now = await left.look()
    assert now["handoff"]["state"] == "queued"
    assert last(now).startswith("Your conversation now waits for someone else on our team.")
    assert (await looked_after.look())["handoff"]["state"] == "claimed"
    assert "was not heard for 15 minutes" in str(await left.journal())


async def test_whoever_is_at_the_desk_keeps_what_they_have(open_house: OpenHouse) -> None:
    clock = Clock(datetime(2026, 11, 30, 15, tzinfo=UTC))
    guest = await open_house(clock=clock)
    talk = await asks(guest)
    await desk(guest, talk, "claim")
    clock.now += timedelta(minutes=20)
    await present(guest)
    await guest.house.jobs.run(STRANDED)
    assert (await talk.look())["handoff"]["state"] == "claimed"
