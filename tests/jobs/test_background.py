"""Work beside a service is begun again when it fails, and ends with the service."""

import asyncio

from app.background import beside
from tests.jobs.conftest import until


async def test_work_that_raises_is_begun_again_and_ends_with_the_block() -> None:
    begun, ended = list[int](), asyncio.Event()

    async def work() -> None:
        begun.append(1)
        if len(begun) == 1:
            raise ValueError("secret")
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with beside(work):
        await until(lambda: len(begun) == 2)
    assert ended.is_set()
