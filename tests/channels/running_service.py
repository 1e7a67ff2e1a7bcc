"""The real service, wired as the app wires it, listening on loopback in a thread of its own."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from app.bootstrap import open_switchboard
from app.settings import load_settings
from tests.channels.http_service import Service
from tests.learnt import give_learnt, keep_learnt


class Announced(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


START_SECONDS = 120


@contextmanager
def running(folder: Path, port: int = 0, **given: Any) -> Iterator[Service]:
    """Run a service on data in that folder; stopped at the end like one that got a signal."""
    give_learnt(folder / "cache")
    listener = socket.create_server(("127.0.0.1", port))
    ready, servers = threading.Event(), list[Announced]()

    async def serve() -> None:
        address = {"host": "127.0.0.1", "port": listener.getsockname()[1]}
        async with open_switchboard(load_settings(data=folder, **{**address, **given})) as switchboard:
            config = uvicorn.Config(switchboard.api, log_config=None, timeout_graceful_shutdown=2)
            servers.append(Announced(config, ready))
            await servers[0].serve(sockets=[listener])

    with ThreadPoolExecutor(1) as pool:
        serving = pool.submit(asyncio.run, serve())
        serving.add_done_callback(lambda _: ready.set())
        in_time = ready.wait(START_SECONDS)
        if serving.done():
            serving.result()
        assert in_time, "the service did not start in time"
        keep_learnt(folder / "cache")
        made = folder / "tokens.json"
        tokens = json.loads(made.read_text("utf-8")) if made.exists() else {}
        try:
            yield Service(f"http://127.0.0.1:{listener.getsockname()[1]}", tokens)
        finally:
            servers[0].should_exit = True
            serving.result(30)
