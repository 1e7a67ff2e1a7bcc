"""A server that behaves as Twilio's messaging API does, as far as we use it; Twilio's document of it decides how."""

import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

from aiohttp import web
from aiohttp.typedefs import Handler

from router.formatters.outgoing.segments import count_segments

SID, TOKEN = "AC0123456789abcdef0123456789abcdef", "token-of-the-account"
PLACE = f"/2010-04-01/Accounts/{SID}"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it came and what was answered; `answer` is `None` where it is no JSON."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    status: int
    answer: Any


@dataclass
class TwilioServer:
    """What was sent, as resources and forms. `unsubscribed` wrote STOP; `lose` swallows the answers to what is taken.

    `media` is what customers sent, by its id: its bytes, or where they are.
    """

    url: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    unsubscribed: set[str] = field(default_factory=set)
    media: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    lose: bool = False
    away: bool = False

    @property
    def texts(self) -> list[str]:
        return [each["body"] for each in self.messages]

    @web.middleware
    async def note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Keep what was asked and answered."""
        answer = await handler(request)
        form = {name: str(value) for name, value in (await request.post()).items()}
        assert isinstance(answer, web.Response)
        told = json.loads(answer.text or "") if answer.content_type == "application/json" else None
        exchange = Exchange(request.method, request.path, dict(request.query), form, answer.status, told)
        self.exchanges.append(exchange)
        return answer

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
        self.forms.append({name: str(value) for name, value in form.items()})
        message = self._resource(to, str(form["From"]), body or self._fill(self.forms[-1]))
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
        size = int(request.query.get("PageSize", "50"))
        found = [each for each in self.messages if all(each[key] == value for key, value in wanted.items())][-size:]
        first = {"page": 0, "page_size": size, "start": 0, "end": max(0, len(found) - 1), "uri": request.path_qs}
        others = {"first_page_uri": request.path_qs, "next_page_uri": None, "previous_page_uri": None}
        return web.json_response({"messages": found[::-1], **first, **others})

    async def describe(self, request: web.Request) -> web.Response:
        """The account."""
        made = format_datetime(datetime.now(UTC))
        own = {"sid": SID, "owner_account_sid": SID, "auth_token": TOKEN, "friendly_name": "Ours", "type": "Full"}
        more = {"status": "active", "date_created": made, "date_updated": made, "uri": f"{PLACE}.json"}
        links = {"messages": f"{PLACE}/Messages.json"}
        return self._refuse(request) or web.json_response({**own, **more, "subresource_uris": links})

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
        return f"{self.url}{PLACE}/Messages/MM{uuid4().hex}/Media/{name}"

    @staticmethod
    def _fill(form: dict[str, str]) -> str:
        """A template's words with our own in them: what Twilio gives as the body of such a message."""
        return f"About your matter: {json.loads(form['ContentVariables'])['1']}"

    @staticmethod
    def _resource(to: str, sender: str, body: str) -> dict[str, Any]:
        made, sid = format_datetime(datetime.now(UTC)), f"SM{uuid4().hex}"
        place = f"{PLACE}/Messages/{sid}"
        return {
            **{"sid": sid, "account_sid": SID, "api_version": "2010-04-01", "direction": "outbound-api"},
            **{"to": to, "from": sender, "body": body, "status": "queued", "messaging_service_sid": None},
            **{"num_media": "0", "num_segments": str(count_segments(body)), "price": None, "price_unit": None},
            **{"error_code": None, "error_message": None},
            **{"date_created": made, "date_updated": made, "date_sent": None},
            **{"uri": f"{place}.json", "subresource_uris": {"media": f"{place}/Media.json"}},
        }

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
    server = TwilioServer()
    app = web.Application(middlewares=[server.note])
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
