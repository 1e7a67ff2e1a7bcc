"""What a running house does by itself: completing what a crash left open, and anchoring the record."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from domain.errors import SwitchboardError
from policy.assembly import Control
from policy.checkpoints import Checkpoints

log = structlog.get_logger()

PERIOD_SECONDS = 60.0
CHECKPOINTS = "checkpoints.jsonl"
"""The signed heads of all chains, in the data folder; keep a copy where nobody who edits the database can reach it."""


def checkpoints_file(folder: Path) -> Path:
    """Where the signed checkpoints are kept."""
    return folder / CHECKPOINTS


@asynccontextmanager
async def keep_up(control: Control, checkpoints: Checkpoints) -> AsyncGenerator[None]:
    """Do the rounds while the house is open, and once more at the end."""
    rounds = asyncio.create_task(_do_rounds(control, checkpoints))
    try:
        yield
    finally:
        rounds.cancel()
        with suppress(asyncio.CancelledError):
            await rounds
        await _do_round(control, checkpoints)


async def _do_rounds(control: Control, checkpoints: Checkpoints) -> None:
    while True:
        await asyncio.sleep(PERIOD_SECONDS)
        await _do_round(control, checkpoints)


async def _do_round(control: Control, checkpoints: Checkpoints) -> None:
    """One round; trouble is logged and tried again in the next."""
    try:
        completed = await control.recovery.complete_open_calls()
        anchored = await checkpoints.anchor()
        log.debug("upkeep", completed=completed, anchored=anchored)
    except (SwitchboardError, OSError) as error:
        log.error("upkeep_failed", error=str(error))
