"""E-mail from end to end: a real mailbox, real SMTP, and the customer who writes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from app.connectors import OpenConnectors
from channels.connectors.arrivals import Arrival, Arrivals
from channels.connectors.mailbox import MailboxReader
from domain.errors import Unavailable
from router.turn import Turns
from tests.channels.connectors.mail_server import PASSWORD, Mailbox, SentMails, dovecot, smtp_server
from tests.channels.test_attachments import PNG
from tests.conftest import OpenHouse
from tests.house_guest import Guest

BEN = "ben.okafor@example.com"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with dovecot() as one:
        yield one


@pytest.fixture
async def sent() -> AsyncIterator[SentMails]:
    async with smtp_server() as one:
        yield one


@pytest.fixture(autouse=True)
def read_by_us_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job that reads mailboxes does nothing: what a test does between two mails is not overtaken by it."""

    async def nothing(_: OpenConnectors) -> None: ...

    monkeypatch.setattr(OpenConnectors, "_read_mailboxes", nothing)


@pytest.fixture
async def guest(open_house: OpenHouse, mailbox: Mailbox, sent: SentMails) -> Guest:
    profile = {
        "kind": "email",
        "address": "support@northwind.example",
        "name": "Northwind Fibre",
        "imap": mailbox.url,
        "smtp": sent.url,
        "user": "support",
        "password": PASSWORD,
        "authserv_id": "mx.northwind.example",
    }
    return await open_house(connectors={"support_mail": profile})


def letter(text: str, message_id: str = "<a1@customer.example>", **headers: str) -> bytes:
    mail = EmailMessage(policy=SMTP.clone(max_line_length=900))
    named = {"From": f"Ben Okafor <{BEN}>", "To": "support@northwind.example", "Subject": "My bill", **headers}
    for name, value in named.items():
        mail[name.replace("_", "-")] = value
    mail["Message-ID"] = message_id
    mail["Date"] = "Mon, 30 Nov 2026 00:00:00 +0000"
    mail.set_content(text)
    return mail.as_bytes()


async def exchange(guest: Guest, *, until_handled: bool = True) -> None:
    """Read the mailbox once, and send what is to be sent once all was handled, by whichever process."""
    connectors = guest.house.connectors
    for each in connectors.mailboxes.values():
        await MailboxReader(each, lambda: connectors.intake, connectors.clock).run(0)
    while until_handled and await connectors.arrivals.waiting(float("inf")):  # noqa: ASYNC110 - of whichever process
        await asyncio.sleep(0.02)
    await guest.house.jobs.run("deliveries")


def text_of(mail: EmailMessage) -> str:
    return mail.get_content()


async def test_a_mail_is_answered_once_in_its_thread_and_the_thread_goes_on(
    guest: Guest, mailbox: Mailbox, sent: SentMails
) -> None:
    mailbox.put(letter("Hello,\n\nwhy is my bill so high?\n\nRegards\nBen"))
    await exchange(guest)
    [answer] = sent.mails
    assert answer["To"] == BEN
    assert answer["From"] == "Northwind Fibre <support@northwind.example>"
    assert answer["Subject"] == "Re: My bill"
    assert answer["In-Reply-To"] == answer["References"] == "<a1@customer.example>"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert "automated assistant" in text_of(answer)
    assert mailbox.flags()[0].count("\\Seen") == 1
    code = "to be sure that it is you"
    quoted = "".join(f"> {line}\n" for line in text_of(answer).splitlines())
    again = f"I would like to talk to a person please.\n\nOn Monday, Northwind Fibre wrote:\n{quoted}"
    thread = {"In_Reply_To": answer["Message-ID"], "References": f"<a1@customer.example> {answer['Message-ID']}"}
    mailbox.put(letter(again, "<a2@customer.example>", Subject="Re: My bill", **thread))
    await exchange(guest)
    second = sent.mails[1]
    assert second["References"].split() == ["<a1@customer.example>", answer["Message-ID"], "<a2@customer.example>"]
    assert second["Reply-To"] == answer["Reply-To"]
    assert code not in text_of(second)
    assert len(sent.mails) == 2


async def test_a_mail_that_is_seen_twice_is_answered_once(guest: Guest, mailbox: Mailbox, sent: SentMails) -> None:
    mailbox.put(letter("why is my bill so high?"))
    await exchange(guest)
    mailbox.unmark()
    mailbox.put(letter("why is my bill so high?"))
    await exchange(guest)
    assert len(sent.mails) == 1


def with_files(raw: bytes, **files: bytes) -> bytes:
    mail = message_from_bytes(raw, policy=SMTP)
    for name, content in files.items():
        mail.add_attachment(content, "application", "octet-stream", filename=name.replace("_", "."))
    return mail.as_bytes()


async def test_what_is_attached_to_a_mail_is_kept_once_and_seen_at_the_desk(
    guest: Guest, mailbox: Mailbox, sent: SentMails, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = with_files(letter("here is my meter"), meter_png=PNG, program_exe=b"MZ" + b"\0" * 90)
    settle, settled = Arrivals.settle, list[str]()

    async def die_once(self: Arrivals, arrival: Arrival, state: str) -> None:
        settled.append(state)
        if len(settled) == 1:
            raise Unavailable("killed between the turn and its note")
        await settle(self, arrival, state)

    monkeypatch.setattr(Arrivals, "settle", die_once)
    mailbox.put(photo)
    await exchange(guest, until_handled=False)
    await exchange(guest)
    assert settled == ["handled", "handled"]
    [case] = (await guest.fetch("representative", "/v1/desk/queue"))["items"]
    await guest.call("representative", "POST", f"/v1/desk/{case['conversation_id']}/claim", {})
    seen = await guest.fetch("representative", f"/v1/desk/{case['conversation_id']}")
    [file] = [each for message in seen["messages"] for each in message.get("attachments", [])]
    assert (file["name"], file["media_type"]) == ("meter.png", "image/png")
    path = f"/v1/conversations/{case['conversation_id']}/attachments/{file['id']}"
    assert (await guest.call("representative", "GET", path)).content == PNG
    headers, form = {"Authorization": f"Bearer {guest.tokens['representative']}"}, {"file": ("Formular ß.png", PNG)}
    ours = (await guest.http.post(path.rpartition("/")[0], files=form, headers=headers)).json()
    said = {"text": "please sign this", "attachments": [ours["id"]]}
    await guest.call("representative", "POST", f"/v1/desk/{case['conversation_id']}/messages", said)
    await exchange(guest)
    [form_sent] = sent.mails[-1].iter_attachments()
    assert (form_sent.get_filename(), form_sent.get_content()) == ("Formular ß.png", PNG)
    assert b"please sign this" in sent.mails[-1].as_bytes()
    assert "someone on our team will look at it" in text_of(sent.mails[0])


async def test_a_mail_of_nothing_but_a_file_that_is_not_taken_is_not_called_empty(
    guest: Guest, mailbox: Mailbox, sent: SentMails
) -> None:
    mailbox.put(with_files(letter("", Subject=""), minutes_docx=b"PK\x03\x04" + b"\0" * 90))
    mailbox.put(with_files(letter("why is my bill so high?", "<b@customer.example>"), program_exe=b"MZ" + b"\0" * 90))
    await exchange(guest)
    answers = {mail["In-Reply-To"]: text_of(mail) for mail in sent.mails}
    alone, beside = answers["<a1@customer.example>"], answers["<b@customer.example>"]
    assert "only images, PDF and plain text" in alone
    assert "write to me what it is about" in alone
    assert "empty" not in alone
    assert "only images, PDF and plain text" in beside
    assert "code" in beside, "and the words are answered"


async def test_a_mail_into_a_conversation_that_was_closed_meanwhile_takes_its_files_along(
    guest: Guest, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = Turns.handle

    async def close_first(self: Turns, caller: Any, conversation: Any, incoming: Any) -> Any:
        monkeypatch.setattr(Turns, "handle", handle)
        await guest.call("channel", "POST", f"/v1/conversations/{conversation}/close", {})
        return await handle(self, caller, conversation, incoming)

    monkeypatch.setattr(Turns, "handle", close_first)
    mailbox.put(with_files(letter("here is my meter"), meter_png=PNG))
    await exchange(guest)
    [case] = (await guest.fetch("representative", "/v1/desk/queue"))["items"]
    await guest.call("representative", "POST", f"/v1/desk/{case['conversation_id']}/claim", {})
    seen = await guest.fetch("representative", f"/v1/desk/{case['conversation_id']}")
    assert [each["name"] for message in seen["messages"] for each in message.get("attachments", [])] == ["meter.png"]


async def test_whether_a_person_helped_is_asked_by_mail_and_the_answer_opens_nothing_new(
    guest: Guest, mailbox: Mailbox, sent: SentMails
) -> None:
    mailbox.put(letter("I want to talk to a person"))
    await exchange(guest)
    [case] = (await guest.fetch("representative", "/v1/desk/queue"))["items"]
    path = f"/v1/desk/{case['conversation_id']}"
    await guest.call("representative", "POST", f"{path}/claim", {})
    await guest.call("representative", "POST", f"{path}/resolve", {"disposition": "resolved", "note": ""})
    await exchange(guest)
    asked = sent.mails[-1]
    assert "Did that help?" in text_of(asked)
    thread = {"In_Reply_To": asked["Message-ID"], "References": asked["Message-ID"], "To": asked["Reply-To"]}
    mailbox.put(letter("No, it did not.", "<b@customer.example>", **thread))
    await exchange(guest)
    assert "sorry that it did not help" in text_of(sent.mails[-1])
    [rating] = (await guest.fetch("representative", "/v1/desk/ratings"))["items"]
    assert (rating["score"], rating["conversation_id"]) == (1, case["conversation_id"])
    assert (await guest.fetch("representative", "/v1/desk/queue"))["items"] == []
    mailbox.put(letter("I want to talk to a person again", "<c@customer.example>", **thread))
    await exchange(guest)
    [fresh] = (await guest.fetch("representative", "/v1/desk/queue"))["items"]
    assert fresh["conversation_id"] != case["conversation_id"]


async def test_an_answer_to_the_tagged_address_alone_finds_its_conversation_and_a_forged_one_does_not(
    guest: Guest, mailbox: Mailbox, sent: SentMails
) -> None:
    mailbox.put(letter("why is my bill so high?"))
    await exchange(guest)
    tagged = sent.mails[0]["Reply-To"]
    mailbox.put(letter("thank you", "<b@customer.example>", To=tagged, Subject="another subject"))
    forged = tagged.replace(tagged[-25:], "0" * 3 + tagged[-22:])
    mailbox.put(letter("hello", "<c@customer.example>", To=forged))
    stranger = "Mallory <mallory@elsewhere.example>"
    mailbox.put(letter("what did they say?", "<d@elsewhere.example>", To=tagged, From=stranger))
    await exchange(guest)
    subjects = {mail["References"].split()[-1]: mail for mail in sent.mails[1:]}
    assert subjects["<b@customer.example>"]["Reply-To"] == tagged
    assert subjects["<c@customer.example>"]["Reply-To"] != tagged
    assert subjects["<d@elsewhere.example>"]["Reply-To"] != tagged
    assert subjects["<d@elsewhere.example>"]["To"] == "mallory@elsewhere.example"


async def test_what_a_program_sent_is_left_unanswered_and_marked(
    guest: Guest, mailbox: Mailbox, sent: SentMails
) -> None:
    mailbox.put(letter("I am away until Friday", Auto_Submitted="auto-replied"))
    mailbox.put(letter("Your mail could not be delivered", "<x@mx>", From="MAILER-DAEMON@mx.example"))
    mailbox.put(letter("News of the week", "<y@list>", List_Id="<news.example.com>"))
    mailbox.put(letter("a loop", "<z@loop>", From="support@northwind.example"))
    await exchange(guest)
    assert sent.mails == []
    assert all("\\Seen" in flags for flags in mailbox.flags())


async def test_a_mail_that_cannot_be_handled_now_stays_and_is_handled_later(
    guest: Guest, mailbox: Mailbox, sent: SentMails, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise Unavailable("the database is away")

    mailbox.put(letter("why is my bill so high?"))
    with monkeypatch.context() as broken:
        broken.setattr(Turns, "handle", away)
        await exchange(guest, until_handled=False)
        assert "\\Seen" not in mailbox.flags()[0]
    await exchange(guest)
    assert len(sent.mails) == 1
    assert "\\Seen" in mailbox.flags()[0]


async def test_a_sender_who_floods_the_mailbox_is_not_answered_beyond_the_limit(
    open_house: OpenHouse, mailbox: Mailbox, sent: SentMails
) -> None:
    profile = {"kind": "email", "address": "support@northwind.example", "imap": mailbox.url, "smtp": sent.url}
    more = {"user": "support", "password": PASSWORD, "messages_per_hour": "2"}
    guest = await open_house(connectors={"support_mail": {**profile, **more}})
    for number in range(4):
        mailbox.put(letter("hello", f"<flood{number}@customer.example>"))
    mailbox.put(letter("hello", "<other@customer.example>", From="somebody@else.example"))
    await exchange(guest)
    assert [mail["To"] for mail in sent.mails].count(BEN) == 2
    assert [mail["To"] for mail in sent.mails].count("somebody@else.example") == 1


async def test_what_the_senders_own_domain_disowns_identifies_nobody(
    guest: Guest, mailbox: Mailbox, sent: SentMails
) -> None:
    forged = "mx.evil.example; dmarc=pass (p=reject)"
    verdict = "mx.northwind.example; spf=fail; dmarc=fail (p=none) header.from=example.com"
    mailbox.put(letter("why is my bill so high?", Authentication_Results=forged))
    mailbox.put(letter("why is my bill so high?", "<v@x>", Authentication_Results=verdict))
    await exchange(guest)
    answers = {mail["References"].split()[-1]: mail for mail in sent.mails}
    believed, disowned = answers["<a1@customer.example>"], answers["<v@x>"]
    assert "code" in text_of(believed), "the address is a customer's: a code is sent"
    assert "code" not in text_of(disowned), "nobody knows who that is"


async def test_a_receiver_that_is_refused_for_good_is_given_up_at_once(
    guest: Guest, mailbox: Mailbox, sent: SentMails
) -> None:
    sent.refuse = "550 no such user"
    mailbox.put(letter("hello"))
    await exchange(guest)
    [given_up] = [each for each in await guest.house.connectors.queue.browse("support_mail", "dead", 10)]
    assert (given_up.status, given_up.attempts) == (550, 1)
    sent.refuse = ""
    await guest.house.connectors.queue.send_again("support_mail")
    await guest.house.jobs.run("deliveries")
    assert [mail["To"] for mail in sent.mails] == [BEN]
