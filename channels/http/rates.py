"""How often one principal may ask, and how often one conversation may be written to."""

import math
import re
import time
from dataclasses import dataclass
from http import HTTPStatus

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.http.problems import make, respond
from domain.caller import Caller

_MESSAGES = re.compile(r"/v1/conversations/([^/]+)/messages")


@dataclass(frozen=True, slots=True)
class Allowance:
    """Requests a minute of one principal, and messages a minute in one conversation."""

    requests_per_minute: int = 12_000
    messages_per_minute: int = 1_200


class RateLimits:
    """Answers 429 to who asks too often; a sliding minute, counted in this process alone.

    The limit keeps one principal from taking a process's time from the others, so that each process counts for itself
    and no request waits for a shared counter: with several replicas a principal may ask so often at each.
    """

    def __init__(self, app: ASGIApp, allowance: Allowance) -> None:
        self._app = app
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(allowance.requests_per_minute, namespace="requests")
        self._messages = RateLimitItemPerMinute(allowance.messages_per_minute, namespace="messages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or answer 429 with the seconds to wait."""
        caller = scope.get("state", {}).get("caller") if scope["type"] == "http" else None
        if isinstance(caller, Caller):
            wait = self._wait(scope, caller)
            if wait is not None:
                problem = make(HTTPStatus.TOO_MANY_REQUESTS, f"Try again in {wait} s.", scope["path"])
                await respond(problem, {"Retry-After": str(wait)})(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _wait(self, scope: Scope, caller: Caller) -> int | None:
        """Seconds until this request would be served; None where it is served now."""
        wait = self._hit(self._requests, caller.tenant, caller.role, caller.subject)
        written = _MESSAGES.fullmatch(scope["path"]) if scope["method"] == "POST" else None
        if wait is None and written is not None:
            wait = self._hit(self._messages, caller.tenant, written[1])
        return wait

    def _hit(self, limit: RateLimitItem, *names: str) -> int | None:
        if self._limiter.hit(limit, *names):
            return None
        return max(1, math.ceil(self._limiter.get_window_stats(limit, *names).reset_time - time.time()))
