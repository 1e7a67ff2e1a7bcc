"""What is told of a turn before it is stored: in order, once, and never taken back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, cast

import pytest

from domain.caller import Caller
from domain.conversation import Event, Status
from domain.ids import ConversationId, TenantId, TurnId
from router.events import EventFeed
from router.memory.store import Store
from tests.house_guest import Guest, Talk

REFUND = "payments.refund_payment"
CALLER = Caller(subject="channel", role="channel", tenant=TenantId("northwind-fibre"))  # pyright: ignore[reportArgumentType]


async def heard_until(stream: AsyncIterator[Event], kind: str, **data: Any) -> list[Event]:
    """Everything up to the first event of this kind with these data."""
    heard: list[Event] = []
    async with asyncio.timeout(30):
        async for event in stream:
            heard.append(event)
            if event.kind == kind and data.items() <= event.data.items():
                return heard
    raise AssertionError("the stream ended")


async def begun(stream: AsyncIterator[Event]) -> asyncio.Future[Event]:
    """The next event, with somebody listening for it from now on."""
    coming = asyncio.ensure_future(anext(stream))
    await asyncio.wait({coming}, timeout=0.05)
    return coming


def listen(talk: Talk, after: int, early: bool = True) -> Any:
    conversations = talk.guest.house.conversations
    return cast("Any", conversations.events(CALLER, ConversationId(talk.id), after, early=early))


async def last_id(talk: Talk) -> int:
    return await talk.guest.house.conversations.last_event_id(CALLER, ConversationId(talk.id))


def refunds(heard: list[Event]) -> list[str]:
    return [event.data["decision_id"] for event in heard if event.kind == "action" and event.data["tool"] == REFUND]


async def test_an_action_told_before_its_turn_was_lost_is_true_and_not_told_again(
    house: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    async with aclosing(listen(amira, await last_id(amira))) as stream:
        first = await begun(stream)
        with monkeypatch.context() as crash:
            crash.setattr(Store, "save", _break)
            body = {"client_message_id": "m-1", "text": "yes"}
            lost = await house.call("channel", "POST", f"/v1/conversations/{amira.id}/messages", body)
        assert lost.status_code == 500
        early = [await first, *await heard_until(stream, "status", working=False)]
        assert [event.kind for event in early] == ["status", *["action"] * (len(early) - 2), "status"]
        assert {event.id for event in early} == {0}
        assert early[0].data["working"] is True
        (told,) = refunds(early)
        assert told in {entry["decision_id"] for entry in await amira.journal() if entry["kind"] == "outcome"}
        await amira.says("yes", message_id="m-1")
        later = await heard_until(stream, "turn")
    assert refunds(later) == []
    assert refunds([Event(1, "action", action) for action in amira.turn["actions"]]) == [told]
    assert later[-1].data["actions"] == amira.turn["actions"]


def _break(*_: Any, **__: Any) -> None:
    raise RuntimeError("the process died")


async def test_a_turn_that_breaks_off_is_no_longer_said_to_be_at_work(
    house: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    amira = await house.customer("C-1001")
    async with aclosing(listen(amira, await last_id(amira))) as stream:
        first = await begun(stream)
        with monkeypatch.context() as crash:
            crash.setattr("router.turn.conclude", _break)
            body = {"client_message_id": "m-1", "text": "What is my balance?"}
            await house.call("channel", "POST", f"/v1/conversations/{amira.id}/messages", body)
        broken = [await first, *await heard_until(stream, "status", working=False)]
    assert broken[0].data["working"] is True
    assert {event.id for event in broken} == {0}


async def test_who_listens_to_what_is_stored_alone_hears_nothing_early(house: Guest) -> None:
    amira = await house.customer("C-1001")
    after = await last_id(amira)
    async with aclosing(listen(amira, after, early=False)) as stream:
        await amira.says("What is my balance?")
        stored = await heard_until(stream, "turn")
    assert [event.id for event in stored] == list(range(after + 1, after + 1 + len(stored)))
    assert "action" in [event.kind for event in stored]


async def test_nothing_early_of_a_turn_is_told_after_the_turn(house: Guest) -> None:
    """A listener who was away while a turn began and ended, and the next one began."""
    amira = await house.customer("C-1001")
    after = await last_id(amira)
    async with aclosing(listen(amira, after)) as stream:
        first = await begun(stream)
        await amira.says("What is my balance?")
        assert (await first).data["working"] is True
        await amira.says("thank you")
        rest = await heard_until(stream, "turn", turn_id=amira.turn["turn_id"])
    over: set[str] = set()
    for event in rest:
        assert event.id or event.data["turn_id"] not in over
        over |= {event.data["turn_id"]} if event.kind == "turn" else set()
    assert len([event for event in rest if event.kind == "turn"]) == 2
    assert len([event for event in rest if event.kind == "action"]) == 1


async def test_early_events_for_nobody_are_kept_nowhere(house: Guest) -> None:
    feed = EventFeed(cast("Store", None), house.house.control.work.notices)
    feed.tell_work(ConversationId("CV-1"), TurnId("T-1"), Status.OPEN, working=True)
    assert not feed._topics  # pyright: ignore[reportPrivateUsage]
