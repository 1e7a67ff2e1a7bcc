"""Queues have targets: what is near and over its own is listed, and a handover that is taken too late counts once."""

from datetime import UTC, datetime, timedelta

import pytest

from app.company.hours import read_hours
from app.company.profile import DeskProfile, TenantProfile
from domain.caller import Role
from domain.opening_hours import OpeningHours
from tests.conftest import OpenHouse
from tests.desk.test_lists import listening
from tests.desk.test_waiting_for_people import BEFORE, OPEN, Clock, asks, desk
from tests.house_guest import Guest, Json

TARGETS = "queue-targets"


async def listed(guest: Guest, question: str) -> list[str]:
    found: Json = await guest.fetch("representative", f"/v1/desk/cases?{question}")
    assert found["total"] == len(found["items"])
    return [each["conversation_id"] for each in found["items"]]


async def standing(guest: Guest, name: str) -> Json:
    items = (await guest.fetch("supervisor", "/v1/desk/targets"))["items"]
    return next(each for each in items if each["name"] == name)


async def missed(guest: Guest, queue: str) -> float:
    text = (await guest.http.get("/metrics")).text
    head = f'switchboard_desk_targets_missed_total{{queue="{queue}"}} '
    return sum(float(line.removeprefix(head)) for line in text.splitlines() if line.startswith(head))


async def test_what_is_near_and_over_its_target_is_listed_counted_once_and_told(open_house: OpenHouse) -> None:
    clock = Clock()
    guest = await open_house(clock=clock)
    calm = await asks(guest)
    clock.passes(5)
    alarm = await guest.customer("C-1010")
    await alarm.says("I want to talk to a person, my mother cannot breathe")
    assert alarm.turn["handoff"]["priority"] == "urgent"
    assert await listed(guest, "sort=target") == [alarm.id, calm.id], (
        "two minutes for what is urgent, fifteen for others"
    )
    clock.passes(7)
    assert await listed(guest, "target=near") == [calm.id]
    assert await listed(guest, "target=over") == [alarm.id]
    async with listening(guest.house, ("supervisor", Role.SUPERVISOR)) as (supervisor,):
        await guest.house.jobs.run(TARGETS)
        await supervisor.until("targets")
    await guest.house.jobs.run(TARGETS)
    assert await missed(guest, "urgent") == 1
    urgent = await standing(guest, "urgent")
    assert urgent == {"name": "urgent", "minutes": 2, "waiting": 1, "near": 0, "over": 1, "missed": 1}
    await desk(guest, alarm, "claim")
    assert (await standing(guest, "urgent"))["waiting"] == 0
    [mine] = (await guest.fetch("representative", "/v1/desk/cases?view=mine"))["items"]
    assert mine["due_at"] is None
    clock.passes(4)
    await desk(guest, calm, "claim")
    await guest.house.jobs.run(TARGETS)
    assert (await standing(guest, "general"))["missed"] == 1, "taken, but a minute too late"


async def test_a_page_goes_on_where_the_one_before_ended(open_house: OpenHouse) -> None:
    clock = Clock()
    guest = await open_house(clock=clock)
    waiting: list[str] = []
    for customer in ("C-1001", "C-1002", "C-1003"):
        waiting.append((await asks(guest, customer)).id)
        clock.passes(1)
    path, found = "/v1/desk/cases?sort=target&limit=1", list[str]()
    page = await guest.fetch("representative", path)
    while page["next"]:
        found.append(page["items"][0]["conversation_id"])
        page = await guest.fetch("representative", f"{path}&after={page['next']}")
    assert [*found, page["items"][0]["conversation_id"]] == waiting
    assert (await guest.call("representative", "GET", f"{path}&after=nowhere")).status_code == 400


async def test_nobody_is_late_while_the_company_is_closed(open_house: OpenHouse) -> None:
    clock = Clock(BEFORE)
    guest = await open_house(clock=clock)
    talk = await asks(guest)
    clock.passes(60)
    assert await listed(guest, "target=over") == []
    [item] = (await guest.fetch("representative", "/v1/desk/cases"))["items"]
    opens = OPEN.replace(hour=13)
    assert datetime.fromisoformat(item["due_at"]) == opens + timedelta(minutes=15)
    await guest.house.jobs.run(TARGETS)
    assert await missed(guest, talk.turn["handoff"]["queue"]) == 0


@pytest.mark.parametrize(
    ("begun", "minutes", "due"),
    [
        (datetime(2026, 11, 30, 8, tzinfo=UTC), 30, datetime(2026, 11, 30, 8, 30, tzinfo=UTC)),
        (datetime(2026, 11, 30, 9, 50, tzinfo=UTC), 30, datetime(2026, 11, 30, 12, 20, tzinfo=UTC)),
        (datetime(2026, 11, 30, 13, 30, tzinfo=UTC), 60, datetime(2026, 12, 7, 8, 30, tzinfo=UTC)),
        (datetime(2026, 12, 2, tzinfo=UTC), 1, datetime(2026, 12, 7, 8, 1, tzinfo=UTC)),
        (datetime(2026, 11, 30, 8, tzinfo=UTC), 60 * 24, datetime(2027, 1, 4, 14, tzinfo=UTC)),
    ],
)
def test_only_open_time_counts(begun: datetime, minutes: int, due: datetime) -> None:
    hours = read_hours(
        TenantProfile(
            currency="EUR",
            country="GB",
            timezone="UTC",
            locales=["en"],
            opening_hours=["mon 08:00-10:00", "mon 12:00-14:00"],
        )
    )
    assert hours.after(begun, timedelta(minutes=minutes)) == due
    assert OpeningHours().after(begun, timedelta(minutes=minutes)) == begun + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        ({"biling": 10}, "'biling' is no target.*did you mean billing"),
        ({"billing": 0}, "greater than or equal to 1"),
        ({"billing": "soon"}, "valid integer"),
        ({"billing": True}, "valid integer"),
    ],
)
def test_a_target_that_cannot_be_kept_is_refused(targets: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        DeskProfile.model_validate({"targets": targets})
