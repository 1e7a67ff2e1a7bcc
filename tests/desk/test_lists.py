"""The desk's lists: bounded pages of summaries, unread marks of each person, and what is told while it happens."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from app.bootstrap import Switchboard
from app.company.profile import DeskProfile
from desk.cases import CaseList
from desk.feed import DeskEvent, DeskFeed, DeskListener
from desk.targets import QueueTargets
from domain.caller import Caller, Role
from domain.ids import TenantId
from tests.conftest import OpenHouse
from tests.desk.test_waiting_for_people import Clock, asks, desk
from tests.house_guest import Guest, Json, Talk

TENANT = TenantId("northwind-fibre")
HEARD_S = 20.0


async def listed(guest: Guest, role: str = "representative", **query: str | int) -> Json:
    return await guest.fetch(role, "/v1/desk/cases?" + "&".join(f"{name}={value}" for name, value in query.items()))


async def test_a_page_is_in_order_complete_and_without_packets(open_house: OpenHouse) -> None:
    clock = Clock()
    guest = await open_house(clock=clock)
    talks: list[Talk] = []
    for number in range(5):
        talks.append(await asks(guest, f"C-{10001 + number}"))
        clock.passes(1)
    angry = await guest.customer("C-1003")
    await angry.says("I am furious! You are useless and I hate this!")
    found: list[str] = []
    after = ""
    for _ in range(3):
        page = await listed(guest, view="waiting", limit=2, after=after)
        found += [each["conversation_id"] for each in page["items"]]
        assert page["total"] == 6
        after = page["next"]
    assert found == [angry.id, *(talk.id for talk in talks)]
    assert after == ""
    newest = await listed(guest, view="waiting", limit=2, sort="newest")
    assert [each["conversation_id"] for each in newest["items"]] == [angry.id, talks[-1].id]
    assert "packet" not in newest["items"][0]
    assert newest["items"][0]["customer_name"] == "Chloe Martin"
    high = await listed(guest, view="waiting", priority="high")
    assert [each["conversation_id"] for each in high["items"]] == [angry.id]
    assert (await guest.call("representative", "GET", "/v1/desk/cases?after=nowhere")).status_code == 400
    assert (await guest.call("representative", "GET", "/v1/desk/cases?limit=1000")).status_code == 422


async def test_what_somebody_has_is_theirs_to_see_and_a_supervisors(house: Guest) -> None:
    talk = await asks(house)
    assert (await house.fetch("representative_2", f"/v1/desk/{talk.id}/packet"))["packet"]["customer"]["id"] == "C-1001"
    await desk(house, talk, "claim")
    assert [each["conversation_id"] for each in (await listed(house, view="mine"))["items"]] == [talk.id]
    assert (await listed(house, "representative_2", view="mine"))["items"] == []
    assert (await house.call("representative_2", "GET", "/v1/desk/cases?view=others")).status_code == 403
    (seen,) = (await listed(house, "supervisor", view="others"))["items"]
    assert (seen["conversation_id"], seen["claimed_by"]) == (talk.id, "representative")
    assert (await house.call("representative_2", "GET", f"/v1/desk/{talk.id}/packet")).status_code == 409
    assert (await house.call("supervisor", "GET", f"/v1/desk/{talk.id}/packet")).status_code == 200
    for path in ("packet", "seen"):
        method, body = ("GET", None) if path == "packet" else ("POST", {"messages": 1})
        assert (await house.call("representative", method, f"/v1/desk/CV-nobody/{path}", body)).status_code == 404


async def test_what_whoever_has_it_has_not_looked_at_is_unread(house: Guest) -> None:
    talk = await asks(house)
    await desk(house, talk, "claim")
    (mine,) = (await listed(house, view="mine"))["items"]
    assert mine["unread"] == 1
    await house.call("representative", "POST", f"/v1/desk/{talk.id}/seen", {"messages": mine["said"]})
    await talk.says("are you there?")
    await talk.says("hello?")
    assert (await listed(house, view="mine"))["items"][0]["unread"] == 2
    assert (await listed(house, "supervisor", view="others"))["items"][0]["unread"] == 2
    await house.call("supervisor", "POST", f"/v1/desk/{talk.id}/seen", {"messages": 99})
    assert (await listed(house, view="mine"))["items"][0]["unread"] == 2, "what a supervisor reads is not read by Dana"
    await house.call("representative", "POST", f"/v1/desk/{talk.id}/seen", {"messages": 99})
    await house.call("representative", "POST", f"/v1/desk/{talk.id}/seen", {"messages": 1})
    assert (await listed(house, view="mine"))["items"][0]["unread"] == 0


@dataclass
class Ear:
    """Somebody's open page, and what it has heard."""

    listener: DeskListener
    heard: list[DeskEvent] = field(default_factory=list[DeskEvent])

    async def until(self, kind: str, **data: object) -> DeskEvent:
        """The next event of that kind with those data."""
        async with asyncio.timeout(HEARD_S):
            while True:
                for number, event in enumerate(self.heard):
                    if event.kind == kind and data.items() <= event.data.items():
                        del self.heard[: number + 1]
                        return event
                self.heard += await self.listener.next(HEARD_S)


@asynccontextmanager
async def listening(house: Switchboard, *people: tuple[str, Role]) -> AsyncGenerator[list[Ear]]:
    """Pages of these people, served by this process."""
    transactions = house.control.transactions
    feed = DeskFeed(CaseList(transactions, QueueTargets(), Clock()), transactions, house.control.work.notices)
    ears = [Ear(feed.subscribe(Caller(subject, role, TENANT))) for subject, role in people]
    try:
        for ear in ears:
            await ear.until("refresh")
        yield ears
    finally:
        for ear in ears:
            ear.listener.close()


async def test_lists_hear_what_changes_and_nothing_that_is_not_theirs(house: Guest) -> None:
    people = [("representative", Role.REPRESENTATIVE), ("someone", Role.REPRESENTATIVE), ("boss", Role.SUPERVISOR)]
    async with listening(house.house, *people) as (dana, other, boss):
        talk = await asks(house)
        for ear in (dana, other, boss):
            told = await ear.until("case", conversation_id=talk.id, view="waiting")
            assert told.data["customer_name"] == "Amira Haddad"
        await desk(house, talk, "claim")
        await dana.until("case", view="mine")
        gone = await other.until("case", view="gone")
        assert gone.data == {"conversation_id": talk.id, "view": "gone"}
        await boss.until("case", view="others", claimed_by="representative")
        await talk.says("one more thing")
        await dana.until("case", view="mine", unread=2)
        await house.call("channel", "POST", f"/v1/conversations/{talk.id}/typing", {})
        await dana.until("typing", conversation_id=talk.id)
        await house.call("channel", "POST", f"/v1/conversations/{talk.id}/close", {})
        await dana.until("case", view="gone")
        assert [each for each in other.heard if each.kind != "refresh"] == []


@pytest.mark.parametrize("role", ["channel", "auditor", "admin", "partner"])
async def test_nobody_but_people_at_the_desk_listens_to_it(house: Guest, role: str) -> None:
    assert (await house.call(role, "GET", "/v1/desk/events")).status_code == 403


async def test_something_urgent_in_somebody_elses_conversation_is_seen_by_supervisors(house: Guest) -> None:
    talk = await asks(house)
    await desk(house, talk, "claim")
    async with listening(house.house, ("boss", Role.SUPERVISOR)) as (boss,):
        await talk.says("please hurry, my mother cannot breathe")
        await boss.until("case", conversation_id=talk.id, raised=True, priority="urgent")
    assert (await talk.look())["handoff"]["priority"] == "urgent"
    assert (await talk.look())["handoff"]["state"] == "claimed"


async def test_supervisors_hear_how_many_calls_wait_for_them(house: Guest) -> None:
    async with listening(house.house, ("boss", Role.SUPERVISOR)) as (boss,):
        maya = await house.customer("C-1013", auth_level="strong")
        await maya.says("I was charged twice this month, please refund one")
        await maya.says("yes")
        await boss.until("approvals", pending=1)
        await maya.decides("reject")
        await boss.until("approvals", pending=0)


async def test_a_list_is_searched_by_name_number_and_id(open_house: OpenHouse) -> None:
    clock = Clock()
    guest = await open_house(clock=clock)
    talks: list[Talk] = []
    for customer in ("C-1005", "C-1001", "C-1018"):
        talks.append(await asks(guest, customer))
        clock.passes(1)
    for text, wanted in (("garcia", talks[0]), ("C-1001", talks[1]), (talks[2].id[-12:].upper(), talks[2])):
        page = await listed(guest, view="waiting", text=text)
        assert [each["conversation_id"] for each in page["items"]] == [wanted.id]
    first = await listed(guest, view="waiting", text="c-10", limit=2)
    rest = await listed(guest, view="waiting", text="c-10", limit=2, after=first["next"])
    assert [each["conversation_id"] for each in first["items"] + rest["items"]] == [talk.id for talk in talks]
    assert (first["total"], rest["next"]) == (3, "")
    assert (await listed(guest, view="waiting", text="nobody"))["items"] == []


async def test_a_company_offers_replies_and_dispositions_of_its_own(house: Guest) -> None:
    offered = await house.fetch("representative", "/v1/desk/forms")
    assert offered["company"] == "Northwind Fibre"
    assert "technician sent" in offered["dispositions"]
    assert set(offered["replies"][0]["texts"]) == {"en", "es", "de", "fr", "hi"}


def test_a_reply_with_an_unknown_placeholder_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean customer"):
        DeskProfile(replies={"Hello": {"en": "Hello {custmer}"}})
