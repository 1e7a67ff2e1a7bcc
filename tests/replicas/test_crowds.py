"""More conversations at once than there are connections: everybody is served in the end."""

import asyncio

from tests.cluster.front import Talk
from tests.replicas.conftest import CUSTOMERS, OpenFront


async def test_more_turns_at_once_than_connections_are_all_answered(open_front: OpenFront) -> None:
    front = await open_front(replicas=1)
    talks = [Talk(front, f"C-{10001 + number}") for number in range(CUSTOMERS)]

    async def chat(talk: Talk) -> None:
        await talk.open()
        await talk.say("I want a credit for the outage")
        await talk.say("yes")

    await asyncio.gather(*(chat(talk) for talk in talks))
    assert front.seen.broken == []
    assert [problem for talk in talks for problem in talk.problems] == []
    idle = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
    assert await front.cluster.postgres.count(idle) == 0
