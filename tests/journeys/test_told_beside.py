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


async def test_a_yes_with_more_behind_it_turns_no_offer_down(house: Guest) -> None:
    ben = await house.customer("C-1002", locale="de")
    await ben.says("warum ist meine Rechnung diesen Monat so hoch")
    await ben.says("ach so. ja bitte gutschreiben")
    assert "Soll ich sie Ihrem Kundenkonto gutschreiben?" in ben.text
    await ben.says("ja")
    assert await ben.done() == [("erp.apply_credit", "succeeded")]


async def test_a_goodbye_before_a_yes_leaves_all_as_it_is_and_thanks_turn_nothing_down(house: Guest) -> None:
    wen = await house.customer("C-1023")
    await wen.says("I want to send back the router stand")
    assert wen.pending == ("confirm", "erp.create_return_label")
    await wen.says("bye")
    assert wen.turn["pending"] is None
    assert await wen.done() == []
    tara = await house.customer("C-1020", locale="de")
    await tara.says("wo bleibt meine Erstattung")
    await tara.says("ok dann warte ich. danke")
    assert tara.text.startswith("Gern")


async def test_a_yes_that_says_when_has_it_arranged(house: Guest) -> None:
    vera = await house.customer("C-1022")
    await vera.says("nobody came yesterday! I took a day off work for this")
    await vera.says("yes but not before noon and not wednesday")
    assert "Which one suits you?" in vera.text
    assert "AM" not in vera.text


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
    assert "kündig" in ingrid.text.casefold()
    assert ingrid.pending == ("slot", "")
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
