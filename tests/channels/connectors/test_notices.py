"""Codes, confirmations, reminders go out by the company's connectors, once each; the outbox is what is left."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app import outbox_delivery
from app.main import cli
from tests.channels.connectors.mail_server import PASSWORD, SentMails, smtp_server
from tests.channels.connectors.test_twilio import number_of, profile, text
from tests.channels.connectors.twilio_server import TwilioServer, twilio_server
from tests.conftest import OpenHouse
from tests.house_guest import Guest


@pytest.fixture
async def server() -> AsyncIterator[TwilioServer]:
    async with twilio_server() as one:
        yield one


@pytest.fixture
async def sent() -> AsyncIterator[SentMails]:
    async with smtp_server() as one:
        yield one


def mail_profile(sent: SentMails) -> dict[str, str]:
    nowhere = "imap://127.0.0.1:9/INBOX"
    named = {"kind": "email", "address": "support@northwind.example", "user": "support", "password": PASSWORD}
    return {**named, "imap": nowhere, "smtp": sent.url}


async def carry(guest: Guest) -> None:
    await guest.house.jobs.run("notices")


async def test_a_code_goes_out_by_the_connector_once_and_proves_who_it_is(
    open_house: OpenHouse, server: TwilioServer
) -> None:
    guest = await open_house(**profile(server), codes={"sms": "texts"})
    talk = await guest.customer(None)
    await talk.says("I want to know what I owe, my customer number is C-1002")
    await carry(guest)
    await carry(guest)
    [message] = server.messages
    assert message["to"] == await number_of(guest)
    code = "".join(sign for sign in message["body"] if sign.isdigit())[:6]
    talk.customer_id = "C-1002"
    assert code == await talk.code()
    await talk.says(code)
    assert (await talk.look())["customer"] == {"id": "C-1002", "auth_level": "strong"}


async def test_a_process_that_dies_between_sending_and_saying_so_sends_no_code_twice(
    open_house: OpenHouse, server: TwilioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    guest = await open_house(**profile(server), codes={"sms": "texts"})
    with monkeypatch.context() as dying:
        dying.setattr(outbox_delivery.OutboxDelivery, "_keep", die)
        dying.setattr("mcp_servers.sandbox.outbox.CLAIM_S", 0.0)
        await (await guest.customer(None)).says("what do I owe? my number is C-1002")
        with pytest.raises(RuntimeError):
            while not server.messages:
                await carry(guest)
            await carry(guest)
    await carry(guest)
    assert len(server.messages) == 1


async def test_nothing_goes_to_a_number_that_wrote_stop_and_the_conversation_goes_on(
    open_house: OpenHouse, server: TwilioServer
) -> None:
    guest = await open_house(**profile(server), codes={"sms": "texts"})
    await text(guest, await number_of(guest), "STOP")
    await (await guest.customer(None)).says("what do I owe? my number is C-1002")
    for _ in range(2):
        await carry(guest)
    assert server.messages == []


async def test_who_does_not_stay_is_answered_by_text_message_through_the_connector_once(
    open_house: OpenHouse, server: TwilioServer
) -> None:
    guest = await open_house(**profile(server), codes={"sms": "texts"})
    talk = await guest.customer("C-1002")
    for words in ("I want to talk to a person", "I can't stay, text me"):
        await talk.says(words)
    for path, body in (("claim", {}), ("messages", {"text": "The technician comes tomorrow."})):
        await guest.call("representative", "POST", f"/v1/desk/{talk.id}/{path}", body)
    for _ in range(2):
        await guest.house.jobs.run("follow-ups")
        await carry(guest)
    [message] = server.messages
    assert message["to"] == await number_of(guest)
    assert "The technician comes tomorrow." in message["body"]


async def test_a_confirmation_goes_out_by_mail_under_the_policys_eyes_and_what_was_before_stays(
    open_house: OpenHouse, sent: SentMails
) -> None:
    guest = await open_house(connectors={"post": mail_profile(sent)}, codes={"email": "post"})
    talk = await guest.customer("C-1001")
    for words in ("I was charged twice for my last bill", "yes"):
        await talk.says(words)
    await guest.call("channel", "POST", f"/v1/conversations/{talk.id}/close", {})
    await guest.house.jobs.run("follow-ups")
    await carry(guest)
    told = {mail["To"] for mail in sent.mails}
    outbox = (await guest.fetch("channel", "/v1/sandbox/outbox?customer_id=C-1001"))["items"]
    assert len(sent.mails) == sum(item["channel"] == "email" for item in outbox) == len({*map(str, sent.mails)}) > 0
    assert told == {"amira.haddad@example.com"}
    assert {mail["Auto-Submitted"] for mail in sent.mails} == {"auto-generated"}
    assert {mail["Subject"] for mail in sent.mails} == {"Northwind Fibre"}


async def test_the_command_lists_checks_and_sends_a_test_and_refuses_what_is_not_there(
    seeded_folder: Path, server: TwilioServer, sent: SentMails, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: dict[str, Any] = {"texts": profile(server)["connectors"]["texts"], "post": mail_profile(sent)}
    monkeypatch.setenv("SWITCHBOARD_CONNECTORS", json.dumps(named))
    monkeypatch.setenv("SWITCHBOARD_CODES__SMS", "texts")
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(seeded_folder / "none.toml"))

    async def run(*arguments: str) -> Result:
        command = ["connectors", *arguments, "--data", str(seeded_folder)]
        return await asyncio.to_thread(CliRunner().invoke, cli, command)

    listed = {each["name"]: each for each in json.loads((await run("list", "--json")).stdout)["items"]}
    assert [(name, each["carries"]) for name, each in listed.items()] == [
        ("post", []),
        ("texts", ["sms"]),
        ("sandbox", ["email"]),
    ]
    checked = await run("check", "post")
    assert checked.exit_code == 1
    assert "imap: the mail server was not reached" in checked.stdout
    taken = await run("send-test", "post", "--to", "me@example.com")
    assert taken.exit_code == 0, taken.output
    assert [mail["To"] for mail in sent.mails] == ["me@example.com"]
    texted = json.loads((await run("send-test", "texts", "--to", "+12025550101", "--json")).stdout)
    assert (texted["taken"], texted["segments"], len(server.messages)) == (True, 1, 1)
    for arguments, told in (
        (("check", "txts"), "did you mean texts?"),
        (("send-test", "pst", "--to", "a@b.example"), "did you mean post?"),
        (("send-test", "post", "--to", "nobody"), "is no e-mail address"),
    ):
        refused = await run(*arguments)
        assert refused.exit_code in (1, 2)
        assert told in refused.stderr
    monkeypatch.setenv("SWITCHBOARD_CODES__SMS", "txts")
    assert "did you mean texts?" in (await run("list")).stderr
