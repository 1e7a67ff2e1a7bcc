"""What customers say beside a question that was put to them: asking back, thinking it over, saying the rest."""

from datetime import timedelta

import pytest
from babel.dates import format_date
from dateutil.relativedelta import relativedelta

from app.clock import tell_time
from companies.northwind_fibre.seed.household import BILLED_DAYS_AGO
from tests.house_guest import Guest

NOT_PASSED_ON = {
    "en": "can't pass",
    "es": "No puedo",
    "de": "nicht weitergeben",
    "fr": "ne peux pas",
    "hi": "नहीं पहुँचाए",
}
"""Of the answer to words for whoever comes."""


@pytest.mark.parametrize(
    ("locale", "leaves", "asks", "told"),
    [
        ("en", "I want to cancel my contract", "no, I only want to know what it would cost", "your last bill would be"),
        ("en", "I want to cancel my contract", "okay what if I stay", "Nothing is cancelled so far"),
        ("es", "quiero darme de baja", "¿cuánto me cobran por irme?", "su última factura sería de"),
        ("de", "ich will kündigen", "was kostet mich das denn", "Ihre Schlussrechnung betrüge"),
        ("fr", "je veux partir", "c'est combien de frais", "votre dernière facture serait de"),
    ],
)
async def test_who_asks_what_leaving_means_is_told_and_nothing_goes_on(
    house: Guest, locale: str, leaves: str, asks: str, told: str
) -> None:
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(leaves)
    await amira.says(asks)
    assert told in amira.text
    assert amira.pending[0] == "slot"


@pytest.mark.parametrize(
    ("locale", "asks", "told"),
    [
        ("en", "what does it cost to cancel", "If you gave notice today"),
        ("de", "ich will nur wissen, was eine Kündigung kostet", "Bei einer Kündigung heute"),
        ("fr", "y a-t-il des frais si je résilie avant la fin", "votre dernière facture serait de"),
    ],
)
async def test_who_asks_what_leaving_costs_begins_no_cancellation(
    house: Guest, locale: str, asks: str, told: str
) -> None:
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(asks)
    assert told in amira.text
    assert amira.turn["pending"] is None


async def test_who_thinks_it_over_and_says_goodbye_proves_nothing(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I want to cancel my contract, it is too expensive")
    assert amira.pending[0] == "verify"
    await amira.says("alright I'll think about it, goodbye")
    assert "nothing was cancelled" in amira.text
    assert await amira.done() == []


@pytest.mark.parametrize(
    ("locale", "opens", "leaves_it"),
    [
        ("en", "I want a cheaper plan", "hmm ok. just leave it for now"),
        ("de", "ich will einen günstigeren Tarif", "dann lassen wir das erstmal"),
        ("es", "quiero un plan más barato", "bueno, dejémoslo de momento"),
        ("en", "I want a cheaper plan", "thanks"),
    ],
)
async def test_who_leaves_a_list_is_asked_no_more(house: Guest, locale: str, opens: str, leaves_it: str) -> None:
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(opens)
    assert amira.pending[0] == "slot"
    await amira.says(leaves_it)
    assert amira.turn["pending"] is None
    assert amira.turn["handoff"] is None


@pytest.mark.parametrize(
    ("locale", "opens", "tells"),
    [
        ("en", "my internet is down", "it's solid red, not blinking"),
        ("de", "Internet geht nicht", "Lampe am Router leuchtet rot"),
    ],
)
async def test_who_tells_more_of_the_trouble_still_has_it_and_is_held_up_with_no_credit(
    house: Guest, locale: str, opens: str, tells: str
) -> None:
    ben = await house.customer("C-1002", locale=locale)
    await ben.says(opens)
    await ben.says(tells)
    assert ben.pending == ("confirm", "network.restart_device")
    await ben.says({"en": "already tried that", "de": "hab ich schon gemacht"}[locale])
    assert ben.pending[0] == "slot"
    await ben.says({"en": "yes please send someone", "de": "ja bitte Techniker"}[locale])
    assert {"en": "Which day would suit you?", "de": "Welcher Tag würde Ihnen passen?"}[locale] in ben.text
    assert await ben.done() == []


async def test_what_is_no_yes_and_no_no_is_asked_once_more_in_short(house: Guest) -> None:
    ben = await house.customer("C-1002")
    await ben.says("my wifi drops every evening")
    await ben.says("only in the bedroom")
    assert "does it work at the moment, yes or no?" in ben.text
    assert "credit" not in ben.text


@pytest.mark.parametrize(
    ("locale", "opens", "goes_on", "told"),
    [
        ("en", "invoice pls", "yeah to my email", "I have sent a copy"),
        ("de", "ich hab ne Frage zu meiner Rechnung", "die vom letzten Monat", "Ihre Rechnung INV-"),
        ("es", "no puedo pagar todo ahora", "en tres veces", "todas sus facturas están pagadas"),
    ],
)
async def test_a_few_words_complete_the_message_that_was_asked_about(
    house: Guest, locale: str, opens: str, goes_on: str, told: str
) -> None:
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(opens)
    await amira.says(goes_on)
    assert told in amira.text


@pytest.mark.parametrize(
    ("locale", "opens", "another"),
    [("en", "why is my bill so high", "and the {month} one?"), ("es", "explíqueme mi factura", "la de {month}")],
)
async def test_another_bill_is_explained_by_its_month_alone(
    house: Guest, locale: str, opens: str, another: str
) -> None:
    amira = await house.customer("C-1001", locale=locale)
    month_before = tell_time().date() - timedelta(days=BILLED_DAYS_AGO) - relativedelta(months=1)
    await amira.says(opens)
    await amira.says(another.format(month=format_date(month_before, "LLLL", locale).lower()))
    assert "INV-20101 " in amira.text.split("INV-3001")[0]


@pytest.mark.parametrize(
    ("locale", "asks"), [("en", "is it all done?"), ("fr", "c'est bon ?"), ("de", "ist das erledigt?")]
)
async def test_who_asks_whether_it_is_done_is_told_how_it_stands(house: Guest, locale: str, asks: str) -> None:
    tara = await house.customer("C-1020", locale=locale)
    await tara.says(
        {"en": "where is my refund", "fr": "où en est mon remboursement ?", "de": "wo bleibt meine Erstattung"}[locale]
    )
    await tara.says(asks)
    assert "P-40020" in tara.text


async def test_what_is_asked_in_the_middle_of_a_dispute_is_not_its_description(house: Guest) -> None:
    amira = await house.customer("C-1001", locale="hi")
    await amira.says("kaunsa charge hai ye")
    await amira.says("theek hai, wapas kar do")
    assert amira.pending[0] == "slot"
    await amira.says("kab tak aayega")
    assert await amira.done() == []


@pytest.mark.parametrize(
    ("locale", "leaves", "takes"),
    [
        ("en", "I want to cancel, it's too expensive", "hmm yeah ok that'll do, I take the discount"),
        ("es", "quiero darme de baja, es muy caro", "el descuento"),
        ("de", "ich will kündigen, zu teuer", "ich will doch gar nicht kündigen. der Rabatt klingt aber gut, nehm ich"),
        ("fr", "je veux résilier, c'est trop cher", "bon ben allez je la prends votre remise"),
        ("hi", "plan band karna hai, bahut mehnga hai", "discount wala theek hai, lagado"),
    ],
)
async def test_who_takes_the_offer_in_their_own_words_stays(house: Guest, locale: str, leaves: str, takes: str) -> None:
    hugo = await house.customer("C-1008", locale=locale)
    await hugo.says(leaves)
    assert hugo.turn["pending"]["kind"] == "slot"
    await hugo.says(takes)
    assert hugo.pending == ("confirm", "crm.accept_offer")


@pytest.mark.parametrize(
    ("locale", "says"),
    [
        ("fr", "stop pub stp mais gardez les rappels"),
        ("hi", "विज्ञापन बंद करो लेकिन अपॉइंटमेंट की याद दिलाते रहना"),
        ("es", "no quiero más publicidad, pero los recordatorios de cita sí"),
        ("de", "keine Werbung mehr, aber Terminerinnerungen weiterhin"),
        ("en", "no more ads please, but keep the reminders"),
    ],
)
async def test_no_advertising_is_no_end_of_reminders(house: Guest, locale: str, says: str) -> None:
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(says)
    changed = [each["arguments"] for each in (await amira.look())["actions"] if each["tool"] == "crm.set_consent"]
    assert [each["field"] for each in changed] == ["marketing"]


@pytest.mark.parametrize(
    ("locale", "asks"),
    [
        ("de", "DSGVO Auskunft über meine Daten bitte"),
        ("fr", "Je veux une copie de mes données personnelles."),
        ("en", "I want a copy of my data"),
    ],
)
async def test_what_is_kept_about_somebody_is_for_people(house: Guest, locale: str, asks: str) -> None:
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(asks)
    assert await amira.done() == []
    await amira.says({"de": "ja bitte", "fr": "oui", "en": "yes please"}[locale])
    assert await amira.done() == []
    assert amira.turn["handoff"] is not None


@pytest.mark.parametrize(
    ("locale", "asks"),
    [("de", "und die Rechnungen kommen jetzt auch an die neue Mail?"), ("en", "do my invoices still come by email?")],
)
async def test_a_question_about_bills_sends_none(house: Guest, locale: str, asks: str) -> None:
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(asks)
    assert await amira.done() == []


async def test_a_goodbye_takes_nothing_back_that_waits_for_a_supervisor(house: Guest) -> None:
    kim = await house.customer("C-1003")
    await kim.says("you charged me twice for the year, I want one back")
    await kim.says_code()
    await kim.says("yes")
    assert kim.pending[0] == "approve"
    await kim.says("no that's it bye bye dear")
    assert (await kim.decides())["actions"][-1]["outcome"] == "succeeded"
    assert ("payments.refund_payment", "succeeded") in await kim.done()


async def test_cancel_it_right_after_a_booking_means_the_booking(house: Guest) -> None:
    ben = await house.customer("C-1002", locale="es")
    await ben.says("necesito un técnico mañana")
    for _ in range(3):
        if ben.pending[0] == "slot":
            await ben.says("la primera")
    await ben.says("sí")
    assert await ben.done() == [("erp.book_appointment", "succeeded")]
    await ben.says("uy no, cancélala")
    assert ben.pending == ("confirm", "erp.cancel_appointment")


@pytest.mark.parametrize(
    ("locale", "says"),
    [
        ("en", "I don't want other companies to act for me any more"),
        ("de", "ich will nicht mehr, dass andere Firmen für mich handeln"),
        ("es", "ya no quiero que otras empresas actúen por mí"),
        ("fr", "je ne veux plus que d'autres entreprises agissent pour moi"),
    ],
)
async def test_who_wants_no_other_company_to_act_for_them_is_not_only_told_all_right(
    house: Guest, locale: str, says: str
) -> None:
    dan = await house.customer("C-1010", locale=locale)
    await dan.says(says)
    assert dan.pending == ("confirm", "crm.set_consent")


@pytest.mark.parametrize(
    ("locale", "fault", "says"),
    [
        ("en", "my internet is down", "hang on, I'm on a call on this line"),
        ("de", "mein Internet geht nicht", "moment, ich telefoniere gerade noch über das Internet"),
        ("fr", "mon internet ne marche pas", "attendez, je suis en visio sur le téléphone"),
        ("hi", "mera internet band hai", "ruko, main abhi phone par hoon"),
    ],
)
async def test_who_says_why_they_need_a_moment_has_turned_nothing_down(
    house: Guest, locale: str, fault: str, says: str
) -> None:
    farid = await house.customer("C-1006", locale=locale)
    await farid.says(fault)
    assert farid.pending == ("confirm", "network.restart_device")
    await farid.says(says)
    assert farid.pending == ("confirm", "network.restart_device")


async def test_who_waits_and_tells_of_a_no_is_taken_to_have_said_it(house: Guest) -> None:
    farid = await house.customer("C-1006", locale="es")
    await farid.says("mi internet no funciona")
    await farid.says("espere, mi marido dice que no")
    assert farid.pending[0] != "confirm"


@pytest.mark.parametrize(
    ("locale", "opens", "says", "told"),
    [
        ("en", "I want to dispute a charge", "ok forget it, what do I owe?", "You don't owe anything"),
        ("de", "ich will eine Abbuchung beanstanden", "vergiss es, was schulde ich euch?", "nichts offen"),
        ("es", "quiero reclamar un cobro", "olvídelo, ¿cuánto les debo ahora mismo?", "No hay nada pendiente"),
    ],
)
async def test_what_is_dropped_for_another_question_is_asked_no_more(
    house: Guest, locale: str, opens: str, says: str, told: str
) -> None:
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(opens)
    assert amira.pending[0] == "slot"
    await amira.says(says)
    assert told in amira.text
    assert amira.turn["pending"] is None


async def test_a_code_is_asked_for_no_more_where_its_matter_is_dropped_for_another(house: Guest) -> None:
    chloe = await house.customer("C-1003")
    await chloe.says("you took my yearly payment twice, I want one back")
    assert chloe.pending[0] == "verify"
    await chloe.says("never mind, what do I owe?")
    assert "You don't owe anything" in chloe.text
    assert chloe.turn["pending"] is None


@pytest.mark.parametrize(
    ("locale", "says"),
    [
        ("en", "tell him to ring the side bell"),
        ("es", "dígale al técnico que llame al timbre de al lado"),
        ("de", "sagen Sie dem Techniker bitte, er soll hinten klingeln"),
        ("fr", "dites au technicien de sonner à la porte de derrière"),
        ("hi", "technician ko bolna gate peeche hai"),
    ],
)
async def test_a_word_for_whoever_comes_moves_no_visit_and_is_not_promised_to_be_passed_on(
    house: Guest, locale: str, says: str
) -> None:
    elena = await house.customer("C-1005", locale=locale)
    await elena.says(says)
    assert NOT_PASSED_ON[locale] in elena.text
    assert elena.turn["pending"] is None


@pytest.mark.parametrize(
    "says", ["tell him not to come", "dígale al técnico que no venga", "sag ihm, er soll wann anders kommen"]
)
async def test_who_wants_nobody_to_come_has_said_more_than_a_word_for_them(house: Guest, says: str) -> None:
    elena = await house.customer("C-1005")
    await elena.says(says)
    assert not any(words in elena.text for words in NOT_PASSED_ON.values())


@pytest.mark.parametrize(
    ("locale", "opens", "asks", "told"),
    [
        ("en", "I was charged twice for October", "how do i cancel", "If you say no"),
        ("es", "me cobraron dos veces octubre", "¿cómo lo cancelo?", "Si dice que no"),
        ("de", "mir wurde der oktober doppelt abgebucht", "wie kann ich das abbrechen?", "Wenn Sie Nein sagen"),
        ("fr", "j'ai été prélevé deux fois en octobre", "comment annuler ?", "Si vous dites non"),
    ],
)
async def test_how_to_cancel_asks_about_what_waits_for_a_yes_and_begins_nothing(
    house: Guest, locale: str, opens: str, asks: str, told: str
) -> None:
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(opens)
    await amira.says(asks)
    assert told in amira.text
    assert amira.pending[0] == "confirm"


@pytest.mark.parametrize(
    ("locale", "opens", "calls_off"),
    [
        ("en", "I need a technician visit", "how to cancel"),
        ("de", "ich brauche einen techniker", "wie kann ich das stornieren"),
        ("fr", "il me faut un technicien", "comment je fais pour l'annuler"),
    ],
)
async def test_what_is_called_off_without_a_name_is_what_is_spoken_of(
    house: Guest, locale: str, opens: str, calls_off: str
) -> None:
    elena = await house.customer("C-1005", locale=locale)
    await elena.says(opens)
    await elena.says(calls_off)
    assert elena.pending[:2] == ("confirm", "erp.cancel_appointment")


@pytest.mark.parametrize(
    ("locale", "asks", "away"),
    [
        ("en", "when's my visit?", "tell him not to come"),
        ("es", "¿cuándo viene el técnico?", "que no venga"),
        ("de", "wann kommt der techniker", "er braucht nicht zu kommen"),
        ("fr", "quand vient le technicien ?", "dites-lui de ne pas venir"),
        ("hi", "technician kab aayega", "usko mana kar do"),
    ],
)
async def test_that_nobody_is_to_come_calls_the_visit_off_that_was_spoken_of(
    house: Guest, locale: str, asks: str, away: str
) -> None:
    elena = await house.customer("C-1005", locale=locale)
    await elena.says(asks)
    await elena.says(away)
    assert elena.pending[:2] == ("confirm", "erp.cancel_appointment")


async def test_a_question_that_was_not_answered_is_not_put_in_the_very_same_words(house: Guest) -> None:
    elena = await house.customer("C-1005")
    await elena.says("I need a technician visit")
    first = elena.text
    await elena.says("tomorrow morning")
    assert elena.text != first
    assert "keep it" in elena.text


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "no thanks, i was just looking around"),
        ("fr", "non merci, je regardais juste"),
        ("es", "no gracias, solo miraba"),
    ],
)
async def test_a_polite_no_after_something_was_told_is_met_with_no_apology(
    house: Guest, locale: str, words: str
) -> None:
    ben = await house.customer("C-1002", locale=locale)
    await ben.says(
        {"en": "what do your plans cost", "fr": "combien coûtent vos forfaits", "es": "¿cuánto cuestan sus planes?"}[
            locale
        ]
    )
    await ben.says(words)
    assert not any(sorry in ben.text for sorry in ("sorry", "désolé", "siento"))
