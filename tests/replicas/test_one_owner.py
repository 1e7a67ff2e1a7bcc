"""A conversation is worked on by one replica at a time: what was measured with version 0.2.0 stays mended."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

from tests.chaos.errands import CREDIT, PAYMENT
from tests.cluster.customers import CREDIT_MINOR, money_moved
from tests.cluster.front import Front, Json, Talk
from tests.replicas.conftest import OpenFront

ASK_CREDIT = "I want a credit for the outage"
ASK_BOTH = "I want a credit for the outage and I want to pay my bill"
ASK_BILL = "I want to pay my bill"


async def _talk(front: Front, number: int) -> Talk:
    talk = Talk(front, f"C-{10001 + number}")
    await talk.open()
    return talk


async def _until(look: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await look():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.2)


def _done(shown: Json) -> list[tuple[str, str]]:
    return [(one["tool"], one["outcome"]) for one in shown["actions"] if one["tool"] in (CREDIT, PAYMENT)]


async def _heard(talk: Talk) -> int:
    """How many messages of the customer stand in the conversation."""
    return [each["role"] for each in (await talk.look())["messages"]].count("customer")


async def test_a_starting_replica_leaves_the_live_turns_of_others_alone(open_front: OpenFront) -> None:
    front = await open_front(replicas=1)
    running = front.cluster.replicas[0]
    started = asyncio.Event()
    talks = [await _talk(front, number) for number in range(6)]

    async def chat(talk: Talk) -> None:
        await talk.say(ASK_CREDIT, "ask", running)
        await talk.say("yes", "yes", running)
        turn = await talk.say(ASK_BILL, "bill", running)
        assert talk.pending_tool(turn) == PAYMENT
        while not started.is_set():
            await talk.say("how much do I owe?", first=running)
        await talk.say("yes", "yes", running)

    async def start() -> None:
        for _ in range(2):
            await front.cluster.add_replica()
        started.set()

    await asyncio.gather(start(), *(chat(talk) for talk in talks))
    assert "payments.take_payment" not in str([_done(await talk.look()) for talk in talks])
    assert [await _heard(talk) for talk in talks] == [len(talk.turns) for talk in talks]
    assert [problem for talk in talks for problem in talk.problems] == []
    assert {tuple(money_moved(front.cluster.folder, "credits")[talk.customer_id]) for talk in talks} == {
        (CREDIT_MINOR,)
    }


async def test_a_yes_that_came_in_while_another_was_worked_on_does_not_answer_the_next_question(
    open_front: OpenFront,
) -> None:
    front = await open_front(systems=("erp",))
    one, other = front.cluster.replicas
    talk, bystander = await _talk(front, 0), await _talk(front, 1)
    turn = await talk.say(ASK_BOTH, first=one)
    assert talk.pending_tool(turn) == CREDIT
    front.cluster.systems["erp"].freeze()
    first = asyncio.create_task(talk.say("yes", "yes", one))
    await _until(lambda: _is_worked_on(front, talk))
    second = asyncio.create_task(talk.say("yes", "yes-again", other))
    for text in ("hello", "thank you"):
        await bystander.say(text, first=other)
    front.cluster.systems["erp"].thaw()
    await asyncio.gather(first, second)
    shown = await talk.look()
    assert (_done(shown), talk.pending_tool(shown)) == ([(CREDIT, "succeeded")], PAYMENT)


async def _is_worked_on(front: Front, talk: Talk) -> bool:
    query = f"SELECT count(*) FROM turns WHERE conversation_id = '{talk.id}' AND result IS NULL"
    return await front.cluster.postgres.count(query) > 0


async def test_a_message_to_both_replicas_at_once_is_one_turn(open_front: OpenFront) -> None:
    front = await open_front()
    talk = await _talk(front, 0)
    for text in (ASK_CREDIT, "yes", ASK_BILL):
        turns = await asyncio.gather(*(talk.say(text, text, one) for one in front.cluster.replicas for _ in range(2)))
        assert all(before == after for before, after in pairwise(turns))
    assert await _heard(talk) == 3
    assert money_moved(front.cluster.folder, "credits")[talk.customer_id] == [CREDIT_MINOR]


async def test_the_turn_of_a_killed_replica_is_finished_by_another_without_a_start_or_a_retry(
    open_front: OpenFront,
) -> None:
    front = await open_front(systems=("erp",))
    one, other = front.cluster.replicas
    talk = await _talk(front, 0)
    await talk.say(ASK_CREDIT, first=one)
    front.cluster.systems["erp"].freeze()
    yes = asyncio.create_task(front.send(one, "channel", "POST", f"/v1/conversations/{talk.id}/messages", YES))
    await _until(lambda: _is_worked_on(front, talk))
    one.kill()
    assert await yes is None
    front.cluster.systems["erp"].thaw()
    front.cluster.replicas.remove(one)

    async def finished() -> bool:
        shown = await talk.look()
        return _done(shown) == [(CREDIT, "succeeded")]

    await _until(finished)
    assert (await talk.say("yes", "yes", other))["actions"][-1]["tool"] == CREDIT
    assert money_moved(front.cluster.folder, "credits")[talk.customer_id] == [CREDIT_MINOR]


async def test_a_frozen_replica_does_not_hold_its_conversations_and_cannot_write_when_it_goes_on(
    open_front: OpenFront,
) -> None:
    front = await open_front(systems=("erp",))
    one, other = front.cluster.replicas
    talk = await _talk(front, 0)
    await talk.say(ASK_CREDIT, first=one)
    front.cluster.systems["erp"].freeze()
    path = f"/v1/conversations/{talk.id}/messages"
    stale = asyncio.create_task(front.send(one, "channel", "POST", path, YES))
    await _until(lambda: _is_worked_on(front, talk))
    one.freeze()
    front.cluster.systems["erp"].thaw()
    try:
        turn = await talk.say("yes", "yes", other)
        bill = await talk.say(ASK_BILL, first=other)
    finally:
        one.thaw()
    assert (_done(turn), talk.pending_tool(bill)) == ([(CREDIT, "succeeded")], PAYMENT)
    answer = await stale
    assert answer is None or answer.json() == turn
    shown = await talk.look()
    assert (_done(shown), await _heard(talk)) == ([(CREDIT, "succeeded")], 3)
    assert money_moved(front.cluster.folder, "credits")[talk.customer_id] == [CREDIT_MINOR]


YES = {"client_message_id": "yes", "text": "yes"}
