"""How often one principal may ask, how often one conversation be written to, and how many streams may be open."""

import math
import re
import time
from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.http.problems import make, respond
from domain.caller import Caller

_MESSAGES = re.compile(r"/v1/conversations/([^/]+)/messages")
_EVENTS = re.compile(r"/v1/conversations/[^/]+/events")
STREAM_WAIT_S = 5
"""When somebody who found no place for an event stream should come again."""


Principal = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Allowance:
    """Requests a minute of one principal, messages a minute in one conversation, and event streams open at once."""

    requests_per_minute: int = 12_000
    messages_per_minute: int = 1_200
    streams: int = 2_000
    streams_per_principal: int = 1_500


class RateLimits:
    """Answers 429 to who asks too often or listens too much; a sliding minute, counted in this process alone.

    The limit keeps one principal from taking a process's time from the others, so that each process counts for itself
    and no request waits for a shared counter: with several replicas a principal may ask so often at each.
    """

    def __init__(self, app: ASGIApp, allowance: Allowance) -> None:
        self._app = app
        self._allowance = allowance
        self._streams: Counter[Principal] = Counter()
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(allowance.requests_per_minute, namespace="requests")
        self._messages = RateLimitItemPerMinute(allowance.messages_per_minute, namespace="messages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or answer 429 with the seconds to wait."""
        caller = scope.get("state", {}).get("caller") if scope["type"] == "http" else None
        if isinstance(caller, Caller):
            wait = await self._wait(scope, caller)
            if wait is not None:
                problem = make(HTTPStatus.TOO_MANY_REQUESTS, f"Try again in {wait} s.", scope["path"])
                await respond(problem, {"Retry-After": str(wait)})(scope, receive, send)
                return
            if scope["method"] == "GET" and _EVENTS.fullmatch(scope["path"]):
                await self._stream(caller, scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _stream(self, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve an event stream while there is a place for it."""
        name = (caller.tenant, caller.role, caller.subject)
        refusal = self._full(name)
        if refusal is not None:
            problem = make(refusal, f"Too many event streams are open. Try again in {STREAM_WAIT_S} s.", scope["path"])
            await respond(problem, {"Retry-After": str(STREAM_WAIT_S)})(scope, receive, send)
            return
        self._streams[name] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._streams[name] -= 1
            if not self._streams[name]:
                del self._streams[name]

    def _full(self, name: Principal) -> HTTPStatus | None:
        if self._streams[name] >= self._allowance.streams_per_principal:
            return HTTPStatus.TOO_MANY_REQUESTS
        return HTTPStatus.SERVICE_UNAVAILABLE if self._streams.total() >= self._allowance.streams else None

    async def _wait(self, scope: Scope, caller: Caller) -> int | None:
        """Seconds until this request would be served; None where it is served now."""
        wait = await self._hit(self._requests, caller.tenant, caller.role, caller.subject)
        written = _MESSAGES.fullmatch(scope["path"]) if scope["method"] == "POST" else None
        if wait is None and written is not None:
            wait = await self._hit(self._messages, caller.tenant, written[1])
        return wait

    async def _hit(self, limit: RateLimitItem, *names: str) -> int | None:
        if await self._limiter.hit(limit, *names):
            return None
        stats = await self._limiter.get_window_stats(limit, *names)
        return max(1, math.ceil(stats.reset_time - time.time()))
