"""Whether the service can serve: every part that a turn needs is looked at, and it is said since when one fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

Check = Callable[[], Awaitable[object]]
"""Raises, or answers False, when what it looks at is not ready."""

CHECK_SECONDS = 2.0
_log = logging.getLogger("switchboard.http")


class Readiness:
    """Runs named checks side by side. One that hangs fails, and is not begun again before it has ended."""

    def __init__(self, checks: Mapping[str, Check], clock: Callable[[], datetime]) -> None:
        self._checks = checks
        self._clock = clock
        self._running: dict[str, asyncio.Task[bool]] = {}
        self._failing: dict[str, datetime] = {}

    @property
    def failing(self) -> Mapping[str, bool]:
        """Each part by name, and whether it failed when it was last looked at."""
        return {name: name in self._failing for name in self._checks}

    async def look(self) -> dict[str, datetime | None]:
        """Each part by name, with the moment since which it fails; None where it does not."""
        await asyncio.gather(*(self._look_at(name) for name in self._checks))
        return {name: self._failing.get(name) for name in self._checks}

    async def _look_at(self, name: str) -> None:
        if name not in self._running:
            self._running[name] = asyncio.create_task(self._passes(name))
            self._running[name].add_done_callback(lambda _: self._running.pop(name))
        task = self._running[name]
        await asyncio.wait([task], timeout=CHECK_SECONDS)
        if not task.done():
            self._fail(name, f"no answer in {CHECK_SECONDS:g} s")
        elif task.result() and name in self._failing:
            _log.warning("ready again: %s, which failed since %s", name, self._failing.pop(name).isoformat())

    async def _passes(self, name: str) -> bool:
        try:
            if await self._checks[name]() is not False:
                return True
            self._fail(name, "the check says no")
        except Exception as error:  # noqa: BLE001 - whatever fails here means not ready
            self._fail(name, f"{type(error).__name__}: {error}")
        return False

    def _fail(self, name: str, why: str) -> None:
        """Keep since when; the first time it is said in the log, where alone the details are."""
        if name not in self._failing:
            self._failing[name] = self._clock()
            _log.warning("not ready: %s: %s", name, why)
