"""Journeys that chain several steps and specialists, in every language: from the complaint to what mends it."""

import pytest

from tests.house_guest import Guest

YES = {"en": "yes", "es": "sí", "de": "ja", "fr": "oui", "hi": "हाँ"}
FIRST = {"en": "the first one", "es": "la primera", "de": "der erste", "fr": "le premier", "hi": "पहला"}
SOON = {"en": "in 4 days", "es": "dentro de 4 días", "de": "in 4 Tagen", "fr": "dans 4 jours", "hi": "4 दिन बाद"}
DEAD = {
    "en": "my internet is dead",
    "es": "no tengo internet",
    "de": "mein Internet geht nicht",
    "fr": "je n'ai plus internet",
    "hi": "मेरा इंटरनेट बंद है",
}
SLOW = {
    "en": "my internet is extremely slow",
    "es": "mi internet va muy lento",
    "de": "mein Internet ist extrem langsam",
    "fr": "ma connexion internet est très lente",
    "hi": "मेरा इंटरनेट बहुत धीमा चल रहा है",
}
ORDER = {
    "en": "where is my order?",
    "es": "¿dónde está mi pedido?",
    "de": "wo ist meine Bestellung?",
    "fr": "où est ma commande ?",
    "hi": "मेरा ऑर्डर कहाँ है?",
}
AGAIN = {
    "en": "send it again",
    "es": "envíenlo de nuevo",
    "de": "bitte erneut senden",
    "fr": "renvoyez-le",
    "hi": "फिर से भेजिए",
}
MONEY = {
    "en": "the money back",
    "es": "el dinero",
    "de": "das Geld zurück",
    "fr": "un remboursement",
    "hi": "पैसे वापस",
}
LOCALES = tuple(YES)


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_dead_line_becomes_a_paid_bill_and_a_restored_line(house: Guest, locale: str) -> None:
    keiko = await house.customer("C-1011", locale=locale)
    await keiko.says(DEAD[locale])
    assert keiko.pending == ("confirm", "payments.take_payment")
    assert keiko.turn["specialist"] == "billing"
    await keiko.says(YES[locale])
    assert await keiko.done() == [("payments.take_payment", "succeeded")]
    assert (keiko.turn["specialist"], keiko.turn["status"]) == ("troubleshooting", "open")
    assert "network.run_line_test" in [action["tool"] for action in keiko.turn["actions"]]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("wish", "tool"), [(AGAIN, "erp.reship_order"), (MONEY, "payments.refund_payment")])
async def test_a_lost_order_is_made_good_as_the_customer_prefers(
    house: Guest, locale: str, wish: dict[str, str], tool: str
) -> None:
    liam = await house.customer("C-1012", locale=locale)
    for words in (ORDER[locale], wish[locale], YES[locale]):
        await liam.says(words)
    assert await liam.done() == [(tool, "succeeded")]


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_fault_is_tested_and_a_visit_booked(house: Guest, locale: str) -> None:
    grace = await house.customer("C-1007", locale=locale)
    for words in (SLOW[locale], SOON[locale], FIRST[locale], YES[locale]):
        await grace.says(words)
    assert await grace.done() == [("erp.book_appointment", "succeeded")]
    assert grace.turn["status"] == "open"


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_silent_router_is_restarted_and_tested_again(house: Guest, locale: str) -> None:
    farid = await house.customer("C-1006", locale=locale)
    for words in (DEAD[locale], YES[locale]):
        await farid.says(words)
    assert await farid.done() == [("network.restart_device", "succeeded")]
    tests = [action for action in (await farid.look())["actions"] if action["tool"] == "network.run_line_test"]
    assert len(tests) == 2
