"""Text messages and WhatsApp from end to end, against a server that behaves as Twilio does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from channels.connectors import twilio
from channels.connectors.intake import Intake
from channels.connectors.keywords import hear_keyword
from channels.connectors.queue import DeliveryQueue
from router.formatters import Addressee, formatter_of
from tests.channels.connectors.twilio_server import SID, TOKEN, TwilioServer, twilio_server
from tests.channels.test_attachments import PNG
from tests.conftest import OpenHouse
from tests.house_guest import Guest
from tests.journeys.afterwards import Clock
from tests.sandbox_files import open_systems

HOOK = "https://hooks.northwind.example/hooks/twilio/texts"
OURS = "+15005550006"
TEMPLATE = "HX0123456789abcdef0123456789abcdef"
_serial = count(1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server() -> AsyncIterator[TwilioServer]:
    async with twilio_server() as one:
        yield one


def profile(server: TwilioServer, **more: str) -> dict[str, Any]:
    usual = {"kind": "twilio", "number": OURS, "account_sid": SID, "auth_token": TOKEN, "api_url": server.url}
    return {"connectors": {"texts": {**usual, "webhook_url": HOOK, **more}}}


@pytest.fixture
async def guest(open_house: OpenHouse, server: TwilioServer) -> Guest:
    return await open_house(**profile(server))


@pytest.fixture
async def ben(guest: Guest) -> str:
    return await number_of(guest)


async def number_of(guest: Guest, customer_id: str = "C-1002") -> str:
    with closing(open_systems(guest.house.settings.data)) as database:
        query = "SELECT phone FROM customers WHERE customer_id = ? AND tenant = 'northwind-fibre'"
        return database.execute(query, (customer_id,)).fetchone()[0]


async def call(guest: Guest, form: dict[str, str], path: str = "", token: str = TOKEN) -> httpx.Response:
    """Call a hook as Twilio does; its signature is made by Twilio's own library."""
    signature = RequestValidator(token).compute_signature(HOOK + path, form)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return await guest.http.post(f"/hooks/twilio/texts{path}", content=urlencode(form), headers=headers)


async def text(guest: Guest, sender: str, words: str, sid: str = "", **more: str) -> httpx.Response:
    """A customer writes; what it sets off is done when this returns."""
    form = {"MessageSid": sid or f"SM{next(_serial)}", "From": sender, "To": OURS, "Body": words, **more}
    answer = await call(guest, form)
    assert answer.status_code == 200, answer.text
    async with asyncio.timeout(60):
        while await guest.house.connectors.arrivals.waiting(float("inf")):  # noqa: ASYNC110 - of whichever replica
            await asyncio.sleep(0.02)
    await guest.house.jobs.run("deliveries")
    return answer


async def test_a_text_message_is_answered_by_the_number_and_goes_on_in_one_conversation(
    guest: Guest, server: TwilioServer, ben: str
) -> None:
    await text(guest, ben, "why is my bill so high?", "SM-a")
    assert {(each["to"], each["from"]) for each in server.messages} == {(ben, OURS)}
    assert "automated assistant" in server.texts[0]
    assert "code" in server.texts[1], "a number identifies and does not authenticate"
    sent = len(server.messages)
    await text(guest, ben, "why is my bill so high?", "SM-a")
    assert len(server.messages) == sent, "the same message again is the same turn"
    await text(guest, ben, "I want to talk to a person")
    assert len(server.messages) > sent
    assert not any("automated assistant" in each for each in server.texts[sent:])


async def test_a_number_that_two_customers_share_is_asked_who_it_is(
    guest: Guest, server: TwilioServer, ben: str
) -> None:
    with closing(open_systems(guest.house.settings.data)) as crm, crm:
        crm.execute("UPDATE customers SET phone = ? WHERE customer_id = 'C-1001'", (ben,))
    await text(guest, ben, "how much do I owe you?")
    assert "customer number" in server.texts[-1]
    assert "code" not in server.texts[-1]
    await text(guest, ben, "C-1002")
    assert "code" in server.texts[-1]


async def files_at_the_desk(guest: Guest) -> list[dict[str, Any]]:
    [case] = (await guest.fetch("representative", "/v1/desk/queue"))["items"]
    await guest.call("representative", "POST", f"/v1/desk/{case['conversation_id']}/claim", {})
    seen = await guest.fetch("representative", f"/v1/desk/{case['conversation_id']}")
    return [each for message in seen["messages"] for each in message.get("attachments", [])]


async def test_a_voice_note_is_named_for_what_it_is_and_its_name_is_seen_at_the_desk(
    guest: Guest, server: TwilioServer, ben: str
) -> None:
    note = {"NumMedia": "1", "MediaContentType0": "audio/ogg", "MediaUrl0": f"{server.url}/nothing-lies-there"}
    await text(guest, ben, "", **note)
    assert "can't listen to voice messages" in server.texts[-1]
    assert "empty" not in server.texts[-1]
    await text(guest, ben, "I want to talk to a person")
    [case] = (await guest.fetch("representative", "/v1/desk/queue"))["items"]
    await guest.call("representative", "POST", f"/v1/desk/{case['conversation_id']}/claim", {})
    await text(guest, ben, "listen to this please", **note)
    seen = await guest.fetch("representative", f"/v1/desk/{case['conversation_id']}")
    notes = [each["text"] for each in seen["messages"] if "[media-1.og" in each["text"]]
    assert [each.partition("[")[0] for each in notes] == ["", "listen to this please\n"]
    assert "can't listen to voice messages" in server.texts[-1], "nor can the person who has it"


async def test_a_photo_is_fetched_from_twilio_and_seen_at_the_desk_with_or_without_words(
    guest: Guest, server: TwilioServer, ben: str
) -> None:
    photo = {"NumMedia": "1", "MediaContentType0": "image/png", "MediaUrl0": server.put(PNG)}
    await text(guest, ben, "", "MM-a", **photo)
    await text(guest, ben, "", "MM-a", **photo)
    [file] = await files_at_the_desk(guest)
    assert (file["name"], file["media_type"], file["size"]) == ("media-1.png", "image/png", len(PNG))
    assert any("someone on our team will look at it" in each for each in server.texts)
    assert len(server.asked) == 1, "what was seen before is not fetched again"


async def test_our_credentials_go_to_twilio_alone_and_nothing_is_fetched_from_private_addresses(
    open_house: OpenHouse, server: TwilioServer
) -> None:
    async with twilio_server() as inside:
        guest = await open_house(**profile(server))
        secret, led = inside.put(PNG), server.put(b"", f"{inside.url}/latest")
        kinds = {"NumMedia": "2", "MediaContentType0": "image/png", "MediaContentType1": "image/png"}
        ben = await number_of(guest)
        await text(guest, ben, "I want to talk to a person", **kinds, MediaUrl0=secret, MediaUrl1=led)
        assert await files_at_the_desk(guest) == []
        assert inside.asked == []
        assert server.asked == [f"/2010-04-01/{led.partition('/2010-04-01/')[2]}"]


async def test_what_is_not_signed_is_not_looked_at(guest: Guest, server: TwilioServer, ben: str) -> None:
    form = {"MessageSid": "SM-x", "From": ben, "To": OURS, "Body": "hello"}
    assert (await call(guest, form, token="another")).status_code == 401
    unsigned = await guest.http.post("/hooks/twilio/texts", content=urlencode(form))
    assert unsigned.status_code == 401
    assert (await guest.http.post("/hooks/twilio/nobody", content=urlencode(form))).status_code == 404
    many = urlencode([(f"a{number}", "x") for number in range(5000)])
    assert (await guest.http.post("/hooks/twilio/texts", content=many)).status_code == 401
    await guest.house.jobs.run("deliveries")
    assert server.messages == []


async def test_stop_ends_all_messages_until_start(guest: Guest, server: TwilioServer, ben: str) -> None:
    stopped = await text(guest, ben, "STOP")
    assert "<Message>Northwind Fibre: You get no more messages" in stopped.text
    await text(guest, ben, "hello?")
    assert server.messages == []
    started = await text(guest, ben, "Start")
    assert "You get messages at this number again" in started.text
    helped = await text(guest, ben, "ayuda")
    assert "asistente automático" in helped.text
    assert server.messages == []
    await text(guest, ben, "hello")
    assert server.messages != []
    assert (await guest.fetch("auditor", "/v1/journal/verify"))["problems"] == []


async def test_who_wrote_stop_to_twilio_itself_is_not_written_to_any_more(
    guest: Guest, server: TwilioServer, ben: str
) -> None:
    server.unsubscribed.add(ben)
    await text(guest, ben, "hello")
    assert await guest.house.connectors.connectors["texts"].opt_outs.is_out("texts", ben)
    states = {each.state for each in await guest.house.connectors.queue.browse("texts", "", 10)}
    assert states == {"dropped"}


async def test_how_a_message_stands_over_there_is_kept(guest: Guest, server: TwilioServer, ben: str) -> None:
    await text(guest, ben, "hello")
    first, second = server.messages[:2]
    assert {each["StatusCallback"] for each in server.forms} == {f"{HOOK}/status"}
    for state in ("delivered", "sent"):
        assert (await call(guest, {"MessageSid": first["sid"], "MessageStatus": state}, "/status")).status_code == 204
    failed = {"MessageSid": second["sid"], "MessageStatus": "undelivered", "ErrorCode": "30003"}
    await call(guest, failed, "/status")
    found = {each.reference: each for each in await guest.house.connectors.queue.browse("texts", "", 10)}
    assert (found[first["sid"]].state, found[first["sid"]].remote) == ("delivered", "delivered")
    assert (found[second["sid"]].state, found[second["sid"]].error) == ("dead", "undelivered, error 30003")


async def test_a_message_that_was_taken_before_its_answer_was_lost_is_not_sent_again(
    open_house: OpenHouse, server: TwilioServer, clock: Clock
) -> None:
    guest = await open_house(clock=clock, **profile(server))
    ben = await number_of(guest)
    server.lose = True
    await text(guest, ben, "hello")
    assert len(server.messages) == 1
    server.lose = False
    clock.move(minutes=1)
    await guest.house.jobs.run("deliveries")
    assert len({*server.texts}) == len(server.texts)
    assert {each.state for each in await guest.house.connectors.queue.browse("texts", "", 10)} == {"delivered"}


async def test_a_template_that_was_taken_before_its_answer_was_lost_is_not_sent_again(
    open_house: OpenHouse, server: TwilioServer, clock: Clock
) -> None:
    guest = await open_house(clock=clock, **profile(server, channel="whatsapp", template=TEMPLATE))
    ben = f"whatsapp:{await number_of(guest)}"
    await text(guest, ben, "I want to talk to a person")
    [case] = (await guest.fetch("representative", "/v1/desk/queue"))["items"]
    desk = f"/v1/desk/{case['conversation_id']}"
    await guest.call("representative", "POST", f"{desk}/claim", {})
    await guest.house.jobs.run("deliveries")
    clock.move(hours=25)
    server.lose, sent = True, len(server.messages)
    await guest.call("representative", "POST", f"{desk}/messages", {"text": "Your visit is tomorrow."})
    await guest.house.jobs.run("deliveries")
    assert "ContentSid" in server.forms[-1]
    server.lose = False
    clock.move(minutes=1)
    await guest.house.jobs.run("deliveries")
    assert len(server.messages) == sent + 1
    assert {each.state for each in await guest.house.connectors.queue.browse("texts", "", 20)} == {"delivered"}


async def test_a_process_that_dies_before_it_settles_sends_nothing_twice(
    guest: Guest, server: TwilioServer, ben: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: object) -> str:
        raise RuntimeError("killed")

    with monkeypatch.context() as dying:
        dying.setattr(DeliveryQueue, "settle", die)
        with pytest.raises(RuntimeError):
            await text(guest, ben, "hello")
    await guest.house.jobs.run("deliveries")
    assert len({*server.texts}) == len(server.texts) > 0


async def test_what_a_process_wrote_down_and_did_not_get_to_is_answered_by_another(
    open_house: OpenHouse, server: TwilioServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = await open_house(clock=clock, **profile(server))
    ben = await number_of(guest)
    with monkeypatch.context() as dying:
        dying.setattr(Intake, "begin", lambda *_: None)
        form = {"MessageSid": "SM-dying", "From": ben, "To": OURS, "Body": "why is my bill so high?"}
        await call(guest, form)
        await guest.house.jobs.run("deliveries")
    before = len(server.messages)
    clock.move(seconds=30)
    for _ in range(2):
        await guest.house.jobs.run("arrivals")
    await guest.house.jobs.run("deliveries")
    assert len(server.messages) == before + 1


async def test_one_number_cannot_flood_the_company(
    open_house: OpenHouse, server: TwilioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = await open_house(**profile(server, messages_per_hour="2"))
    ben = await number_of(guest)
    for words in ("hello", "hello again", "and again", "and again"):
        await text(guest, ben, words)
    sent = len(server.messages)
    await text(guest, ben, "I want a person")
    assert len(server.messages) == sent
    await text(guest, await number_of(guest, "C-1003"), "hello")
    assert len(server.messages) > sent


async def test_whatsapp_keeps_to_its_window_and_uses_its_template_after_it(
    open_house: OpenHouse, server: TwilioServer, clock: Clock
) -> None:
    guest = await open_house(clock=clock, **profile(server, channel="whatsapp", template=TEMPLATE))
    ben = await number_of(guest)
    await text(guest, f"whatsapp:{ben}", "hello", NumMedia="1", MediaContentType0="image/jpeg")
    assert {(each["to"], each["from"]) for each in server.messages} == {(f"whatsapp:{ben}", f"whatsapp:{OURS}")}
    number = guest.house.connectors.connectors["texts"]
    late = await number.post(ben, "Your visit is tomorrow.")
    assert late.error == ""
    assert server.forms[-1]["ContentVariables"] == '{"1": "Your visit is tomorrow."}'
    assert "Body" not in server.forms[-1]
    number.profile = number.profile.model_copy(update={"template": ""})
    assert (await number.post(ben, "Your visit is tomorrow.")).final, "nothing may be said then"
    assert (await number.post(ben, "Your visit is tomorrow.", fresh=True)).error == ""


def test_keywords_are_heard_as_the_whole_message_in_five_languages() -> None:
    heard = {words: hear_keyword(words, "sms") for words in ("STOP", "stop.", "Baja", "ARRÊT", "abmelden", "बंद करो")}
    assert {each.keyword for each in heard.values() if each} == {"stop"}
    assert None not in heard.values()
    assert hear_keyword("stop the refund", "sms") is hear_keyword("help me with my bill", "sms") is None
    assert hear_keyword("cancel", "whatsapp") is None, "no carrier asks for it there"
    assert [hear_keyword(each, "whatsapp") is not None for each in ("STOP", "help", "START")] == [True] * 3


FORMS = st.dictionaries(st.text("AbZ09_", min_size=1, max_size=8), st.text(max_size=20), max_size=6)


@given(FORMS, st.sampled_from(["https://a.example/x", "https://a.example:443/x", "http://b.example:8080/y?z=1"]))
def test_signatures_are_those_of_twilios_own_library(form: dict[str, str], url: str) -> None:
    theirs = RequestValidator(TOKEN)
    ours = {name: [value] for name, value in form.items()}
    signature = theirs.compute_signature(url, form)
    assert twilio.sign(TOKEN, url, ours) == signature
    assert twilio.is_signed(TOKEN, url, ours, signature) == theirs.validate(url, form, signature)
    assert not twilio.is_signed(TOKEN, url, ours, signature[::-1])
    assert not twilio.is_signed("", url, ours, RequestValidator("").compute_signature(url, form))


def test_long_words_are_told_in_messages_that_whatsapp_carries() -> None:
    words = " ".join(f"word{number}" for number in range(600))
    told = formatter_of("whatsapp").speak([words, "short"], Addressee("en", currency="USD"))
    assert " ".join(told) == f"{words} short"
    assert all(len(each) <= 1500 for each in told)
    assert formatter_of("whatsapp").speak(["x" * 4000], Addressee("en", currency="USD"))[0] == "x" * 1500
