"""A person closes a conversation: the customer hears what was done, and their answer to whether it helped counts."""

import pytest

from tests.conftest import OpenHouse
from tests.desk.test_waiting_for_people import Clock, asks, desk, last, present
from tests.house_guest import Guest, Json, Talk


async def resolves(guest: Guest, talk: Talk) -> str:
    """What the customer hears when their conversation is closed by whoever has it."""
    closed = await desk(guest, talk, "resolve", {"disposition": "resolved", "note": "all done"})
    assert closed["status"] == "closed"
    return last(closed)


async def ratings(guest: Guest, role: str = "representative") -> list[Json]:
    return (await guest.fetch(role, "/v1/desk/ratings"))["items"]


async def refuses(guest: Guest, talk: Talk, words: str) -> None:
    body = {"client_message_id": words, "text": words}
    answer = await guest.call("channel", "POST", f"/v1/conversations/{talk.id}/messages", body)
    assert (answer.status_code, "closed" in answer.text) == (409, True), answer.text


async def test_what_a_person_did_is_summed_up_and_a_yes_afterwards_stands_in_the_record(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await guest.customer("C-1001")
    await talk.says("I was charged twice for my last bill, please refund one")
    await talk.says("let me talk to a person please")
    await present(guest, name="Dana")
    await desk(guest, talk, "claim")
    case = (await guest.fetch("representative", f"/v1/desk/{talk.id}/packet"))["packet"]["open_cases"][0]
    await desk(guest, talk, "actions", {"tool": case["tool"], "arguments": case["arguments"], "action_id": "act-00001"})
    await talk.says("yes")
    told = await resolves(guest, talk)
    assert "To sum up: $39.99 of payment P-5002 was refunded" in told
    assert "Dana from our team has closed this conversation. Did that help?" in told
    sent = (await guest.fetch("channel", "/v1/sandbox/outbox?customer_id=C-1001"))["items"]
    assert any(each["template"] == "confirmation" and "P-5002" in each["text"] for each in sent)
    assert await ratings(guest) == []
    await talk.says("yes it did, thank you", "the-answer")
    assert (talk.text, talk.turn["status"]) == ("Thank you for your feedback.", "closed")
    again = await talk.says("yes it did, thank you", "the-answer")
    assert again["turn_id"] == talk.turn["turn_id"]
    [rating] = await ratings(guest)
    assert (rating["score"], rating["customer_name"], rating["conversation_id"]) == (5, "Amira Haddad", talk.id)
    assert await ratings(guest, "supervisor") == [rating]
    assert await ratings(guest, "representative_2") == []
    record = await talk.journal()
    assert "After the end the customer rated the conversation 5 of 5." in str(record)
    assert "crm.record_feedback" in {each["tool"] for each in record}
    await refuses(guest, talk, "no")
    assert (await talk.look())["messages"][-2]["text"] == "yes it did, thank you"


async def test_a_no_is_answered_honestly_and_seen_at_the_desk(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await desk(guest, talk, "claim")
    assert (await resolves(guest, talk)).startswith("Our team has closed this conversation. Did that help?")
    await talk.says("no, it did not")
    assert "sorry that it did not help" in talk.text
    assert [each["score"] for each in await ratings(guest)] == [1]


@pytest.mark.parametrize("words", ["where is my order?", "yes, and please change my address too", "I want a person"])
async def test_what_is_no_answer_is_not_taken_for_one(open_house: OpenHouse, words: str) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await desk(guest, talk, "claim")
    await resolves(guest, talk)
    await refuses(guest, talk, words)
    await talk.says("4")
    assert [each["score"] for each in await ratings(guest)] == [4], "the question still stands"


async def test_it_is_asked_and_answered_in_every_language(open_house: OpenHouse) -> None:
    guest = await open_house(clock=(clock := Clock()))
    for customer, locale, answer, score in (
        ("C-1002", "es", "sí, gracias", 5),
        ("C-1003", "de", "nein, leider nicht", 1),
        ("C-1004", "fr", "oui, merci", 5),
        ("C-1006", "hi", "हाँ", 5),
    ):
        talk = await guest.customer(customer, locale=locale)
        await guest.call("channel", "POST", f"/v1/conversations/{talk.id}/handoff", {"reason": "asked_for_person"})
        await desk(guest, talk, "claim")
        assert "Did that help" not in await resolves(guest, talk)
        clock.passes(1)
        await talk.says(answer)
        assert (await ratings(guest))[0]["score"] == score, (locale, talk.text)


async def test_nobody_is_asked_after_grief(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await guest.customer("C-1001")
    await talk.says("my husband died last week and the contract was in his name")
    assert talk.turn["handoff"]["reason"] == "sensitive_topic"
    await desk(guest, talk, "claim")
    assert "help?" not in await resolves(guest, talk)
    await refuses(guest, talk, "yes")


async def test_a_rating_of_the_web_chat_answers_the_question_too(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await desk(guest, talk, "claim")
    await resolves(guest, talk)
    body = {"score": 2, "comment": "it took too long"}
    assert (await guest.call("channel", "POST", f"/v1/conversations/{talk.id}/feedback", body)).status_code < 300
    [rating] = await ratings(guest)
    assert (rating["score"], rating["comment"]) == (2, "it took too long")
    await refuses(guest, talk, "yes")
