"""Where Twilio calls: its signature is checked before anything is done, and it is answered at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from fastapi import APIRouter, FastAPI, Request, Response

from channels.connectors.intake import Intake
from channels.connectors.keywords import answer, hear_keyword
from channels.connectors.queue import DeliveryQueue
from channels.connectors.twilio import Form, TwilioConnector, is_signed
from domain.errors import NotAuthenticated, NotFound

MOST_FIELDS = 200
PATH = "/hooks/twilio/{name}"
BAD = ("failed", "undelivered")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a tenant is called in answers to keywords, and where else it is reached."""

    brand: str
    contact_point: str


@dataclass(frozen=True, slots=True)
class TwilioHooks:
    """Takes in what Twilio tells about our numbers."""

    connectors: Mapping[str, TwilioConnector]
    intake: Callable[[], Intake]
    queue: DeliveryQueue
    signatures: Mapping[str, Signature]
    clock: Callable[[], datetime]

    async def receive(self, name: str, request: Request) -> Response:
        """A customer's message: written down, then answered by the API; a keyword is answered here."""
        connector = self._known(name)
        form = await _signed(connector, connector.hook_url, request)
        inbound = connector.read(form)
        if not inbound.key or not inbound.sender:
            return _twiml("")
        heard = hear_keyword(inbound.text, connector.door.channel)
        if heard is not None:
            await self._obey(connector, heard.keyword, inbound.sender)
        if heard is None or heard.keyword == "stop":
            inbound = replace(inbound, fetch=lambda: connector.fetch_files(form))
            arrival = await self.intake().enter(connector.door, inbound)
            if arrival is not None and arrival.state == "waiting":
                self.intake().begin(arrival, inbound.text, connector.door)
        if heard is None:
            return _twiml("")
        signature = self.signatures[connector.door.tenant]
        return _twiml(answer(heard, connector.door.locale, signature.brand, signature.contact_point))

    async def follow(self, name: str, request: Request) -> Response:
        """How a message of ours stands."""
        connector = self._known(name)
        form = await _signed(connector, f"{connector.hook_url}/status", request)
        values = {key: next(iter(form.get(key, ())), "") for key in ("MessageSid", "MessageStatus", "ErrorCode")}
        state = values["MessageStatus"][:20]
        error = f"{state}, error {values['ErrorCode'][:10] or 'unknown'}" if state in BAD else ""
        if values["MessageSid"]:
            now = self.clock().timestamp()
            await self.queue.note_remote(connector.door.name, values["MessageSid"][:64], state, error, now)
        return Response(status_code=204)

    async def _obey(self, connector: TwilioConnector, keyword: str, sender: str) -> None:
        door = connector.door
        if keyword == "stop":
            await connector.opt_outs.add(door.tenant, door.name, sender)
        elif keyword == "start":
            await connector.opt_outs.remove(door.name, sender)

    def _known(self, name: str) -> TwilioConnector:
        connector = self.connectors.get(name)
        if connector is None:
            raise NotFound("There is no such connector.")
        return connector

    def attach(self, app: FastAPI) -> None:
        """Serve the hooks, outside the API: Twilio has no token of ours, its signature proves who calls."""
        router = APIRouter()
        router.add_api_route(PATH, self.receive, methods=["POST"], include_in_schema=False)
        router.add_api_route(f"{PATH}/status", self.follow, methods=["POST"], include_in_schema=False)
        app.include_router(router)


async def _signed(connector: TwilioConnector, url: str, request: Request) -> Form:
    body = (await request.body()).decode("utf-8", "replace")
    try:
        form = parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise NotAuthenticated("This is not what Twilio sends.") from None
    token = connector.profile.auth_token.get_secret_value()
    if not is_signed(token, url, form, request.headers.get("x-twilio-signature", "")):
        raise NotAuthenticated(f"Not signed with this number's auth token for {url}.")
    return form


def _twiml(text: str) -> Response:
    message = f"<Message>{escape(text)}</Message>" if text else ""
    body = f'<?xml version="1.0" encoding="UTF-8"?><Response>{message}</Response>'
    return Response(body, media_type="application/xml")
