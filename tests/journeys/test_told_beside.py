"""What is said beside what is under way: opening hours, terms of an offer, sympathy; nothing is begun by it."""

import pytest

from tests.house_guest import Guest


@pytest.mark.parametrize(
    ("locale", "question", "days"),
    [
        ("en", "ok and are you open on sundays?", "Monday to Friday from 8:00"),
        ("es", "¿a qué hora abren mañana?", "de lunes a viernes de 8:00 a 20:00"),
        ("de", "bis wann seid ihr heute da?", "Montag bis Freitag von 8:00 bis 20:00"),
        ("fr", "vous êtes ouverts le samedi ?", "du lundi au vendredi de 8"),
        ("hi", "kal kitne baje khulta hai aapka office", "सोमवार से शुक्रवार"),
    ],
)
async def test_opening_hours_are_told_and_what_is_pending_stays(
    house: Guest, locale: str, question: str, days: str
) -> None:
    farid = await house.customer("C-1006", locale=locale)
    await farid.says("no internet")
    assert farid.pending == ("confirm", "network.restart_device")
    await farid.says(question)
    assert days in farid.text
    assert farid.pending == ("confirm", "network.restart_device")
    assert await farid.done() == []


async def test_a_question_about_an_offer_is_answered_and_is_no_refusal_of_it(house: Guest) -> None:
    hugo = await house.customer("C-1008")
    await hugo.says("I want to cancel, it's too expensive")
    await hugo.says("hmm so how much would that be over the year")
    assert "You would save $54.00" in hugo.text
    assert "Would you like that" in hugo.text
    assert hugo.pending[0] == "slot"


async def test_what_agrees_to_try_it_says_not_yet_that_it_works(house: Guest) -> None:
    hugo = await house.customer("C-1008")
    await hugo.says("my internet is down, I've restarted the router already")
    assert "Does it work now?" in hugo.text
    await hugo.says("ok thanks")
    assert "Take your time" in hugo.text
    await hugo.says("my internet is down, I've restarted the router already")
    await hugo.says("no")
    assert "Thank you for having restarted the router yourself already." in hugo.text
    assert "technician" in hugo.text
    assert await hugo.done() == []


async def test_a_question_after_the_prices_is_about_them(house: Guest) -> None:
    dmitri = await house.customer("C-1004", locale="de")
    await dmitri.says("was kosten eure Tarife?")
    await dmitri.says("und der schnellste?")
    assert dmitri.text.startswith("Fibre 1000 kostet")
    assert "1.000 Mbit/s" in dmitri.text
    assert "Fibre 500" not in dmitri.text


async def test_who_only_weighs_leaving_is_asked_and_gets_no_code(house: Guest) -> None:
    ingrid = await house.customer("C-1009", locale="de")
    await ingrid.says("ich überleg, ob ich zu einem anderen Anbieter gehe")
    assert "Möchten Sie Ihren Vertrag kündigen?" in ingrid.text
    await ingrid.says("nein, noch nicht")
    assert ingrid.turn["pending"] is None


async def test_a_number_of_instalments_is_corrected_while_the_day_is_asked_for(house: Guest) -> None:
    keiko = await house.customer("C-1011")
    await keiko.says("I lost my job and can't pay my bill in one go")
    assert keiko.text.startswith("I'm sorry to hear that.")
    await keiko.says("four I think. no wait, three")
    await keiko.says("no, four")
    await keiko.says("the fifth")
    assert keiko.turn["pending"]["arguments"]["instalments"] == 4
    assert keiko.turn["pending"]["arguments"]["first_due_on"].endswith("-05")
