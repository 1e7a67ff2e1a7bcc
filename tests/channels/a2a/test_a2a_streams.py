"""Tasks as streams: what partners are told while work goes on."""

import asyncio
from typing import Any

from a2a.types import StreamResponse, TaskState

from tests.channels.a2a.partner_agent import PartnerAgent, ask, connect, facts, state, until
from tests.channels.http_service import Service


def told(answer: StreamResponse) -> str:
    """One thing that a stream told: `task working`, `artifact`, `status completed`."""
    kind = answer.WhichOneof("payload")
    if kind == "artifact_update":
        return "artifact"
    about: Any = answer.task if kind == "task" else answer.status_update
    return f"{(kind or '').removesuffix('_update')} {state(about)}"


async def test_a_streamed_message_tells_of_work_result_and_end(partners: Service) -> None:
    async with connect(partners, streaming=True) as partner:
        heard = [told(answer) async for answer in partner.stream(ask("hello"))]
    assert heard == ["task working", "artifact", "artifact", "status completed"]


async def test_a_stream_ends_when_the_task_waits_for_the_partner(partners: Service) -> None:
    async with connect(partners, streaming=True) as partner:
        heard = [told(answer) async for answer in partner.stream(ask("my bill"))]
    assert heard == ["task working", "status input_required"]


async def test_a_stream_stays_open_while_people_are_at_work(partners: Service) -> None:
    async with connect(partners, streaming=True) as partner:
        stream = partner.stream(ask("I want to speak to a human"))
        first, second = await anext(stream), await anext(stream)
        assert (told(first), told(second)) == ("task working", "status working")
        desk = f"/v1/desk/{second.status_update.metadata['conversation']}"
        await asyncio.to_thread(partners.call, "POST", f"{desk}/claim", {}, "representative")
        body = {"text": "Jo here."}
        await asyncio.to_thread(partners.call, "POST", f"{desk}/messages", body, "representative")
        words = [(await anext(stream)).status_update.status.message.parts[-1].text for _ in range(2)]
        assert [each.splitlines()[-1] for each in words] == [
            "Someone on our team has your conversation now and will answer you here.",
            "Jo here.",
        ]
        body = {"disposition": "resolved", "note": ""}
        await asyncio.to_thread(partners.call, "POST", f"{desk}/resolve", body, "representative")
        assert [told(answer) async for answer in stream][-3:] == ["artifact", "artifact", "status completed"]


async def test_a_subscription_tells_how_a_task_stands_and_ends(partners: Service, partner: PartnerAgent) -> None:
    task = await partner.say("my bill")
    async with connect(partners, streaming=True) as listener:
        stream = listener.subscribe(task.id)
        assert told(await anext(stream)) == "task input_required"
        await partner.say("never mind", task_id=task.id)
        assert [told(answer) async for answer in stream] == ["artifact", "artifact", "status completed"]


async def test_a_subscription_hears_of_a_cancelled_task(partners: Service, partner: PartnerAgent) -> None:
    task = await partner.say("my bill")
    async with connect(partners, streaming=True) as listener:
        stream = listener.subscribe(task.id)
        await anext(stream)
        await partner.cancel(task.id)
        assert [told(answer) async for answer in stream] == ["status canceled"]


async def test_a_partner_that_goes_away_does_not_stop_the_work(partners: Service, partner: PartnerAgent) -> None:
    async with connect(partners, streaming=True) as hasty:
        first = await anext(hasty.stream(ask("hello there", message_id="hasty")))
    assert first.task.status.state == TaskState.TASK_STATE_WORKING

    async def done() -> Any:
        now = await partner.get(first.task.id)
        return now if state(now) == "completed" else None

    assert facts(await until(done))["status"] == "open"
