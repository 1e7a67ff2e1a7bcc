"""A trial says so: every page of one carries a line that its customers are invented."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTICE = b'<p role="status" id="sandbox-notice">This is a trial: every customer and every system here is invented.</p>'
BODY = b"<body"


class SandboxNotice:
    """Puts the notice at the head of every HTML page; everything else passes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Page(send).send)


class _Page:
    """One answer on its way out; of a page the whole is gathered first, since its length changes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}
        self._body = b""

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on, or keep it until the page is whole."""
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif message["type"] == "http.response.body" and self._start:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish()
        else:
            await self._send(message)

    async def _finish(self) -> None:
        head, mark, rest = self._body.partition(BODY)
        tag, closing, inside = rest.partition(b">")
        body = head + mark + tag + closing + NOTICE + inside if mark else self._body
        length = (b"content-length", str(len(body)).encode())
        headers = [each for each in self._start["headers"] if each[0].lower() != b"content-length"]
        await self._send({**self._start, "headers": [*headers, length]})
        await self._send({"type": "http.response.body", "body": body})


def _is_page(start: Message) -> bool:
    kind = next((value for name, value in start["headers"] if name.lower() == b"content-type"), b"")
    return kind.startswith(b"text/html")
