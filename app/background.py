"""Work that goes on beside the running service for as long as it runs."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from jobs.attempt import describe_error
from jobs.job import back_off

log = structlog.get_logger()


@asynccontextmanager
async def beside(work: Callable[[], Awaitable[None]]) -> AsyncGenerator[None]:
    """Let endless work go on within the block; at its end the work is cancelled and waited for.

    Work that raises is begun again, after longer and longer pauses: nothing that a service needs ends silently.
    """
    task = asyncio.create_task(_keep(work))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep(work: Callable[[], Awaitable[None]]) -> None:
    failures = 0
    while True:
        try:
            return await work()
        except Exception as error:  # noqa: BLE001 - logged, and begun again
            failures += 1
            pause = back_off(failures, longest_s=5.0)
            log.error("background_work_failed", error=describe_error(error), failures=failures)
            await asyncio.sleep(pause)
