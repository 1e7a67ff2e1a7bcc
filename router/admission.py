"""How many turns one process works on at once; those beyond wait a while, and are then asked to come again."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from domain.errors import Busy

PATIENCE_S = 10.0


class Admission:
    """Lets so many in at once, in the order of their coming."""

    def __init__(self, most: int) -> None:
        self._places = asyncio.Semaphore(most)

    @asynccontextmanager
    async def enter(self) -> AsyncGenerator[None]:
        """Have a place until the end.

        Raises:
            Busy: there was none within `PATIENCE_S`; nothing was begun.
        """
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._places.acquire()
        except TimeoutError as error:
            raise Busy("too many turns are under way") from error
        try:
            yield
        finally:
            self._places.release()
