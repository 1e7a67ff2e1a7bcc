"""Twilio's own OpenAPI document holds what our connector asks, and what the local server in Twilio's place answers."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from channels.connectors import twilio_hooks
from channels.connectors.twilio import TwilioConnector
from tests.channels.connectors.test_twilio import OURS, TEMPLATE, number_of, profile, text
from tests.channels.connectors.twilio_document import FILE, TwilioDocument
from tests.channels.connectors.twilio_server import PLACE, SID, TOKEN, Exchange, TwilioServer, twilio_server
from tests.channels.test_attachments import PNG
from tests.conftest import OpenHouse
from tests.house_guest import Guest
from tests.journeys.afterwards import Clock

pytestmark = pytest.mark.skipif(
    not FILE.is_file() and not os.environ.get("CI"), reason="`make node-modules` has put no document of Twilio there"
)
STATES = ("queued", "sent", "delivered", "read", "failed", "undelivered")
MESSAGES = f"{PLACE}/Messages.json"


@pytest.fixture(scope="module")
def document() -> TwilioDocument:
    return TwilioDocument()


@pytest.fixture
async def server() -> AsyncIterator[TwilioServer]:
    async with twilio_server() as one:
        yield one


def faults(document: TwilioDocument, exchanges: list[Exchange]) -> list[str]:
    return [f"{each.method} {each.path}: {fault}" for each in exchanges for fault in document.find_faults(each)]


def connector(guest: Guest) -> TwilioConnector:
    found = guest.house.connectors.connectors["texts"]
    assert isinstance(found, TwilioConnector)
    return found


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
async def test_what_we_ask_and_are_answered_is_what_the_document_allows(
    open_house: OpenHouse, server: TwilioServer, document: TwilioDocument, channel: str
) -> None:
    clock = Clock()
    guest = await open_house(clock=clock, **profile(server, channel=channel, template=TEMPLATE))
    ben = await number_of(guest)
    sender = f"whatsapp:{ben}" if channel == "whatsapp" else ben
    photo = {"NumMedia": "1", "MediaContentType0": "image/png", "MediaUrl0": server.put(PNG)}
    server.lose = True
    await text(guest, sender, "why is my bill so high?", **photo)
    server.lose = False
    clock.move(minutes=1)
    await guest.house.jobs.run("deliveries")
    await connector(guest).post(ben, "Your visit is tomorrow.")
    assert await connector(guest).check() == ""
    server.unsubscribed.add(ben)
    assert (await connector(guest).post(ben, "Hello again")).error == "the receiver wrote STOP"
    asked = {
        (each.method, each.path.rpartition("/")[2].partition(".")[0][:2], each.status) for each in server.exchanges
    }
    account, kinds = ("GET", "AC", 200), {("GET", "ME", 200), ("GET", "Me", 200), ("POST", "Me", 201)}
    assert asked == {account, ("POST", "Me", 400), *kinds}
    assert ("ContentSid" in server.forms[-1]) == (channel == "whatsapp")
    assert faults(document, server.exchanges) == []


async def test_every_error_of_the_local_server_is_one_of_twilios(
    server: TwilioServer, document: TwilioDocument
) -> None:
    good = {"To": "+12025550101", "From": OURS, "Body": "hello"}
    server.unsubscribed.add("+12025550102")
    wrong: list[tuple[dict[str, str], int]] = [
        ({**good, "Body": ""}, 21602),
        ({**good, "Body": "x" * 1601}, 21617),
        ({**good, "To": "+12025550102"}, 21610),
    ]
    async with httpx.AsyncClient(base_url=server.url, auth=(SID, TOKEN)) as http:
        for form, code in wrong:
            assert (await http.post(MESSAGES, data=form)).json()["code"] == code
        assert (await http.get(MESSAGES, auth=(SID, "another"))).status_code == 401
        led = server.put(b"", "https://media.example.com/1")
        assert (await http.get(led)).status_code == 307
        assert faults(document, server.exchanges) == []
        assert (await http.post(MESSAGES, data={**good, "To": "+1"})).json()["code"] == 21211
    [fault] = faults(document, server.exchanges[-1:])
    assert "'+1' is not a 'phone-number'" in fault, "what the server refuses the document does not allow either"


def test_states_that_we_know_are_states_of_the_document(document: TwilioDocument) -> None:
    known = set(document.schema("message_enum_status")["enum"])
    assert {*twilio_hooks.BAD, *STATES} <= known


async def test_what_the_document_does_not_allow_is_found(server: TwilioServer, document: TwilioDocument) -> None:
    async with httpx.AsyncClient(base_url=server.url, auth=(SID, TOKEN)) as http:
        await http.post(MESSAGES, data={"To": "+12025550101", "From": OURS, "Body": "hello"})
    [good] = server.exchanges
    lacking = {name: value for name, value in good.answer.items() if name != "sid"}
    spoilt: list[dict[str, Any]] = [
        {"method": "PUT"},
        {"path": good.path.replace(SID, "AC42")},
        {"path": good.path.replace("Messages", "Mesages")},
        {"query": {"PageSize": "many"}, "method": "GET"},
        {"form": {**good.form, "Text": "hello"}},
        {"form": {**good.form, "ContentSid": "HX42"}},
        {"form": {**good.form, "StatusCallback": "nowhere"}},
        {"form": {"From": OURS, "Body": "hello"}},
        {"status": 200},
        {"status": 400},
        {"answer": lacking},
        {"answer": {**good.answer, "status": "done"}},
        {"answer": {**good.answer, "account_sid": "AC42"}},
        {"answer": {**good.answer, "sid": f"XX{uuid4().hex}"}},
        {"answer": {**good.answer, "date_created": "yesterday"}},
        {"answer": {**good.answer, "num_segments": 1}},
        {"answer": {**good.answer, "content": "hello"}},
    ]
    assert document.find_faults(good) == []
    assert [each for each in spoilt if not document.find_faults(replace(good, **each))] == []
