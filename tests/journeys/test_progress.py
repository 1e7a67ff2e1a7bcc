"""A call that takes long shows how it gets on: in the event stream of every process, at the desk, to partners."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any, TypeVar

from a2a.types import TaskState

from channels.a2a.asking import PartnerMessage
from channels.a2a.picture import FINISHED
from channels.a2a.push_store import PushStore
from channels.a2a.task_store import TaskStore
from channels.a2a.tasks import Tasks
from channels.http.customer_view import view_of
from domain.caller import Caller, Role
from domain.calls import CallProgress
from domain.conversation import Event
from domain.ids import ConversationId, DecisionId, TenantId, TurnId
from router.events import EventFeed
from tests.house_guest import Guest

TENANT = TenantId("northwind-fibre")
CHANNEL = Caller("channel", Role.CHANNEL, TENANT)
HOSTILE = "card 4242 4242 4242 4242\x1b[2J\u202e see\nhttps://evil.example/pay www.evil.example or evil.example/x"
T = TypeVar("T")


def tell(house: Guest, conversation_id: str, turn_id: str = "T-1") -> None:
    """Have the last of the replicas say that a call gets on."""
    progress = CallProgress(
        *(ConversationId(conversation_id), TurnId(turn_id), DecisionId("D-1"), "climb.climb", 1, 4, HOSTILE)
    )
    feed: EventFeed = house.replicas[-1].conversations._feed  # pyright: ignore[reportPrivateUsage]
    feed.tell_progress(progress)


async def heard(coming: Awaitable[T], again: Callable[[], None]) -> T:
    """What comes, with something said again until it does: a listener may not listen yet."""
    listening = asyncio.ensure_future(coming)
    while not listening.done():
        again()
        await asyncio.wait({listening}, timeout=0.1)
    return listening.result()


async def next_of(stream: Any, kind: str) -> Event:
    async for event in stream:
        if event.kind == kind:
            return event
    raise AssertionError("the stream ended")


async def test_a_line_test_shows_its_stages_in_the_event_stream(house: Guest) -> None:
    grace = await house.customer("C-1007")
    stream: Any = house.house.conversations.events(CHANNEL, ConversationId(grace.id), 0, early=True)
    async with aclosing(stream):
        first = await heard(next_of(stream, "progress"), lambda: tell(house, grace.id))
        assert first.data["turn_id"] == "T-1"
        listening = asyncio.create_task(next_of(stream, "progress"))
        await grace.says("my internet is slow")
        told = (await listening).data
        while told["turn_id"] == "T-1":
            told = (await next_of(stream, "progress")).data
    assert (told["tool"], told["progress"], told["total"]) == ("network.run_line_test", 1, 3)
    assert told["message"] == "Reaching the device"


async def test_what_a_system_says_is_screened_and_nothing_of_it_is_kept_or_told_late(house: Guest) -> None:
    """With `--replicas 2` it is another process that says it."""
    grace = await house.customer("C-1007")
    conversations, name = house.house.conversations, ConversationId(grace.id)
    before = await conversations.last_event_id(CHANNEL, name)
    stream: Any = conversations.events(CHANNEL, name, before, early=True)
    async with aclosing(stream):
        event = await heard(next_of(stream, "progress"), lambda: tell(house, grace.id))
        assert event.id == 0
        assert event.data["message"] == "card [card number removed][2J see [link] [link] or [link]"
        shown = view_of(Caller("C-1007", Role.CUSTOMER, TENANT))(event)
        assert shown is not None
        assert (shown.data["tool"], shown.data["progress"], shown.data["total"]) == ("", 1, 4)
        assert await conversations.last_event_id(CHANNEL, name) == before
        await grace.says("hello")
        ended = await next_of(stream, "turn")
        tell(house, grace.id, ended.data["turn_id"])
        after = await heard(next_of(stream, "progress"), lambda: tell(house, grace.id, "T-2"))
    assert after.data["turn_id"] in ("T-1", "T-2")


async def test_partners_are_told_in_their_tasks_streams(house: Guest) -> None:
    board = house.house
    stores = TaskStore(board.control.transactions), PushStore(board.control.transactions)
    tasks = Tasks(board.turns, board.conversations, *stores, board.control.approvals._clock, {TENANT: "USD"})  # pyright: ignore
    partner = Caller("partner", Role.PARTNER, TENANT)
    task, answer = await tasks.handle(partner, PartnerMessage("m-1", "my bill"))
    conversation = (await tasks.find(partner, (await answer).id)).conversation_id
    under_way: Any = asyncio.create_task(asyncio.Event().wait())
    for stream in (tasks.follow(partner, await answer, FINISHED), tasks.follow_answer(partner, task, under_way)):
        async with aclosing(stream):
            told: Any = await heard(anext(stream), lambda: tell(house, conversation))
        assert (told.task_id, told.status.state) == (task.id, TaskState.TASK_STATE_WORKING)
        assert told.status.message.parts[0].text.startswith("25 % card [card number removed]")
        assert dict(told.metadata["progress"])["total"] == 4
    under_way.cancel()
