"""How customers go on after something was told, tried or offered, in words that name nothing themselves."""

import pytest

from tests.house_guest import Guest

pytestmark = pytest.mark.xdist_group("going on")


@pytest.mark.parametrize(
    ("locale", "opens", "asks"),
    [
        ("en", "where is my refund", "how long is that going to take?"),
        ("es", "¿dónde está mi reembolso?", "¿y en cuánto tiempo me llega?"),
        ("de", "wo bleibt meine Erstattung", "wann hab ich das Geld wieder"),
        ("fr", "où en est mon remboursement ?", "merci, et je le récupère quand"),
        ("hi", "mera refund kahan hai", "kitne din mein wapas aayega"),
    ],
)
async def test_who_asks_when_after_a_refund_is_told_when_it_arrives(
    house: Guest, locale: str, opens: str, asks: str
) -> None:
    tara = await house.customer("C-1020", locale=locale)
    await tara.says(opens)
    told = tara.text
    await tara.says(asks)
    assert "P-40020" in told
    assert "P-40020" in tara.text
    assert tara.turn["pending"] is None


async def test_what_was_tried_before_has_not_helped_and_a_technician_may_be_asked_for_meanwhile(house: Guest) -> None:
    ben = await house.customer("C-1002")
    await ben.says("my wifi is dead in the bedroom only")
    await ben.says("did that already")
    assert ben.pending == ("confirm", "network.restart_device")
    await ben.says("hm ok. can somebody come and look")
    assert "Which day would suit you?" in ben.text
    assert await ben.done() == []


async def test_it_is_better_now_is_good_news(house: Guest) -> None:
    ben = await house.customer("C-1002", locale="de")
    await ben.says("mein Internet ist extrem langsam")
    await ben.says("ja über WLAN")
    await ben.says("nein danke")
    await ben.says("jetzt gehts besser, danke")
    assert ben.text.startswith("Das freut mich")


async def test_nothing_earlier_on_the_day_looks_at_the_days_before(house: Guest) -> None:
    vera = await house.customer("C-1005")
    await vera.says("I need to move my appointment")
    await vera.says("what have you got on saturday")
    assert "Saturday" in vera.text
    await vera.says("nothing earlier?")
    assert "These times are free" in vera.text
    assert "Saturday" not in vera.text
    await vera.says("no, it's fine then")
    assert vera.turn["pending"] is None
    assert await vera.done() == []


async def test_a_no_that_leaves_it_at_that_goes_no_further(house: Guest) -> None:
    eva = await house.customer("C-1001", locale="de")
    await eva.says("Ich möchte eine Abbuchung beanstanden")
    assert "Welche Zahlung meinen Sie?" in eva.text
    await eva.says("Nee, schon gut.")
    assert eva.turn["pending"] is None


async def test_one_of_the_plans_that_were_told_is_asked_about(house: Guest) -> None:
    stranger = await house.customer(None)
    await stranger.says("how much is your internet")
    await stranger.says("which one's the fastest")
    assert stranger.text.startswith("Fibre 1000 is")


async def test_a_bill_that_was_received_is_not_sent_again(house: Guest) -> None:
    keiko = await house.customer("C-1011", locale="fr")
    await keiko.says("Bonjour, j'ai reçu une facture et je peux pas payer tout d'un coup.")
    assert await keiko.done() == []
    assert "En combien de fois" in keiko.text


async def test_who_objects_to_what_was_told_is_not_told_that_it_is_left_undone(house: Guest) -> None:
    ingrid = await house.customer("C-1009")
    await ingrid.says("my bill's gone up again and nobody told me")
    await ingrid.says("well that's not what I agreed to")
    assert "I won't do that" not in ingrid.text


async def test_a_no_after_something_was_done_is_not_told_that_it_was_left_undone(house: Guest) -> None:
    eva = await house.customer("C-1005", locale="fr")
    await eva.says("Bonjour, je voudrais annuler le rendez-vous avec le technicien.")
    await eva.says("Oui.")
    await eva.says("Non finalement gardez-le.")
    assert await eva.done() == [("erp.cancel_appointment", "succeeded")]
    assert "déjà fait" in eva.text
