"""A channel team's server that webhooks are posted to: it keeps what it got, and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook


@dataclass
class Receiver:
    """What was posted: each body as it was verified, and its id. `status` is what it answers from now on."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    bodies: list[Any] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hold: asyncio.Event | None = None

    async def take(self, request: web.Request) -> web.Response:
        """Answer one request."""
        body = await request.read()
        self.requests.append((dict(request.headers), body))
        if self.hold is not None:
            await self.hold.wait()
        return web.Response(status=self.status, headers=self.headers)

    def verified(self, secret: str) -> list[dict[str, Any]]:
        """Every body, each of them seen to be signed by this secret."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.requests]

    @property
    def ids(self) -> list[str]:
        """The `webhook-id` of each request."""
        return [headers["webhook-id"] for headers, _ in self.requests]


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on this machine."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    receiver.url = f"http://127.0.0.1:{port}/hook"
    try:
        yield receiver
    finally:
        if receiver.hold is not None:
            receiver.hold.set()
        await runner.cleanup()
