"""What a running house does by itself: completing what a crash left open, and anchoring the record."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog

from app.background import beside
from domain.errors import SwitchboardError
from policy.assembly import Control
from policy.journal.checkpoints import Checkpoints

log = structlog.get_logger()


@asynccontextmanager
async def keep_up(control: Control, checkpoints: Checkpoints, seconds: float) -> AsyncGenerator[None]:
    """Do the rounds while the house is open, and once more at the end."""
    try:
        async with beside(_do_rounds(control, checkpoints, seconds)):
            yield
    finally:
        await _do_round(control, checkpoints)


async def _do_rounds(control: Control, checkpoints: Checkpoints, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        await _do_round(control, checkpoints)


async def _do_round(control: Control, checkpoints: Checkpoints) -> None:
    """One round; trouble is logged and tried again in the next."""
    try:
        completed = await control.recovery.complete_open_calls()
        anchored = await checkpoints.anchor()
        log.debug("upkeep", completed=completed, anchored=anchored.signed)
        for problem in anchored.problems:
            log.error("record_tampered", problem=problem)
    except (SwitchboardError, OSError) as error:
        log.error("upkeep_failed", error=str(error))
