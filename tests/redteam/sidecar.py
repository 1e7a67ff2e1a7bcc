"""A real HTTP server in OPA's place: it answers from the bundle as long as it is well."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from policy.engines.bundle import load_bundle
from policy.engines.embedded import EmbeddedEngine
from tests.opa_binary import free_port

FAULTS = ("refused", "hanging", "503", "HTML", "{}", '"false"', "wrong revision")


class Sidecar:
    """One sidecar whose `fault` a test chooses; `asked` counts its requests."""

    def __init__(self) -> None:
        self.fault = ""
        self.asked = 0
        self.url = f"http://127.0.0.1:{free_port()}"
        self._engine = EmbeddedEngine(load_bundle())
        self._runner: web.AppRunner | None = None
        self._recovered = asyncio.Event()

    async def fall_ill(self, fault: str) -> None:
        """Behave like that from now on; an empty fault is health."""
        self._recovered.set()
        self._recovered = asyncio.Event()
        self.fault, self.asked = fault, 0
        if fault == "refused":
            await self.stop()
        elif self._runner is None:
            await self.start()

    async def start(self) -> None:
        """Listen."""
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", int(self.url.rpartition(":")[2])).start()

    async def stop(self) -> None:
        """Refuse connections."""
        self._recovered.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        if self.fault == "hanging":
            await self._recovered.wait()
            return web.Response()
        if self.fault == "503":
            return web.json_response({"code": "busy"}, status=503)
        if self.fault == "HTML":
            return web.Response(text="<html>it works</html>", content_type="text/html")
        if self.fault == "{}":
            return web.json_response({})
        if self.fault == '"false"':
            return web.json_response({"result": "false"})
        return web.json_response({"result": await self._decide(request)})

    async def _decide(self, request: web.Request) -> Any:
        document = json.loads(await request.text())["input"]
        decide = self._engine.escalate if "escalation" in request.path else self._engine.decide
        decision = await decide(document)
        return {**decision, "policy_revision": "sha256:older"} if self.fault == "wrong revision" else decision


@asynccontextmanager
async def open_sidecar() -> AsyncIterator[Sidecar]:
    """A sidecar that is well."""
    sidecar = Sidecar()
    await sidecar.start()
    try:
        yield sidecar
    finally:
        await sidecar.stop()
