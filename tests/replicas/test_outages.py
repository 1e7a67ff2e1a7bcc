"""While PostgreSQL is frozen or gone, a message is answered with 503 and `Retry-After`; afterwards it is served."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.chaos.processes import Running
from tests.cluster.front import Front, Talk, client
from tests.cluster.postgres import Postgres
from tests.replicas.conftest import OpenFront


async def _freeze(postgres: Postgres) -> None:
    postgres.freeze()


async def _kill(postgres: Postgres) -> None:
    postgres.kill()


async def _thaw(postgres: Postgres) -> None:
    postgres.thaw()


Act = Callable[[Postgres], Awaitable[None]]


@pytest.mark.parametrize(("take", "bring_back"), [(_freeze, _thaw), (_kill, Postgres.start)], ids=["frozen", "killed"])
async def test_a_message_without_its_database_is_put_off_and_not_lost(
    open_front: OpenFront, take: Act, bring_back: Act
) -> None:
    front = await open_front()
    talk = Talk(front, "C-10001")
    await talk.open()
    await talk.say("I want a credit for the outage", "ask")
    await take(front.cluster.postgres)
    try:
        assert await asyncio.gather(*(_say_once(front, talk, one) for one in front.cluster.replicas)) == [503, 503]
        assert await asyncio.gather(*(_readiness(one) for one in front.cluster.replicas)) == [503, 503]
    finally:
        await bring_back(front.cluster.postgres)
    turn = await talk.say("yes", "yes")
    assert [(one["tool"], one["outcome"]) for one in turn["actions"]] == [("erp.apply_credit", "succeeded")]
    assert (front.seen.broken, talk.problems) == ([], [])


async def _say_once(front: Front, talk: Talk, replica: Running) -> int:
    """Say yes at one replica, once; the status, where the answer says when to come again."""
    path, body = f"/v1/conversations/{talk.id}/messages", {"client_message_id": "yes", "text": "yes"}
    headers = {"Authorization": f"Bearer {replica.tokens['channel']}"}
    async with client() as http:
        answer = await http.post(replica.url + path, json=body, headers=headers)
    return answer.status_code if "retry-after" in answer.headers else -answer.status_code


async def _readiness(replica: Running) -> int:
    async with httpx.AsyncClient(timeout=35, trust_env=False) as http:
        return (await http.get(f"{replica.url}/readyz")).status_code
