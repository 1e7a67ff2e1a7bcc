"""E-mail by a real Postfix: from the customer's server to our mailbox, and from us to the customer's, or back."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from tests.channels.connectors.mail_server import PASSWORD, Mailbox, dovecot
from tests.channels.connectors.postfix_server import MailExchange, postfix
from tests.channels.connectors.test_mailbox import BEN, exchange, letter, read_by_us_alone, text_of
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Json

__all__ = ["read_by_us_alone"]
SUPPORT = "support@northwind.example"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with dovecot() as one:
        yield one


@pytest.fixture(scope="module")
def mails(mailbox: Mailbox) -> Iterator[MailExchange]:
    with postfix(mailbox, SUPPORT, BEN) as one:
        yield one


@pytest.fixture
async def guest(open_house: OpenHouse, mailbox: Mailbox, mails: MailExchange) -> Guest:
    profile = {
        "kind": "email",
        "address": SUPPORT,
        "name": "Northwind Fibre",
        "imap": mailbox.url,
        "smtp": mails.url,
        "user": "support",
        "password": PASSWORD,
    }
    return await open_house(connectors={"support_mail": profile})


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what another program does."""
    while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - of another process
        await asyncio.sleep(0.02)


async def conversations(guest: Guest) -> list[Json]:
    return (await guest.fetch("channel", "/v1/conversations?limit=100"))["items"]


async def test_a_thread_goes_from_server_to_server_and_back_to_the_address_of_its_own(
    guest: Guest, mailbox: Mailbox, mails: MailExchange
) -> None:
    there = len(mailbox.flags())
    mails.send(letter("why is my bill so high?"), BEN, SUPPORT)
    await until(lambda: len(mailbox.flags()) == there + 1)
    await exchange(guest)
    await until(lambda: len(mails.delivered()) == 1)
    [answer] = mails.delivered()
    assert (answer["To"], answer["In-Reply-To"]) == (BEN, "<a1@customer.example>")
    assert "automated assistant" in text_of(answer)
    own_address = answer["Reply-To"].partition("<")[2].rstrip(">") or answer["Reply-To"]
    assert own_address.startswith("support+")
    mails.send(letter("I want to talk to a person please", "<a2@customer.example>"), BEN, own_address)
    await until(lambda: len(mailbox.flags()) == there + 2)
    await exchange(guest)
    await until(lambda: len(mails.delivered()) == 2)
    [one] = await conversations(guest)
    assert one["status"] == "with_representative", "known by its address alone: nothing else named the thread"


async def test_what_comes_back_undelivered_is_answered_by_silence(
    guest: Guest, mailbox: Mailbox, mails: MailExchange
) -> None:
    there, told = len(mailbox.flags()), len(mails.delivered())
    nobody = "no.such.customer@example.com"
    mails.send(letter("why is my bill so high?", "<b1@customer.example>", From=nobody), nobody, SUPPORT)
    await until(lambda: len(mailbox.flags()) == there + 1)
    await exchange(guest)
    await until(lambda: len(mailbox.flags()) == there + 2)
    [before] = await conversations(guest)
    await exchange(guest)
    assert await conversations(guest) == [before], "Postfix's notice began nothing and was no message"
    assert (len(mailbox.flags()), len(mails.delivered())) == (there + 2, told)
