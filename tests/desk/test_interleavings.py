"""In whatever order people, customer and assistant act: no automated word after a claim, and no message is lost."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from tests.desk.interleavings import HELPDESK, OFTEN, try_interleavings
from tests.house_guest import open_guest


def test_no_automated_word_after_a_claim_and_no_lost_message(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        guest = runner.run(stack.enter_async_context(open_guest(tmp_path, limits=OFTEN, **HELPDESK)))
        try:
            tally = try_interleavings(guest, runner, examples=6, steps=10)
        finally:
            runner.run(stack.aclose())
    assert tally.done > 20
