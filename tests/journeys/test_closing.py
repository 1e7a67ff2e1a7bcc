"""How a conversation ends: summed up, asked about, written down and confirmed once; nothing of it spoils a turn."""

import sqlite3
from contextlib import closing

import pytest

from router.follow_ups.delivery import Deliveries
from tests.conftest import OpenHouse
from tests.house_guest import Guest
from tests.journeys.afterwards import Clock, look_after, mails, notes, owed, sandbox

FAREWELLS = [
    ("en", "I was charged twice for my last bill", "yes", "no, that's all, thank you", "To sum up"),
    ("es", "me cobraron dos veces la última factura", "sí", "gracias, adiós", "En resumen"),
    ("de", "mir wurde die letzte Rechnung doppelt abgebucht", "ja", "nein danke, das war alles", "Zusammengefasst"),
    ("fr", "on m'a prélevé deux fois ma dernière facture", "oui", "non merci, c'est tout", "En résumé"),
    ("hi", "मेरे पिछले बिल का पैसा दो बार कट गया", "हाँ", "बस इतना ही", "अब तक यह हुआ"),
]


@pytest.mark.parametrize(("locale", "wish", "yes", "farewell", "summary"), FAREWELLS)
async def test_a_farewell_sums_up_what_was_done_and_asks_whether_it_helped(
    house: Guest, locale: str, wish: str, yes: str, farewell: str, summary: str
) -> None:
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(wish)
    await amira.says(yes)
    await amira.says(farewell)
    assert summary in amira.text
    assert "P-5002" in amira.text
    assert amira.turn["status"] == "open"
    assert amira.turn["actions"] == []
    assert len(await mails(house, "C-1001", "confirmation")) == 1
    assert [disposition for _, disposition in notes(house, "C-1001")] == ["resolved"]


@pytest.mark.parametrize(("answer", "score"), [("yes", 5), ("not really", 1), ("4 out of 5", 4), ("2", 2)])
async def test_the_answer_to_whether_it_helped_is_the_rating(house: Guest, answer: str, score: int) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    await amira.says("yes")
    await amira.says("bye")
    await amira.says(answer)
    assert "thank you" in amira.text.lower()
    assert sandbox(house, "SELECT score FROM feedback WHERE customer_id = 'C-1001'") == [(score,)]


async def test_after_the_question_whether_it_helped_another_wish_is_served(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    await amira.says("yes")
    await amira.says("bye")
    await amira.says("how much do I owe?")
    assert amira.turn["procedure"] == "check_balance"
    assert await owed(house, "C-1001", "rating") == []


async def test_a_conversation_without_changes_is_noted_and_nobody_is_written_to(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("how much do I owe?")
    await amira.says("goodbye")
    assert amira.text == "Goodbye, and thank you for getting in touch."
    ((text, disposition),) = notes(house, "C-1001")
    assert "what there is to pay" in text
    assert disposition == "resolved"
    assert await mails(house, "C-1001", "confirmation") == []


async def test_a_second_farewell_and_the_closing_write_nothing_twice(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    await amira.says("yes")
    await amira.says("bye")
    await amira.says("bye")
    assert (await house.call("channel", "POST", f"/v1/conversations/{amira.id}/close", {})).is_success
    assert len(notes(house, "C-1001")) == 1
    assert len(await mails(house, "C-1001", "confirmation")) == 1


async def test_closing_without_a_farewell_notes_and_confirms(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    await amira.says("yes")
    assert (await house.call("channel", "POST", f"/v1/conversations/{amira.id}/close", {})).is_success
    ((text, disposition),) = notes(house, "C-1001")
    assert "$39.99 of payment P-5002 was refunded" in text
    assert disposition == "resolved"
    (mail,) = await mails(house, "C-1001", "confirmation")
    assert "P-5002" in mail


async def test_strangers_and_silent_customers_leave_no_note(house: Guest) -> None:
    stranger = await house.customer(None)
    await stranger.says("hello")
    amira = await house.customer("C-1001")
    for talk in (stranger, amira):
        assert (await house.call("channel", "POST", f"/v1/conversations/{talk.id}/close", {})).is_success
    assert notes(house, "C-1001") == []
    assert await owed(house, "") == []


async def test_a_representatives_resolution_is_the_note(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I want to speak to a human")
    desk = f"/v1/desk/{amira.id}"
    await house.call("representative", "POST", f"{desk}/claim", {})
    body = {"disposition": "explained", "note": "walked her through the bill"}
    assert (await house.call("representative", "POST", f"{desk}/resolve", body)).is_success
    ((text, disposition),) = notes(house, "C-1001")
    assert disposition == "explained"
    assert "walked her through the bill" in text


async def test_what_an_address_change_already_told_is_not_told_again(house: Guest) -> None:
    amira = await house.customer("C-1001", auth_level="strong")
    await amira.says("please change my address to 12 Elm Street, Springfield 12345")
    if amira.pending[1] != "crm.update_contact_detail":
        await amira.says("12 Elm Street, Springfield 12345")
    await amira.says("yes")
    await amira.says("bye")
    assert len(await mails(house, "C-1001", "contact_changed")) == 1
    assert await mails(house, "C-1001", "confirmation") == []


async def test_an_idle_conversation_is_written_down_and_closed(open_house: OpenHouse) -> None:
    clock = Clock()
    house = await open_house(clock=clock)
    settled, unfinished = await house.customer("C-1002"), await house.customer("C-1001")
    await settled.says("how much do I owe?")
    await unfinished.says("I was charged twice for my last bill")
    clock.move(hours=23)
    await look_after(house)
    assert (await settled.look())["status"] == "open"
    clock.move(hours=2)
    await look_after(house)
    assert (await settled.look())["status"] == "closed"
    assert len(notes(house, "C-1002")) == 1
    assert (await unfinished.look())["status"] == "waiting_customer"
    clock.move(days=14)
    await look_after(house)
    assert (await unfinished.look())["status"] == "closed"
    assert [disposition for _, disposition in notes(house, "C-1001")] == ["unfinished"]


async def test_a_conversation_with_a_turn_that_is_not_finished_is_not_closed_as_idle(open_house: OpenHouse) -> None:
    clock = Clock()
    guest = await open_house(clock=clock)
    amira = await guest.customer("C-1001")
    await amira.says("how much do I owe?")
    file = guest.house.settings.data / "switchboard.db"
    with closing(sqlite3.connect(file, timeout=20)) as database, database:
        result = database.execute("SELECT result FROM turns").fetchone()
        database.execute("UPDATE turns SET result = NULL")  # as a crash leaves it
    clock.move(hours=25)
    await guest.house.jobs.run("idle-conversations")
    assert (await amira.look())["status"] == "open"
    with closing(sqlite3.connect(file, timeout=20)) as database, database:
        database.execute("UPDATE turns SET result = ?", result)
    await guest.house.jobs.run("idle-conversations")
    assert (await amira.look())["status"] == "closed"


async def test_a_system_that_refuses_the_note_does_not_spoil_the_farewell(
    house: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> None:
        """A process that stops before it carries anything out."""

    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    await amira.says("yes")
    with monkeypatch.context() as stopped:
        stopped.setattr(Deliveries, "carry_out_of", nothing)
        await amira.says("bye")
    assert "did that help?" in amira.text
    assert {each.state for each in await owed(house, "C-1001")} == {"waiting"}
    await look_after(house)
    assert {each.state for each in await owed(house, "C-1001")} == {"done"}
    assert len(await mails(house, "C-1001", "confirmation")) == 1


@pytest.mark.parametrize(("last", "told"), [("see you then, bye", "Goodbye"), ("that was all", "Did that help?")])
async def test_who_says_goodbye_is_said_goodbye_to(house: Guest, last: str, told: str) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    await amira.says("yes")
    await amira.says(last)
    assert amira.turn["messages"][-1]["text"].startswith(told)
    await amira.says("yes")
    assert "feedback" in amira.text


async def test_a_goodbye_is_no_complaint(house: Guest) -> None:
    amira = await house.customer("C-1006")
    await amira.says("I want to dispute payment P-40006")
    assert amira.pending[0] == "slot", amira.text
    await amira.says("ok bye")
    assert "Goodbye" in amira.text
    assert await amira.done() == []


async def test_what_was_done_several_times_is_summed_up_once(house: Guest) -> None:
    bjorn = await house.customer("C-1002")
    await bjorn.says("send me my last three invoices")
    assert [tool for tool, _ in await bjorn.done()] == ["crm.send_message"] * 3
    await bjorn.says("thanks, that's all")
    assert bjorn.text.count("@example.com") == 1
