"""A customer who waits for a person may leave: the answer goes by e-mail or text message, once, to what is on file."""

from contextlib import closing

import pytest

from router.formatters.outgoing.segments import count_segments
from tests.conftest import OpenHouse
from tests.desk.test_waiting_for_people import Clock, asks, desk, last, present
from tests.house_guest import Guest, Json
from tests.sandbox_files import open_systems

ADDRESS = "a•••@example.com"


async def mails(guest: Guest, channel: str = "email") -> list[str]:
    """The texts of the answers that went out by e-mail."""
    items = (await guest.fetch("channel", "/v1/sandbox/outbox?customer_id=C-1001"))["items"]
    return [each["text"] for each in items if (each["template"], each["channel"]) == ("written_answer", channel)]


async def texts(guest: Guest) -> list[str]:
    """Those that went out as text messages."""
    return await mails(guest, "sms")


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


async def test_who_asks_for_a_text_message_gets_it_at_the_number_on_file_once(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says("I can't stay, text me")
    assert "by text message to the phone number ending in 01" in talk.text
    assert (talk.turn["handoff"]["answer_by"], talk.turn["handoff"]["answer_to"]) == ("sms", "•••• ••01")
    assert (await summary(guest, "waiting"))["answer_by"] == "sms"
    await present(guest, name="Dana")
    assert "by text message" in last(await desk(guest, talk, "claim"))
    await desk(guest, talk, "messages", {"text": "The refund is on its way."})
    assert await texts(guest) == ["Dana from our team has answered you:\nThe refund is on its way."]
    assert await mails(guest) == []
    assert last(await talk.look()) == "The refund is on its way."


async def test_a_long_answer_goes_as_text_messages_of_three_segments_and_no_word_is_lost(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says("text me when you have an answer, I have to go")
    await desk(guest, talk, "claim")
    words = [f"Step {number} is done, and the next one follows." for number in range(40)]
    await desk(guest, talk, "messages", {"text": "\n".join(words)})
    sent = await texts(guest)
    assert len(sent) > 1
    assert all(count_segments(each) <= 3 for each in sent)
    together = " ".join(sent)
    assert [each for each in words if each not in together] == []


async def test_who_has_no_number_on_file_is_offered_the_mail(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    with closing(open_systems(guest.house.settings.data)) as crm, crm:
        crm.execute("UPDATE customers SET phone = '' WHERE customer_id = 'C-1001'")
    await talk.says("I can't stay, text me")
    assert "nothing on file for that" in talk.text
    assert talk.turn["handoff"]["answer_by"] == ""
    await talk.says("yes")
    assert talk.turn["handoff"]["answer_by"] == "email"


async def test_nothing_is_texted_to_a_number_that_is_not_proven(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says("text me at +1 212 555 0177, I have to go")
    assert "another number: first it has to be certain that it is yours" in talk.text
    assert talk.turn["handoff"]["answer_to"] == "•••• ••01"


async def test_who_changes_their_mind_is_answered_by_the_way_named_last(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says("I can't stay, text me")
    await talk.says("or rather answer me by email")
    assert talk.turn["handoff"]["answer_by"] == "email"
    await desk(guest, talk, "claim")
    await desk(guest, talk, "messages", {"text": "It is done."})
    assert (len(await mails(guest)), await texts(guest)) == (1, [])


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
    ("locale", "words"),
    [
        ("en", "text me the answer, I'm off"),
        ("es", "tengo que irme, contésteme por SMS"),
        ("de", "ich muss los, bitte per SMS antworten"),
        ("fr", "je dois partir, répondez-moi par SMS"),
        ("hi", "mujhe jaana hai, jawab sms par bhej dena"),
    ],
)
async def test_a_text_message_is_understood_in_every_language(open_house: OpenHouse, locale: str, words: str) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest, locale=locale)
    await talk.says(words)
    assert talk.turn["handoff"]["answer_by"] == "sms", talk.text


async def test_who_writes_by_text_message_is_answered_there_anyway(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest, channel="sms")
    await talk.says("please text me the answer")
    assert talk.turn["handoff"]["answer_by"] == ""


@pytest.mark.parametrize(
    "words", ["I never got your email", "please hurry", "answer me right here please", "the technician did not come"]
)
async def test_other_words_of_somebody_who_waits_are_no_leave(open_house: OpenHouse, words: str) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says(words)
    assert "added your message" in talk.text
    assert talk.turn["handoff"]["answer_by"] == ""
