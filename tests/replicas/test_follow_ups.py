"""What a conversation owes when its replica dies is done once, by another replica, without any restart."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from tests.chaos.moments import Moment, disarm
from tests.cluster.front import Talk
from tests.cluster.postgres import Postgres
from tests.replicas.conftest import OpenFront
from tests.sandbox_files import open_systems

SENT = "SELECT count(*) FROM outbox WHERE template = 'confirmation' AND customer_id = 'C-1001'"
NOTED = "SELECT count(*) FROM interactions WHERE channel = 'note' AND author = 'assistant' AND customer_id = 'C-1001'"
REFUNDED = "SELECT count(*) FROM refunds WHERE payment_id IN ('P-5001', 'P-5002')"


async def _nothing_waits(postgres: Postgres) -> bool:
    """Whether the turns are done, and what they owe as well."""
    unfinished = await postgres.count("SELECT count(*) FROM turns WHERE result IS NULL")
    waiting = await postgres.count("SELECT count(*) FROM follow_ups WHERE state = 'waiting'")
    return not unfinished and not waiting and await postgres.count("SELECT count(*) FROM follow_ups") > 1


def _count(folder: Path, query: str) -> int:
    with closing(open_systems(folder)) as database:
        return database.execute(query).fetchone()[0]


@pytest.mark.parametrize("moment", [Moment("effect", "after"), Moment("reply", "after")], ids=str)
async def test_an_end_is_written_down_and_confirmed_once(open_front: OpenFront, moment: Moment) -> None:
    front = await open_front(SWITCHBOARD_CONVERSATION__FOLLOW_UP_SECONDS="1")
    folder, dying = front.cluster.folder, front.cluster.replicas[0]
    amira = Talk(front, "C-1001")
    await amira.open(dying)
    await amira.say("I was charged twice for my last bill", first=dying)
    await amira.say("yes", first=dying)
    moment.arm(folder)
    body = {"client_message_id": "bye", "text": "bye"}
    assert await front.send(dying, "channel", "POST", f"/v1/conversations/{amira.id}/messages", body) is None
    disarm(folder)
    dying.kill()
    async with asyncio.timeout(90):
        while not await _nothing_waits(front.cluster.postgres):  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.2)
    assert [_count(folder, query) for query in (SENT, NOTED, REFUNDED)] == [1, 1, 1]
