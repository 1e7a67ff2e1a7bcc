"""What is corrected, wished instead or asked for once more while something waits."""

import pytest

from tests.house_guest import Guest


@pytest.mark.parametrize(
    ("locale", "opening", "correction"),
    [
        ("es", "me mudé, mi nueva dirección es calle Mayor 5, 2º A, 28013 Madrid", "no perdón, el piso es el 3º C"),
        ("en", "please change my address to 5 Birch Lane, flat 2A, Albany, NY 12203", "no hold on, it's flat 2B"),
    ],
)
async def test_a_correction_of_a_part_of_an_address_asks_for_all_of_it(
    house: Guest, locale: str, opening: str, correction: str
) -> None:
    olivia = await house.customer("C-1015", locale=locale)
    await olivia.says(opening)
    assert olivia.pending == ("verify", "crm.update_contact_detail")
    await olivia.says(correction)
    assert olivia.pending[0] == "slot"
    await olivia.says("7 Elm Street, 3C, 12203 Albany")
    assert olivia.turn["pending"]["tool"] == "crm.update_contact_detail"
    await olivia.says_code()
    assert "7 Elm Street, 3C" in olivia.turn["pending"]["summary"]
    assert await olivia.done() == []


@pytest.mark.parametrize(
    ("locale", "opening", "instead"),
    [
        ("es", "quiero cambiar mi correo a ingrid@example.com", "no, mejor me doy de baja"),
        ("hi", "mera email badal kar ingrid@example.com kar do", "nahi, iski jagah connection hi band kar do"),
    ],
)
async def test_who_would_rather_leave_than_give_a_code_is_led_there(
    house: Guest, locale: str, opening: str, instead: str
) -> None:
    ingrid = await house.customer("C-1009", locale=locale)
    await ingrid.says(opening)
    assert ingrid.pending == ("verify", "crm.update_contact_detail")
    await ingrid.says(instead)
    assert (await ingrid.look())["procedure"] == "cancel_subscription"
    assert await ingrid.done() == []


@pytest.mark.parametrize(
    ("locale", "opening", "remedy", "yes", "question"),
    [
        ("es", "¿dónde está mi pedido?", "el dinero", "sí", "¿y cuándo me llega lo del pedido?"),
        ("hi", "mera order kahan hai", "paisa wapas kar do", "haan", "order ka kab tak milega"),
    ],
)
async def test_an_order_that_was_paid_back_is_not_offered_again(
    house: Guest, locale: str, opening: str, remedy: str, yes: str, question: str
) -> None:
    liam = await house.customer("C-1012", locale=locale)
    for words in (opening, remedy, yes, question):
        await liam.says(words)
    assert await liam.done() == [("payments.refund_payment", "succeeded")]
    assert "P-5121" in liam.text
    assert liam.turn["pending"] is None


async def test_somebody_to_restart_the_router_is_what_was_put_already(house: Guest) -> None:
    farid = await house.customer("C-1006", locale="es")
    await farid.says("no tengo internet")
    await farid.says("¿hay alguien que me reinicie el router?")
    assert farid.pending == ("confirm", "network.restart_device")
    assert "luces" not in farid.text


@pytest.mark.parametrize(
    ("locale", "opening", "share"),
    [
        ("en", "i want to pay my bill", "half now and half on friday"),
        ("es", "quiero pagar la factura", "solo la mitad"),
        ("de", "ich will meine Rechnung bezahlen", "nur die Hälfte"),
        ("fr", "je veux payer ma facture", "la moitié seulement"),
        ("hi", "bill bharna hai", "aadha abhi"),
    ],
)
async def test_who_pays_a_share_is_asked_to_confirm_that_share(
    house: Guest, locale: str, opening: str, share: str
) -> None:
    payer = await house.customer("C-1011", locale=locale)
    await payer.says(opening)
    await payer.says(share)
    assert payer.pending == ("confirm", "payments.take_payment")
    assert payer.turn["pending"]["arguments"]["amount_minor"] == 3250
    assert await payer.done() == []


async def test_a_share_that_was_named_at_first_is_what_is_paid(house: Guest) -> None:
    payer = await house.customer("C-1011")
    await payer.says("i want to pay half of my bill")
    assert payer.turn["pending"]["arguments"]["amount_minor"] == 3250
