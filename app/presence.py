"""This process among those that run: it follows the dial without being asked, and says that it lives and obeys."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import structlog

from app.background import beside
from domain.errors import StorageUnavailable
from policy.assembly import Control
from policy.control.dial import LOOK_EVERY_S
from storage.processes import Presence

log = structlog.get_logger()
SAY_EVERY_S = 5.0


@asynccontextmanager
async def attend(control: Control) -> AsyncGenerator[None]:
    """Be counted among the running processes until the end."""
    presence = Presence(control.work.leases.owner)
    try:
        async with beside(_follow(control, presence)):
            yield
    finally:
        with suppress(StorageUnavailable):
            await control.transactions.write(presence.end, durable=False)


async def _follow(control: Control, presence: Presence) -> None:
    """Look at the dial once a second; say so when it was turned, and from time to time."""
    told, said_at = -1, float("-inf")
    while True:
        seen = await control.dial.follow()
        if seen != told or time.monotonic() - said_at >= SAY_EVERY_S:
            try:
                await control.transactions.write(
                    lambda connection, seen=seen: presence.tell(connection, seen), durable=False
                )
                told, said_at = seen, time.monotonic()
            except StorageUnavailable as error:
                log.warning("presence_not_told", error=str(error))
        await asyncio.sleep(LOOK_EVERY_S)
