"""How often one principal may ask, how often one conversation be written to, and how many streams may be open."""

import math
import re
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.http.problems import make, respond
from domain.caller import Caller, Role

VISITOR_SESSIONS = "/v1/visitor-sessions"
_MESSAGES = re.compile(r"/v1/conversations/([^/]+)/(?:messages|attachments)")
_EVENTS = re.compile(r"/v1/conversations/([^/]+)/events|/v1/desk/events")
STREAM_WAIT_S = 5
"""When somebody who found no place for an event stream should come again."""


Principal = tuple[str, str, str]
Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Allowance:
    """Requests a minute of one principal, messages a minute in one conversation, and event streams open at once.

    Whoever listens to a conversation is written to at each of its events: the bound for one conversation is what keeps
    a crowd that listens to it from making its turns slow. One customer, by their own token, may do far less than a
    channel, so that nobody floods a company; visitors' sessions are counted by the address that asks.
    """

    requests_per_minute: int = 12_000
    messages_per_minute: int = 1_200
    streams: int = 2_000
    streams_per_principal: int = 1_500
    streams_per_conversation: int = 30
    customer_requests_per_minute: int = 300
    customer_messages_per_minute: int = 30
    customer_streams: int = 10
    visitor_sessions_per_minute: int = 60


class RateLimits:
    """Answers 429 to who asks too often or listens too much; a sliding minute, counted in this process alone.

    The limit keeps one principal from taking a process's time from the others, so that each process counts for itself
    and no request waits for a shared counter: with several replicas a principal may ask so often at each.
    """

    def __init__(self, app: ASGIApp, allowance: Allowance) -> None:
        self._app = app
        self._allowance = allowance
        self._streams: Counter[Principal] = Counter()
        self._listeners: Counter[tuple[str, str]] = Counter()
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(allowance.requests_per_minute, namespace="requests")
        self._messages = RateLimitItemPerMinute(allowance.messages_per_minute, namespace="messages")
        self._own_requests = RateLimitItemPerMinute(allowance.customer_requests_per_minute, namespace="own requests")
        self._own_messages = RateLimitItemPerMinute(allowance.customer_messages_per_minute, namespace="own messages")
        self._visitors = RateLimitItemPerMinute(allowance.visitor_sessions_per_minute, namespace="visitors")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or answer 429 with the seconds to wait."""
        caller = scope.get("state", {}).get("caller") if scope["type"] == "http" else None
        wait = await self._wait(scope, caller) if scope["type"] == "http" else None
        if wait is not None:
            problem = make(HTTPStatus.TOO_MANY_REQUESTS, f"Try again in {wait} s.", scope["path"])
            await respond(problem, {"Retry-After": str(wait)})(scope, receive, send)
            return
        if isinstance(caller, Caller):
            listens = _EVENTS.fullmatch(scope["path"]) if scope["method"] == "GET" else None
            if listens is not None:
                await self._stream(caller, listens[1] or f"desk of {caller.subject}", scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _stream(self, caller: Caller, conversation_id: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve an event stream while there is a place for it."""
        name, conversation = (caller.tenant, caller.role, caller.subject), (caller.tenant, conversation_id)
        refusal = self._full(name, conversation)
        if refusal is not None:
            problem = make(refusal, f"Too many event streams are open. Try again in {STREAM_WAIT_S} s.", scope["path"])
            await respond(problem, {"Retry-After": str(STREAM_WAIT_S)})(scope, receive, send)
            return
        with _counted(self._streams, name), _counted(self._listeners, conversation):
            await self._app(scope, receive, send)

    def _full(self, name: Principal, conversation: tuple[str, str]) -> HTTPStatus | None:
        allowed = self._allowance
        own = allowed.customer_streams if name[1] is Role.CUSTOMER else allowed.streams_per_principal
        if self._streams[name] >= own or self._listeners[conversation] >= allowed.streams_per_conversation:
            return HTTPStatus.TOO_MANY_REQUESTS
        return HTTPStatus.SERVICE_UNAVAILABLE if self._streams.total() >= allowed.streams else None

    async def _wait(self, scope: Scope, caller: object) -> int | None:
        """Seconds until this request would be served; None where it is served now."""
        if not isinstance(caller, Caller):
            asks = scope["path"] == VISITOR_SESSIONS
            return await self._hit(self._visitors, (scope.get("client") or ("", 0))[0]) if asks else None
        own, name = caller.role is Role.CUSTOMER, (caller.tenant, caller.role, caller.subject)
        wait = await self._hit(self._own_requests if own else self._requests, *name)
        written = _MESSAGES.fullmatch(scope["path"]) if scope["method"] == "POST" else None
        if wait is None and written is not None and own:
            wait = await self._hit(self._own_messages, *name)
        if wait is None and written is not None:
            wait = await self._hit(self._messages, caller.tenant, written[1])
        return wait

    async def _hit(self, limit: RateLimitItem, *names: str) -> int | None:
        if await self._limiter.hit(limit, *names):
            return None
        stats = await self._limiter.get_window_stats(limit, *names)
        return max(1, math.ceil(stats.reset_time - time.time()))


@contextmanager
def _counted(counter: Counter[Name], name: Name) -> Generator[None]:
    """Count one more of these until the block ends; what is none again is forgotten."""
    counter[name] += 1
    try:
        yield
    finally:
        counter[name] -= 1
        if not counter[name]:
            del counter[name]
