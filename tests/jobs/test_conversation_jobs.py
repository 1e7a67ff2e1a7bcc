"""What is done for conversations between turns: nobody's trouble holds the others up, and expiry is told."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from domain.errors import StorageUnavailable
from domain.ids import ConversationId
from router.follow_ups import delivery
from router.follow_ups.compose import Errand
from router.memory.follow_up import FollowUp
from router.memory.follow_up_book import FollowUpBook
from router.memory.store import Stored
from router.services import Services
from router.turn import Turns
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Talk
from tests.journeys.afterwards import Clock, look_after, owed


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def guest(open_house: OpenHouse, clock: Clock) -> Guest:
    return await open_house(clock=clock)


async def ask_for_approval(guest: Guest) -> Talk:
    chloe = await guest.customer("C-1003", auth_level="strong")
    await chloe.says("I was charged twice for my yearly payment")
    await chloe.says("yes")
    assert chloe.turn["status"] == "waiting_approval"
    return chloe


def system_messages(shown: dict[str, object]) -> list[str]:
    return [each["text"] for each in shown["messages"] if each["role"] != "customer"]  # type: ignore[index,union-attr]


async def test_an_approval_that_nobody_decided_in_time_is_told_once_without_a_message_of_the_customer(
    guest: Guest, clock: Clock
) -> None:
    chloe = await ask_for_approval(guest)
    before = system_messages(await chloe.look())
    await guest.house.jobs.run("approvals")
    assert system_messages(await chloe.look()) == before
    clock.move(days=1, minutes=1)
    for _ in range(2):
        await guest.house.jobs.run("approvals")
    shown = await chloe.look()
    assert len(system_messages(shown)) == len(before) + 1
    assert "in time" in system_messages(shown)[-1]
    assert shown["status"] == "open"


async def test_an_approval_decided_just_before_a_crash_is_gone_on_with_while_the_service_runs(
    guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object, **__: object) -> None:
        """A process that dies right after the decision."""

    chloe = await ask_for_approval(guest)
    with monkeypatch.context() as dying:
        dying.setattr(Turns, "approval_decided", nothing)
        await chloe.decides()
    assert ("payments.refund_payment", "succeeded") not in await chloe.done()
    for _ in range(2):
        await guest.house.jobs.run("approvals")
    assert (await chloe.done()).count(("payments.refund_payment", "succeeded")) == 1


async def test_a_follow_up_that_cannot_even_be_composed_is_put_off_and_holds_nobody_up(
    guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> None:
        """What is owed stays owed for now."""

    with monkeypatch.context() as stopped:
        stopped.setattr(delivery.Deliveries, "carry_out_of", nothing)
        for customer in ("C-1001", "C-1002"):
            talk = await guest.customer(customer)
            await talk.says("how much do I owe?")
            await talk.says("bye")
    compose = delivery.compose

    def break_one(follow_up: FollowUp, row: Stored, services: Services) -> Errand:
        if follow_up.customer_id == "C-1001":
            raise KeyError("what nobody thought of")
        return compose(follow_up, row, services)

    monkeypatch.setattr(delivery, "compose", break_one)
    await look_after(guest)
    assert {each.state for each in await owed(guest, "C-1002")} == {"done"}
    (broken,) = await owed(guest, "C-1001")
    assert (broken.state, broken.attempts) == ("waiting", 1)
    assert broken.due_at - broken.made_at >= timedelta(minutes=1)


async def test_a_lost_database_fails_the_run_and_loses_nothing(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(*_: object) -> list[FollowUp]:
        raise StorageUnavailable("the database cannot be reached")

    with monkeypatch.context() as away:
        away.setattr(FollowUpBook, "due", lost)
        with pytest.raises(StorageUnavailable):
            await guest.house.jobs.run("follow-ups")
    await guest.house.jobs.run("follow-ups")


async def test_a_conversation_that_cannot_be_closed_holds_no_other_up(guest: Guest, clock: Clock) -> None:
    talks = [await guest.customer(customer) for customer in ("C-1001", "C-1002")]
    for talk in talks:
        await talk.says("how much do I owe?")
    with closing(sqlite3.connect(guest.house.settings.data / "switchboard.db", timeout=20)) as database, database:
        database.execute("UPDATE conversations SET memory = 'torn' WHERE id = ?", (ConversationId(talks[0].id),))
    clock.move(days=2)
    await guest.house.jobs.run("idle-conversations")
    assert (await talks[1].look())["status"] == "closed"
