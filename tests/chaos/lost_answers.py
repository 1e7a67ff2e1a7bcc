"""A payment system whose answers get lost: each refund is executed, but its first answer does not arrive."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random

import httpx
from aiohttp import web

from tests.chaos.processes import Running

FAULTS = ("late", "cut", "twice", "held", "refused", "gone")
"""Answered after the client's patience; cut off; delivered twice; overtaken by others; 503; cut before delivery."""
LATE_S = 6.5
HELD_S = 0.3
_KEPT = ("content-type", "mcp-session-id", "mcp-protocol-version")
_DROPPED = ("host", "content-length", "connection", "accept-encoding")


class LossyWire:
    """Stands between the service and `switchboard mcp serve payments`; the first try of each refund is disturbed."""

    def __init__(self, payments: Running, rng: Random) -> None:
        self._payments, self._rng = payments, rng
        self._http = httpx.AsyncClient(timeout=30, trust_env=False)
        self._seen: set[bytes] = set()
        self._next: list[str] = []
        self.faults: Counter[str] = Counter()

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[str]:
        """Listen; yields the URL of the MCP endpoint."""
        site = web.Application()
        site.router.add_route("*", "/{path:.*}", self._carry)
        runner = web.AppRunner(site, shutdown_timeout=0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/mcp"
        finally:
            await runner.cleanup()
            await self._http.aclose()

    async def _carry(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        fault = self._choose(body)
        if fault == "refused":
            return web.Response(status=503)
        if fault == "gone":
            return self._cut(request)
        if fault == "held":
            await asyncio.sleep(HELD_S)
        tries = 2 if fault == "twice" else 1
        answers = await asyncio.gather(*(self._forward(request, body) for _ in range(tries)))
        if fault == "late":
            await asyncio.sleep(LATE_S)
        return self._cut(request) if fault == "cut" else answers[-1]

    def _choose(self, body: bytes) -> str:
        if b'"tools/call"' not in body or b"refund_payment" not in body:
            return ""
        payment = body.partition(b'"payment_id"')[2].partition(b'"')[2].partition(b'"')[0]
        if payment in self._seen:
            return ""
        self._seen.add(payment)
        if not self._next:
            self._next = self._rng.sample(FAULTS, len(FAULTS))
        fault = self._next.pop()
        self.faults[fault] += 1
        return fault

    async def _forward(self, request: web.Request, body: bytes) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _DROPPED}
        url = self._payments.url + request.path
        answer = await self._http.request(request.method, url, content=body, headers=headers)
        kept = {name: value for name, value in answer.headers.items() if name.lower() in _KEPT}
        return web.Response(status=answer.status_code, body=answer.content, headers=kept)

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
