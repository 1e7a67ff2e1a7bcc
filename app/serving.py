"""An HTTP server that says when it listens, and ends its open streams when it is told to stop."""

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from app.connections import PunctualProtocol
from app.ports import check_free
from app.streams import EndingStreams

KEEP_ALIVE_SECONDS = 75
"""How long a connection may rest between requests: longer than proxies keep theirs (60 s) and than any `Retry-After`:
the caller closes it, so that no request meets a connection that is just being closed."""
GRACE_SECONDS = 3
"""How long turns under way may hold up the answers; the application itself waits for them beyond that."""


class AnnouncingServer(uvicorn.Server):
    """A server that calls back with its port once it accepts connections; `should_exit` stops it from any thread."""

    def __init__(self, api: FastAPI, host: str, port: int, announce: Callable[[int], None]) -> None:
        check_free(host, port)
        self._streams = EndingStreams(api)
        config = uvicorn.Config(
            self._streams,
            host=host,
            port=port,
            http=PunctualProtocol,
            ws="none",
            log_level="warning",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)
        self._announce = announce

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Stop at a signal and return: uvicorn would raise it again, and the process would end with all open."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the event streams, then wait for the turns under way."""
        self._streams.end()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            self._announce(int(self.servers[0].sockets[0].getsockname()[1]))
