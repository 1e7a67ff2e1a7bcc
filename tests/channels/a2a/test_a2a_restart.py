"""Tasks and contexts outlive the process."""

from pathlib import Path

from tests.channels.a2a.conftest import partnered
from tests.channels.a2a.partner_agent import ask, connect, state


async def test_a_task_goes_on_after_a_restart(tmp_path: Path) -> None:
    message = ask("my bill", message_id="before", context_id="long-lived")
    with partnered(tmp_path) as service:
        async with connect(service) as partner:
            waiting = await partner.send(message)
            finished = await partner.say("hello")
    with partnered(tmp_path) as service:
        async with connect(service) as partner:
            assert await partner.get(finished.id) == finished
            assert await partner.get(waiting.id) == waiting
            assert await partner.send(message) == waiting
            ended = await partner.say("never mind", context_id="long-lived")
            assert (ended.id, state(ended)) == (waiting.id, "completed")
