"""How calls under way get on, told to whoever follows: the newest alone, at a pace, nothing once a call has ended."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

from domain.calls import CallProgress
from policy.gate.proposal import AuthorizedCall
from policy.tools.connection import HearProgress

PACE_S = 0.5
"""A server that says it more often is heard no more often."""
MOST_CHARACTERS = 1000
Follow = Callable[[CallProgress], None]


class ProgressFeed:
    """What servers say of calls that take long. Who has to see masked results is told no words, only how far it is."""

    def __init__(self, pace_s: float = PACE_S) -> None:
        self._pace_s = pace_s
        self._followers: list[Follow] = []

    def follow(self, hear: Follow) -> None:
        """Have all progress told from now on."""
        self._followers.append(hear)

    @contextmanager
    def pace(self, authorized: AuthorizedCall) -> Generator[HearProgress]:
        """What hears one call's server until the call ends."""
        masked = any(obligation.type == "mask" for obligation in authorized.decision.obligations)
        meter = _Meter(self._pace_s, self._tell)

        def hear(done: float, total: float | None, message: str) -> None:
            said = "" if masked else message[:MOST_CHARACTERS]
            ids = (authorized.conversation_id, authorized.turn_id, authorized.decision.id)
            meter.note(CallProgress(*ids, authorized.tool.name, done, total, said))

        try:
            yield hear
        finally:
            meter.end()

    def _tell(self, progress: CallProgress) -> None:
        for hear in self._followers:
            hear(progress)


class _Meter:
    """Passes on the first at once, and then the newest of each span of the pace."""

    def __init__(self, pace_s: float, tell: Follow) -> None:
        self._pace_s = pace_s
        self._tell = tell
        self._newest: CallProgress | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._ended = False

    def note(self, progress: CallProgress) -> None:
        if self._ended:
            return
        self._newest = progress
        if self._pause is None:
            self._pass_on()

    def end(self) -> None:
        self._ended = True
        if self._pause is not None:
            self._pause.cancel()

    def _pass_on(self) -> None:
        self._pause = None
        if self._newest is None:
            return
        told, self._newest = self._newest, None
        self._pause = asyncio.get_running_loop().call_later(self._pace_s, self._pass_on)
        self._tell(told)
