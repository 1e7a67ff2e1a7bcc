"""Event streams that would go on for ever, ended in good order when the process stops."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAM = b"text/event-stream"


class EndingStreams:
    """Passes everything on; at the end, streams are told that their reader left, and get their last byte.

    A turn's own stream ends with its turn. What is cut off by the server beyond its grace leaves no traceback.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._ending = asyncio.Event()

    def end(self) -> None:
        """End what is open, and each stream that begins from now on."""
        self._ending.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(receive, send, self._ending)
        hearing = exchange.receive if scope["method"] == "GET" else receive
        try:
            await self._app(scope, hearing, exchange.send)
        except asyncio.CancelledError:
            if not self._ending.is_set():
                raise
            await exchange.give_up()
        else:
            await exchange.complete()


class _Exchange:
    """One request and what was answered so far."""

    def __init__(self, receive: Receive, send: Send, ending: asyncio.Event) -> None:
        self._receive = receive
        self._send = send
        self._ending = ending
        self._streaming = asyncio.Event()
        self._started = self._completed = False

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on."""
        if message["type"] == "http.response.start":
            self._started = True
            if dict(message["headers"]).get(b"content-type", b"").startswith(STREAM):
                self._streaming.set()
        elif not message.get("more_body", False):
            self._completed = True
        await self._send(message)

    async def receive(self) -> Message:
        """What the reader sends; that they left, once this is a stream and the process stops."""
        heard, ended = asyncio.ensure_future(self._receive()), asyncio.ensure_future(self._end_of_stream())
        try:
            await asyncio.wait({heard, ended}, return_when=asyncio.FIRST_COMPLETED)
            return heard.result() if heard.done() else {"type": "http.disconnect"}
        finally:
            heard.cancel()
            ended.cancel()

    async def complete(self) -> None:
        """Send the last byte of a stream that was ended."""
        if self._started and not self._completed and self._ending.is_set():
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def give_up(self) -> None:
        """End an answer that the server waits for no longer."""
        with suppress(OSError):
            if not self._started:
                headers = [(b"retry-after", b"5"), (b"content-length", b"0")]
                await self._send({"type": "http.response.start", "status": 503, "headers": headers})
                self._started = True
            await self.complete()

    async def _end_of_stream(self) -> None:
        await self._streaming.wait()
        await self._ending.wait()
