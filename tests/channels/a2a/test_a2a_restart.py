"""Tasks and contexts outlive the process, on either database."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.channels.a2a.conftest import partnered
from tests.channels.a2a.partner_agent import ask, connect, state


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A new database of either kind; the empty one is SQLite in the data folder."""
    return request.getfixturevalue("postgres_url") if request.param == "postgres" else ""


async def test_a_task_goes_on_after_a_restart(tmp_path: Path, database_url: str) -> None:
    message = ask("my bill", message_id="before", context_id="long-lived")
    with partnered(tmp_path, database_url=database_url) as service:
        async with connect(service) as partner:
            waiting = await partner.send(message)
            finished = await partner.say("hello")
            listed = await partner.list()
    with partnered(tmp_path, database_url=database_url) as service:
        async with connect(service) as partner:
            assert await partner.get(finished.id) == finished
            assert await partner.get(waiting.id) == waiting
            assert await partner.list() == listed
            assert await partner.send(message) == waiting
            ended = await partner.say("never mind", context_id="long-lived")
            assert (ended.id, state(ended)) == (waiting.id, "completed")
            assert [task.id for task in (await partner.list()).tasks] == [waiting.id, finished.id]


async def test_two_replicas_given_the_same_message_at_once_make_one_task_of_it(
    tmp_path: Path, postgres_url: str
) -> None:
    own, other = tmp_path / "one", tmp_path / "two"
    own.mkdir()
    with partnered(own, database_url=postgres_url) as one:
        shutil.copytree(own, other, ignore=shutil.ignore_patterns("cache", "*.db*"))
        with partnered(other, database_url=postgres_url) as two:
            async with connect(one) as first, connect(two) as second:
                for number in range(5):
                    message = ask("my bill", message_id=f"both-{number}")
                    tasks = await asyncio.gather(*(agent.send(message) for agent in (first, second, first, second)))
                    assert len({task.id for task in tasks}) == 1
                    assert {state(task) for task in tasks} == {"input_required"}
                    assert len([line for line in tasks[0].history if line.message_id == f"both-{number}"]) == 1
                assert (await first.list()).total_size == (await second.list()).total_size == 5
