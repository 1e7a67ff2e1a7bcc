"""In whatever order people, customer and assistant act: no automated word after a claim, and no message is lost."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from tests.desk.interleavings import open_desk, try_interleavings


def test_no_automated_word_after_a_claim_and_no_lost_message(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        desk = runner.run(stack.enter_async_context(open_desk(tmp_path)))
        try:
            tally = try_interleavings(desk, runner, examples=6, steps=10)
        finally:
            runner.run(stack.aclose())
    assert tally.done > 20
