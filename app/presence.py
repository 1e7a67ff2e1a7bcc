"""This process among those that run: it follows the dial without being asked, and says that it lives and obeys."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from domain.errors import StorageUnavailable
from policy.assembly import Control
from storage.processes import ProcessPresence

SAY_EVERY_S = 5.0


class DialWatch:
    """Looks at the dial; says so when it was turned, and from time to time."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._presence = ProcessPresence(control.work.leases.owner)
        self._told, self._said_at = -1, float("-inf")

    async def look(self) -> None:
        """Look once, and tell where there is something to tell.

        Raises:
            StorageUnavailable: it could not be told.
        """
        seen = await self._control.dial.follow()
        if seen != self._told or time.monotonic() - self._said_at >= SAY_EVERY_S:
            await self._control.transactions.write(
                lambda connection: self._presence.report(connection, seen), durable=False
            )
            self._told, self._said_at = seen, time.monotonic()

    async def end(self) -> None:
        """Say that this process has ended, where that can be said."""
        with suppress(StorageUnavailable):
            await self._control.transactions.write(self._presence.end, durable=False)


@asynccontextmanager
async def attend(control: Control) -> AsyncGenerator[DialWatch]:
    """Be counted among the running processes until the end."""
    watch = DialWatch(control)
    try:
        yield watch
    finally:
        await watch.end()
