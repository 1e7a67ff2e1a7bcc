"""A server that behaves as Twilio's messaging API does, as far as we use it."""

import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

from aiohttp import web

SID, TOKEN = "AC0123456789abcdef", "token-of-the-account"


@dataclass
class TwilioServer:
    """What was sent. `unsubscribed` are numbers that wrote STOP; `lose` swallows the answers to what is taken.

    `media` is what customers sent, by its id: its bytes, or where they are.
    """

    url: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    unsubscribed: set[str] = field(default_factory=set)
    media: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    lose: bool = False
    away: bool = False

    @property
    def texts(self) -> list[str]:
        return [each["body"] for each in self.messages]

    async def create(self, request: web.Request) -> web.Response:
        """Send a message."""
        if (refused := self._refuse(request)) is not None:
            return refused
        form = await request.post()
        to, body = str(form.get("To", "")), str(form.get("Body", ""))
        if not re.fullmatch(r"(whatsapp:)?\+[1-9]\d{6,14}", to):
            return self._error(400, 21211, f"The 'To' number {to} is not a valid phone number.")
        if not body and "ContentSid" not in form:
            return self._error(400, 21602, "Message body is required.")
        if len(body) > 1600:
            return self._error(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if to.removeprefix("whatsapp:") in self.unsubscribed:
            return self._error(400, 21610, "Attempt to send to unsubscribed recipient")
        made = format_datetime(datetime.now(UTC))
        message = {"sid": f"SM{uuid4().hex}", "to": to, "from": form["From"], "body": body, "date_created": made}
        message |= {"status": "queued", "content": form.get("ContentVariables"), "callback": form.get("StatusCallback")}
        self.messages.append(message)
        if self.lose:
            assert request.transport is not None
            request.transport.close()
        return web.json_response(message, status=201)

    async def browse(self, request: web.Request) -> web.Response:
        """List messages."""
        if (refused := self._refuse(request)) is not None:
            return refused
        wanted = {"to": request.query.get("To"), "from": request.query.get("From")}
        found = [each for each in self.messages if all(each[key] == value for key, value in wanted.items())]
        return web.json_response({"messages": found[::-1]})

    async def describe(self, request: web.Request) -> web.Response:
        """The account."""
        return self._refuse(request) or web.json_response({"sid": SID, "status": "active"})

    async def give(self, request: web.Request) -> web.Response:
        """A file that a customer sent."""
        self.asked.append(request.path)
        if (refused := self._refuse(request)) is not None:
            return refused
        content, elsewhere = self.media[request.match_info["media"]]
        if elsewhere:
            return web.Response(status=307, headers={"Location": elsewhere})
        return web.Response(body=content)

    def put(self, content: bytes, elsewhere: str = "") -> str:
        """Keep a file that a customer sent; returns the address that Twilio tells."""
        self.media[name := f"ME{uuid4().hex}"] = (content, elsewhere)
        return f"{self.url}/2010-04-01/Accounts/{SID}/Messages/MM1/Media/{name}"

    def _refuse(self, request: web.Request) -> web.Response | None:
        expected = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
        if self.away:
            return web.Response(status=503)
        if request.headers.get("Authorization") != expected or request.match_info["sid"] != SID:
            return self._error(401, 20003, "Authenticate")
        return None

    def _error(self, status: int, code: int, message: str) -> web.Response:
        more = f"https://www.twilio.com/docs/errors/{code}"
        return web.json_response({"code": code, "message": message, "more_info": more, "status": status}, status=status)


@asynccontextmanager
async def twilio_server() -> AsyncIterator[TwilioServer]:
    """The server, on this machine."""
    server, app = TwilioServer(), web.Application()
    place = "/2010-04-01/Accounts/{sid}/Messages.json"
    app.router.add_post(place, server.create)
    app.router.add_get(place, server.browse)
    app.router.add_get("/2010-04-01/Accounts/{sid}.json", server.describe)
    app.router.add_get("/2010-04-01/Accounts/{sid}/Messages/{message}/Media/{media}", server.give)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
    try:
        yield server
    finally:
        await runner.cleanup()
