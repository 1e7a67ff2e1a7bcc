"""What there is to choose from comes as buttons in the customer's language, and each is understood as what it says."""

import pytest

from agents.option_label import label_of
from agents.wording import Voice
from domain.understanding import Understanding
from router.memory.state import Memory
from router.options import YES_NO, heed_option
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Json, Talk

CHANGE_VISIT = {
    "en": ("I need another day for my technician visit", "any day is fine"),
    "es": ("necesito otro día para la visita del técnico", "cualquier día me va bien"),
    "de": ("ich brauche einen anderen Tag für den Technikertermin", "jeder Tag passt mir"),
}


def options(turn: Json) -> list[str]:
    offered = turn["pending"]["options"]
    assert all(option["value"] == option["label"] for option in offered)
    return [option["value"] for option in offered]


async def asked(talk: Talk) -> Json:
    """The turn in which something is chosen from."""
    assert talk.turn["pending"]["kind"] == "slot", talk.turn["pending"]
    assert len(options(talk.turn)) == len(talk.turn["pending"]["arguments"]["choices"]) > 1
    assert "shown" not in talk.turn["pending"]["arguments"]
    return talk.turn["pending"]


@pytest.mark.parametrize("locale", CHANGE_VISIT)
async def test_each_button_is_that_choice_in_every_language(house: Guest, locale: str) -> None:
    talk = await house.customer("C-1005", locale)
    for words in CHANGE_VISIT[locale]:
        await talk.says(words)
    pending = await asked(talk)
    wanted = pending["arguments"]["choices"][-1]
    assert wanted not in options(talk.turn)  # what it says is a day and a time, not a number of ours
    await talk.says(options(talk.turn)[-1])
    assert talk.turn["pending"]["kind"] == "confirm"
    assert wanted in talk.turn["pending"]["arguments"].values()
    assert options(talk.turn) == list(YES_NO[locale])
    await talk.says(options(talk.turn)[0])
    assert [tool for tool, outcome in await talk.done() if outcome == "succeeded"] == ["erp.reschedule_appointment"]


async def test_words_of_our_own_are_buttons_in_the_customers_language(house: Guest) -> None:
    talk = await house.customer("C-1012", "fr")
    await talk.says("mon colis n'est jamais arrivé")
    assert options(talk.turn) == ["Le renvoyer", "Remboursement"]
    await talk.says("Remboursement")
    assert talk.pending == ("confirm", "payments.refund_payment")


async def test_journeys_to_choose_from_are_buttons_too(open_house: OpenHouse) -> None:
    talk = await (await open_house()).customer("C-1001")
    await talk.says("bill visit")
    if (talk.turn["pending"] or {}).get("arguments", {}).get("slot") == "journey":
        wanted = talk.turn["pending"]["arguments"]["choices"][0]
        await talk.says((options(talk.turn))[0])
        assert f"{talk.turn['specialist']}.{talk.turn['procedure']}" == wanted or talk.turn["intent"]["name"] == wanted


def test_what_no_button_says_is_read_as_it_was() -> None:
    heard = Understanding("Pay bill", "en")
    assert heed_option(heard, Memory(offered=("Pay bill", "Book a visit")), "something else") is heard
    chosen = heed_option(heard, Memory(options=("a.b", "c.d"), offered=("Pay bill", "Book a visit")), " book a VISIT ")
    assert [(each.kind, each.value) for each in chosen.entities] == [("ordinal", 2)]


def test_a_button_shows_money_and_days_as_the_customer_writes_them() -> None:
    shown = {"name": "P-5002", "money": 3999, "day": "2026-11-03"}
    assert label_of(shown, Voice("de", "EUR")).replace("\xa0", " ") == "P-5002, 39,99 €, Dienstag, 3. November"
