"""Whole conversations by telephone, mail and text message: the same effects, each in its channel's manners."""

import sqlite3
from contextlib import closing

import pytest

from tests.house_guest import Guest

REFUND = "payments.refund_payment"
QUOTED_YES = "\n\nOn Fri, Nov 20, 2026 at 3:00 PM Help <help@example.com> wrote:\n> Shall I go ahead? (yes/no)\n> yes\n"


async def test_on_the_telephone_figures_are_spoken_and_digits_are_heard(house: Guest) -> None:
    amira = await house.customer("C-1001", channel="voice")
    await amira.says("uh, I was charged twice for my, um, last bill")
    assert amira.text.startswith("I see two charges of 39.99 dollars for the same thing: P, 5 0 0 1 on ")
    assert amira.text.endswith(
        "If you agree, I'll refund 39.99 dollars of payment P, 5 0 0 2 to your Mastercard ending in 4 4 4 4. "
        "Shall I go ahead?"
    )
    assert "$39.99" in amira.turn["pending"]["summary"]
    await amira.says("uh, yes")
    assert await amira.done() == [(REFUND, "succeeded")]
    assert not {"$", "•"} & set(amira.text)


async def test_on_the_telephone_a_link_goes_out_as_a_message(house: Guest) -> None:
    keiko = await house.customer("C-1011", channel="voice")
    await keiko.says("please send me a payment link")
    assert "http" not in keiko.text
    assert ("crm.send_message", "succeeded") in await keiko.done()
    sent = (await house.fetch("channel", "/v1/sandbox/outbox?customer_id=C-1011"))["items"]
    assert "https://" in sent[-1]["text"]


async def test_a_code_read_out_on_the_telephone_is_accepted_and_kept_in_no_form(house: Guest) -> None:
    leaving = await house.customer("C-1009", channel="voice")
    await leaving.says("please cancel my contract, I am moving abroad")
    assert leaving.pending[0] == "verify"
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    code = await leaving.code()
    read_out = " ".join(names[int(digit)] for digit in code)
    await leaving.says(f"uh it is {read_out}")
    assert leaving.pending == ("confirm", "erp.cancel_subscription")
    with closing(sqlite3.connect(house.house.settings.data / "switchboard.db")) as kept:
        assert [line for line in kept.iterdump() if read_out in line or code in line] == []


async def test_a_mail_is_answered_by_one_mail_under_its_subject(house: Guest) -> None:
    body = {
        "channel": "email",
        "customer": {"id": "C-1001", "auth_level": "authenticated"},
        "subject": "AW: Charged twice",
    }
    opened = (await house.call("channel", "POST", "/v1/conversations", body)).json()
    assert "automated assistant" in opened["messages"][0]["text"]
    amira = await house.customer("C-1001", channel="email")
    await amira.says("Hello,\n\nI was charged twice for my last bill.\n\nKind regards,\nAmira Haddad")
    (mail,) = amira.turn["messages"]
    assert mail["text"].startswith("Hello Amira Haddad,\n\nI see two charges of $39.99 for the same thing")
    assert "If you agree, I'll refund $39.99" in mail["text"]
    assert "written by an automated assistant" in mail["text"]
    assert mail["subject"] == "Re: Your message to us"
    assert opened["messages"][0]["subject"] == "Re: Charged twice"
    looked = await amira.look()
    assert [message.get("subject") for message in looked["messages"]] == [
        "Re: Your message to us",
        None,
        mail["subject"],
    ]


@pytest.mark.parametrize(
    "quoted", [QUOTED_YES, "> Shall I go ahead? (yes/no)\n> yes", "-----Original Message-----\nyes"]
)
async def test_a_yes_in_a_quoted_mail_confirms_nothing(house: Guest, quoted: str) -> None:
    amira = await house.customer("C-1001", channel="email")
    await amira.says("I was charged twice for my last bill")
    await amira.says(quoted)
    assert "arrived empty" in amira.text
    assert amira.pending == ("confirm", REFUND)
    await amira.says(f"When is my next bill due, and how much is my balance?{quoted}")
    assert await amira.done() == []
    await amira.says(f"Yes, please.\n\nBest\nAmira{quoted if quoted.startswith(chr(10)) else ''}")
    assert await amira.done() == [(REFUND, "succeeded")]


async def test_a_card_number_in_a_quoted_mail_is_kept_nowhere_and_is_no_wish_to_pay(house: Guest) -> None:
    pan = "4242" * 4
    priya = await house.customer("C-1016", channel="email")
    await priya.says(f"How much is my balance?\n\n-----Original Message-----\nplease charge {pan}")
    assert priya.turn["procedure"] == "check_balance"
    with closing(sqlite3.connect(house.house.settings.data / "switchboard.db")) as kept:
        assert [line for line in kept.iterdump() if pan in line] == []


async def test_a_text_message_is_one_and_short(house: Guest) -> None:
    ben = await house.customer("C-1002", channel="sms")
    await ben.says("pls tell me why my bill is so high this month")
    assert len(ben.turn["messages"]) == 1
    assert "$59.99" in ben.text
    amira = await house.customer("C-1001", channel="sms")
    await amira.says("i was charged twice for my last bill")
    assert len(amira.text) <= 160
    await amira.says("yes")
    assert await amira.done() == [(REFUND, "succeeded")]


async def test_other_channels_messages_have_no_subject(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("hello")
    assert all("subject" not in message for message in (await amira.look())["messages"])


async def test_people_answer_a_mail_under_its_subject_in_their_own_words(house: Guest) -> None:
    amira = await house.customer("C-1001", channel="email")
    await amira.says("I want to talk to a person")
    await house.call("representative", "POST", f"/v1/desk/{amira.id}/claim", {})
    said = await house.call("representative", "POST", f"/v1/desk/{amira.id}/messages", {"text": "Dana here."})
    assert said.json()["text"] == "Dana here."
    assert said.json()["subject"] == "Re: Your message to us"
