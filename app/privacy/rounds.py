"""What a running house does about retention by itself: a batch at a time, so that nobody waits for it."""

import asyncio

import structlog

from app.privacy.erasure import Erasures
from app.privacy.retention import BATCH, Retention
from domain.errors import SwitchboardError

log = structlog.get_logger()

FIRST_AFTER_S = 60.0
PAUSE_S = 3600.0
BETWEEN_BATCHES_S = 5.0


async def keep_retention(retention: Retention, erasures: Erasures) -> None:
    """Delete what is past its time, for ever."""
    await asyncio.sleep(FIRST_AFTER_S)
    while True:
        full = await _do_round(retention, erasures)
        await asyncio.sleep(BETWEEN_BATCHES_S if full else PAUSE_S)


async def _do_round(retention: Retention, erasures: Erasures) -> bool:
    """One batch; whether there may be more. Trouble is logged and tried again in the next round."""
    try:
        found = await retention.enforce()
        finished = await erasures.finish()
    except (SwitchboardError, OSError) as error:
        log.error("retention_failed", error=str(error))
        return False
    if found.conversations or found.chains or found.amounts or finished:
        log.info("retention", conversations=found.conversations, chains=found.chains, amounts=found.amounts)
    for problem in found.problems:
        log.error("record_tampered", problem=problem)
    return BATCH in (found.conversations, found.chains)
