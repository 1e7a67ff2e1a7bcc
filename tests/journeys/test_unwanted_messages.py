"""Customers who want no messages get none, at once and on every channel; nothing else of theirs is touched."""

import asyncio
import json

import pytest
from typer.testing import CliRunner, Result

from app.main import cli
from tests.house_guest import Guest
from tests.journeys.afterwards import owed, sandbox

SAID = [
    ("chat", "en", "please don't send me reminders"),
    ("sms", "en", "STOP"),
    ("sms", "en", "stop"),
    ("email", "en", "unsubscribe"),
    ("email", "en", "no e-mails please"),
    ("voice", "en", "please stop sending me messages"),
    ("chat", "de", "bitte keine Erinnerungen mehr"),
    ("chat", "es", "no me envíen más recordatorios"),
    ("chat", "fr", "plus de rappels s'il vous plaît"),
    ("chat", "hi", "रिमाइंडर मत भेजिए"),
    ("chat", "en", "quit texting me about my appointment"),
    ("sms", "en", "UNSUBSCRIBE"),
    ("chat", "en", "stop"),
    ("chat", "en", "unsubscribe"),
    ("voice", "en", "unsubscribe"),
    ("sms", "es", "baja"),
    ("chat", "de", "ich möchte nicht erinnert werden"),
    ("sms", "hi", "बंद करो"),
]


@pytest.mark.parametrize(("channel", "locale", "words"), SAID)
async def test_a_no_to_messages_is_obeyed_and_cancels_nothing_else(
    house: Guest, channel: str, locale: str, words: str
) -> None:
    talk = await house.customer("C-1005", locale=locale, channel=channel)
    await talk.says(words)
    assert set(await talk.done()) == {("crm.set_consent", "succeeded")}
    assert talk.turn["pending"] is None
    assert visits(house) == ["WO-7001"]


async def test_no_messages_leave_what_is_to_be_confirmed_as_it_is(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice")
    await amira.says("stop texting me")
    assert amira.turn["pending"]["tool"] == "payments.refund_payment"
    assert ("crm.set_consent", "succeeded") in await amira.done()
    await amira.says("no. And no more e-mails!")
    assert amira.turn["pending"] is None


@pytest.mark.parametrize(("channel", "word"), [("sms", "STOP"), ("sms", "UNSUBSCRIBE"), ("email", "unsubscribe")])
async def test_a_carriers_keyword_at_a_question_is_obeyed_and_is_a_no_to_it(
    house: Guest, channel: str, word: str
) -> None:
    amira = await house.customer("C-1001", channel=channel)
    await amira.says("I was charged twice")
    assert amira.turn["pending"]["tool"] == "payments.refund_payment"
    await amira.says(word)
    assert amira.turn["pending"] is None
    done = await amira.done()
    assert done
    assert set(done) == {("crm.set_consent", "succeeded")}


@pytest.mark.parametrize(("locale", "word"), [("es", "alto"), ("fr", "arrêt"), ("hi", "बंद करो")])
async def test_a_single_word_that_may_mean_more_is_asked_about(house: Guest, locale: str, word: str) -> None:
    talk = await house.customer("C-1005", locale=locale)
    await talk.says(word)
    assert talk.turn["intent"]["name"] == "retention.stop_messages"
    assert await talk.done() == []


async def test_cancelling_the_reminder_takes_it_back_and_keeps_the_visit(house: Guest) -> None:
    elena = await house.customer("C-1005")
    await elena.says("I need to move my visit to another day")
    await elena.says("in 6 days")
    await elena.says("the first one")
    await elena.says("yes")
    [reminder] = await owed(house, "C-1005", "visit_reminder")
    assert reminder.state == "waiting"
    again = await house.customer("C-1005", locale="en", channel="sms")
    await again.says("cancel the reminder")
    assert "no reminder" in again.text
    assert await again.done() == []
    [reminder] = await owed(house, "C-1005", "visit_reminder")
    assert (reminder.state, reminder.reason) == ("called_off", "the customer wants no such message")
    assert visits(house) == ["WO-7001"]


def visits(house: Guest) -> list[str]:
    query = "SELECT appointment_id FROM appointments WHERE customer_id = 'C-1005' AND status = 'booked'"
    return [row[0] for row in sandbox(house, query)]


async def test_an_operator_calls_off_what_waits_for_a_customer_and_is_told_what_it_was(
    house: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = house.house.settings.data
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(folder / "none.toml"))

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, ["follow-ups", *arguments, "--data", str(folder)])

    elena = await house.customer("C-1005")
    await elena.says("I need to move my visit to another day")
    await elena.says("in 6 days")
    await elena.says("the first one")
    await elena.says("yes")
    assert "C-1005" in (await run("cancel", "--customer", "C-1006")).stderr
    done = await run("cancel", "--customer", "C-1005", "--json")
    called_off = json.loads(done.stdout)["items"]
    assert ("visit_reminder", "WO-7001") in [(each["kind"], each["about"]) for each in called_off]
    assert {each.state for each in await owed(house, "C-1005")} == {"called_off"}
    again = await run("cancel", called_off[0]["id"])
    assert again.exit_code == 1
    assert "does not wait any more" in again.stderr
    assert visits(house) == ["WO-7001"]


@pytest.mark.parametrize(
    ("locale", "says"), [("en", "no more"), ("en", "asdf stop no"), ("de", "nö keine lust"), ("fr", "arrêtez ça")]
)
async def test_words_that_do_not_speak_of_messages_are_no_wish_for_none(house: Guest, locale: str, says: str) -> None:
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(says)
    await amira.says("xyz")
    assert await amira.done() == []
    assert amira.turn["procedure"] != "stop_messages"
