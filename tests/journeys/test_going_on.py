"""How customers go on after something was told, tried or offered, in words that name nothing themselves."""

import pytest

from tests.house_guest import Guest


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


@pytest.mark.parametrize(
    ("locale", "opens", "tells"),
    [
        ("en", "my wifi is dead in the bedroom only", "did that and now it works"),
        ("es", "no tengo internet", "ya lo hice y ya funciona"),
    ],
)
async def test_what_was_tried_and_helped_has_helped(house: Guest, locale: str, opens: str, tells: str) -> None:
    ben = await house.customer("C-1002", locale=locale)
    await ben.says(opens)
    await ben.says(tells)
    assert ben.pending[0] != "confirm"
    assert {"en": "glad", "es": "alegra"}[locale] in ben.text.casefold()


async def test_it_is_better_now_is_good_news(house: Guest) -> None:
    ben = await house.customer("C-1002", locale="de")
    await ben.says("mein Internet ist extrem langsam")
    await ben.says("ja über WLAN")
    await ben.says("nein danke")
    await ben.says("jetzt gehts besser, danke")
    assert "besser" in ben.text
    assert ben.turn["pending"] is None
    assert await ben.done() == []


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


@pytest.mark.parametrize(
    ("locale", "thanks", "says"),
    [
        ("en", "ok thanks", "no thanks"),
        ("en", "thanks", "no, that's all"),
        ("en", "thanks", "nope, it's fine"),
        ("es", "gracias", "no, eso es todo"),
        ("de", "danke", "nein danke, das war alles"),
        ("de", "danke", "nee, passt schon"),
        ("fr", "merci", "non merci, c'est tout"),
        ("hi", "dhanyavad", "nahi, bas itna hi"),
    ],
)
async def test_a_no_to_anything_else_withdraws_nothing_that_waits_for_a_supervisor(
    house: Guest, locale: str, thanks: str, says: str
) -> None:
    omar = await house.customer("C-1013", locale=locale, auth_level="strong")
    await omar.says("please refund payment P-5131" if locale == "en" else "P-5131 refund please")
    await omar.says("yes")
    assert omar.pending[0] == "approve"
    await omar.says(thanks)
    await omar.says(says)
    assert omar.turn["status"] == "waiting_approval"
    items = (await house.fetch("supervisor", "/v1/approvals?status=pending"))["items"]
    assert omar.id in {each["conversation_id"] for each in items}


@pytest.mark.parametrize(
    ("customer", "opens", "asks", "hears"),
    [
        ("C-1020", "where is my refund", "and when is my next bill due?", "bill"),
        ("C-1005", "when is my technician coming", "when could he come instead?", "Which day would suit you?"),
        ("C-1005", "when is my technician coming", "when does my contract end?", "contract"),
    ],
)
async def test_who_asks_when_something_else_is_asks_about_that(
    house: Guest, customer: str, opens: str, asks: str, hears: str
) -> None:
    talk = await house.customer(customer)
    await talk.says(opens)
    told = talk.text
    await talk.says(asks)
    assert talk.text != told
    assert hears in talk.text


@pytest.mark.parametrize(
    ("locale", "asks", "says"),
    [
        ("en", "what do I owe you", "no that can't be right"),
        ("de", "wann läuft mein Vertrag aus", "nein, das stimmt nicht"),
    ],
)
async def test_a_no_to_what_was_told_since_withdraws_nothing_that_waits_for_a_supervisor(
    house: Guest, locale: str, asks: str, says: str
) -> None:
    omar = await house.customer("C-1003", locale=locale, auth_level="strong")
    await omar.says("P-5031 refund please")
    await omar.says("yes")
    assert omar.pending[0] == "approve"
    await omar.says(asks)
    await omar.says(says)
    assert omar.pending[0] == "approve"
    await omar.says({"en": "never mind the refund", "de": "vergessen Sie die Erstattung"}[locale])
    assert omar.turn["pending"] is None
