"""A customer who waits for a person may leave: the case keeps its place, and the answer goes by e-mail, once."""

import pytest

from tests.conftest import OpenHouse
from tests.desk.test_waiting_for_people import Clock, asks, desk, last, present
from tests.house_guest import Guest, Json

ADDRESS = "a•••@example.com"


async def mails(guest: Guest, customer: str = "C-1001") -> list[str]:
    """The texts of the answers that went out by e-mail."""
    items = (await guest.fetch("channel", f"/v1/sandbox/outbox?customer_id={customer}"))["items"]
    return [each["text"] for each in items if each["template"] == "written_answer"]


async def summary(guest: Guest, view: str) -> Json:
    return (await guest.fetch("representative", f"/v1/desk/cases?view={view}"))["items"][0]


async def test_who_leaves_is_answered_by_mail_once_and_the_desk_knows(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says("I have to go now, please answer me by email")
    assert "keeps its place" in talk.text
    assert talk.turn["handoff"]["state"] == "queued"
    assert (talk.turn["handoff"]["answer_by"], talk.turn["handoff"]["position"]) == ("email", 1)
    masked = talk.turn["handoff"]["answer_to"]
    assert "•••@" in masked
    assert masked in talk.text
    await talk.says("my bill is wrong")
    assert masked in talk.text, "where the answer comes is said as it is"
    assert (await summary(guest, "waiting"))["answer_by"] == "email"
    await present(guest, name="Dana")
    assert masked in last(await desk(guest, talk, "claim"))
    assert await mails(guest) == []
    await desk(guest, talk, "messages", {"text": "The refund is on its way."})
    [mail] = await mails(guest)
    assert "Dana from our team has answered you" in mail
    assert "The refund is on its way." in mail
    assert last(await talk.look()) == "The refund is on its way."
    assert (await summary(guest, "mine"))["answer_by"] == "email"


async def test_a_text_message_is_not_promised_and_a_yes_takes_the_mail(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says("I can't stay, text me")
    assert "can't answer by text message" in talk.text
    assert talk.turn["handoff"]["answer_by"] == ""
    await talk.says("yes")
    assert talk.turn["handoff"]["answer_by"] == "email"


async def test_a_no_leaves_the_answer_in_the_conversation(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says("I have to leave")
    assert talk.text.endswith("?")
    await talk.says("no")
    assert "will be here when you come back" in talk.text
    await desk(guest, talk, "claim")
    await desk(guest, talk, "messages", {"text": "It is done."})
    assert await mails(guest) == []


async def test_nothing_is_sent_to_an_address_that_is_not_proven(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says("answer me by email at mallory@elsewhere.example")
    assert "has to be certain that it is yours" in talk.text
    assert "elsewhere" not in talk.turn["handoff"]["answer_to"]
    stranger = await guest.customer(None)
    await stranger.says("I want to talk to a person")
    await stranger.says("just email me the answer")
    assert "Where can our team reach you?" in stranger.text
    assert stranger.turn["handoff"]["answer_by"] == ""


async def test_who_writes_by_mail_is_answered_there_anyway(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest, channel="email")
    await talk.says("please answer by email")
    assert talk.turn["handoff"]["answer_by"] == ""


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "can you reply to my inbox, I'm off"),
        ("es", "me marcho, que me respondan por correo"),
        ("de", "ich muss zum Zug, bitte antworten Sie per E-Mail"),
        ("fr", "je dois filer, répondez-moi par e-mail"),
        ("hi", "mujhe jaana hai, jawab email par bhej dena"),
    ],
)
async def test_it_is_understood_in_every_language(open_house: OpenHouse, locale: str, words: str) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest, locale=locale)
    await talk.says(words)
    assert talk.turn["handoff"]["answer_by"] == "email", talk.text


@pytest.mark.parametrize(
    "words", ["I never got your email", "please hurry", "answer me right here please", "the technician did not come"]
)
async def test_other_words_of_somebody_who_waits_are_no_leave(open_house: OpenHouse, words: str) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says(words)
    assert "added your message" in talk.text
    assert talk.turn["handoff"]["answer_by"] == ""
