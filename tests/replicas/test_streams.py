"""Those who listen at one replica hear what another one does, and cost the database nothing each."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import httpx

from tests.chaos.processes import Running
from tests.cluster.front import Talk
from tests.replicas.conftest import OpenFront

LISTENERS = 30
ASKS = ("how much do I owe?", "why is my bill so high?", "how much do I owe now?")
READS = "SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'events'"
"""How often anybody looked into what there is to hear; what jobs do by the clock is not among it."""


async def _events(http: httpx.AsyncClient, replica: Running, talk: Talk, after: str = "") -> AsyncIterator[str]:
    """The ids of turns that a listener hears of."""
    headers = {"Authorization": f"Bearer {replica.tokens['channel']}"} | ({"Last-Event-ID": after} if after else {})
    async with http.stream("GET", f"{replica.url}/v1/conversations/{talk.id}/events", headers=headers) as stream:
        assert stream.status_code == 200
        event: dict[str, str] = {}
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            event[name] = value
            if line == "":
                if event.get("event") == "turn":
                    yield f"{event['id']} {json.loads(event['data'])['turn_id']}"
                event = {}


async def test_a_listener_at_one_replica_hears_the_turns_of_another_and_goes_on_at_either(
    open_front: OpenFront,
) -> None:
    front = await open_front()
    one, other = front.cluster.replicas
    talk = Talk(front, "C-10001")
    await talk.open(one)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http, aclosing(_events(http, other, talk)) as heard:
        first = await talk.say(ASKS[0], first=one)
        seen = await anext(heard)
        second = await talk.say(ASKS[1], first=one)
        assert [seen.split()[1], (await anext(heard)).split()[1]] == [first["turn_id"], second["turn_id"]]
    after = seen.split()[0]
    async with (
        httpx.AsyncClient(timeout=60, trust_env=False) as http,
        aclosing(_events(http, one, talk, after)) as more,
    ):
        assert (await anext(more)).split()[1] == second["turn_id"]


async def test_many_listeners_hear_every_turn_and_read_the_database_together(open_front: OpenFront) -> None:
    front = await open_front()
    one, other = front.cluster.replicas
    talk = Talk(front, "C-10001")
    await talk.open(one)
    limits = httpx.Limits(max_connections=LISTENERS)
    async with httpx.AsyncClient(timeout=60, trust_env=False, limits=limits) as http:
        listeners = [_events(http, other, talk) for _ in range(LISTENERS)]
        await talk.say(ASKS[0], first=one)
        await asyncio.gather(*(anext(each) for each in listeners))
        before = await front.cluster.postgres.count(READS)
        turns = [await talk.say(text, first=one) for text in ASKS[1:]]
        heard = [[(await anext(each)).split()[1] for _ in turns] for each in listeners]
        spent = await front.cluster.postgres.count(READS) - before
        for each in listeners:
            await each.aclose()  # pyright: ignore[reportAttributeAccessIssue]
    assert heard == [[turn["turn_id"] for turn in turns]] * LISTENERS
    assert spent < LISTENERS * len(turns)
