"""Amounts, days, times and addresses as customers say them, from the message to what is put to them."""

from datetime import date, datetime

import pytest

from tests.house_guest import Guest, Talk

OPENING = {
    "en": "I'd like to move my technician visit",
    "es": "quisiera cambiar la visita del técnico",
    "de": "ich möchte meinen Technikertermin verschieben",
    "fr": "je voudrais déplacer la visite du technicien",
}
NO_DAY = {
    "en": ["bananas", "the blue one", "31 april", "february 30th", "well you know", "what a mess"],
    "es": ["plátano", "31 de abril", "el treinta de febrero"],
    "de": ["Banane", "31. April", "am 30. Februar"],
}
SUMS = [  # customer, words, tool, what stands in its arguments
    ("C-1004", "en", "please refund 12 dollars and 5 cents of P-5041", 1205),
    ("C-1004", "en", "please refund thirty dollars and ninety cents from P-5041", 3090),
    ("C-1004", "es", "quiero que me devuelvan treinta dólares con noventa centavos del P-5041", 3090),
    ("C-1004", "de", "bitte erstatten Sie dreißig Dollar und neunzig Cent von P-5041", 3090),
    ("C-1004", "en", "refund five percent of payment P-5041", 2250),
    ("C-1004", "en", "I want 5% of P-5041 refunded", 2250),
    ("C-1004", "es", "devuélvanme el 5 % del pago P-5041", 2250),
    ("C-1004", "de", "erstatten Sie mir fünf Prozent von P-5041", 2250),
    ("C-1004", "fr", "remboursez-moi un dixième du paiement P-5041", 4500),
    ("C-1004", "en", "a tenth of P-5041 should be refunded", 4500),
    ("C-1004", "en", "I do not want all of the 450 back, only 30 of P-5041 refunded", 3000),
]
ASKED = [  # words, and what the question names
    ("en", "refund €15 of P-5041", "USD"),
    ("en", "I would like fifteen pounds of P-5041 refunded", "USD"),
    ("es", "reembólsenme 15 euros del pago P-5041", "USD"),
    ("de", "bitte 15 Euro von P-5041 erstatten", "USD"),
    ("fr", "remboursez-moi 15 livres sterling du paiement P-5041", "USD"),
    ("en", "refund 25 or 35 dollars of P-5041", "35.00"),
    ("en", "refund between 25 and 35 dollars of P-5041", "35.00"),
    ("es", "devuélvanme 25 o 35 dólares del P-5041", "35"),
    ("de", "25 oder 35 Dollar von P-5041 erstatten bitte", "35"),
    ("en", "refund 900 dollars of P-5041", "450"),
    ("es", "reembolsen 900 dólares del pago P-5041", "450"),
    ("de", "erstatten Sie 900 Dollar der Zahlung P-5041", "450"),
]
DETAILS = [  # words, and the value that is put to the customer
    ("en", "my new email is siobhan.o'neill@example.com", "siobhan.o'neill@example.com"),
    ("en", "please change my e-mail address to d'arcy+post@example.co.uk", "d'arcy+post@example.co.uk"),
    ("es", "mi nuevo correo es n'golo.k@example.com", "n'golo.k@example.com"),
    ("de", "meine neue E-Mail-Adresse ist m.d'angelo@example.org", "m.d'angelo@example.org"),
    ("fr", "ma nouvelle adresse e-mail est l'huillier@example.fr", "l'huillier@example.fr"),
    ("en", "change my phone number to (212) 555-0142", "+12125550142"),
]
NO_NUMBERS = [
    ("en", "change my phone to +1 555 010 1234"),
    ("en", "my new phone number is 123456789012"),
    ("es", "cambien mi teléfono a +1 000 555 0123"),
    ("de", "meine neue Telefonnummer ist +49 1"),
    ("fr", "mon nouveau téléphone est le +33 0 11 22 33 44 55"),
]


def offered(talk: Talk) -> list[datetime]:
    """The times that were offered, from the numbers of the slots (SL-3yymmddhh)."""
    return [
        datetime.strptime(each[4:], "%y%m%d%H")  # noqa: DTZ007
        for each in (talk.turn["pending"] or {}).get("arguments", {}).get("choices", [])
    ]


async def answer_to_which_day(house: Guest, locale: str, words: str) -> Talk:
    elena = await house.customer("C-1005", locale=locale)
    await elena.says(OPENING[locale])
    assert elena.turn["pending"]["arguments"]["slot"] == "day"
    await elena.says(words)
    return elena


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "anything but tuesday, and no mornings"),
        ("es", "el martes no puedo, y por la mañana tampoco"),
        ("de", "jeder Tag außer Dienstag, aber nicht vormittags"),
        ("fr", "n'importe quand sauf le mardi et pas le matin"),
    ],
)
async def test_excluded_days_and_times_are_never_offered(house: Guest, locale: str, words: str) -> None:
    elena = await answer_to_which_day(house, locale, words)
    for _ in range(2):
        assert offered(elena), elena.text
        assert [at for at in offered(elena) if at.weekday() == 1 or at.hour < 12] == []
        await elena.says(
            {"en": "other times", "es": "otras horas", "de": "andere Termine", "fr": "d'autres horaires"}[locale]
        )


async def test_what_names_no_day_is_asked_about_and_not_taken_for_any(house: Guest) -> None:
    wrong: list[str] = []
    for locale, rows in NO_DAY.items():
        for words in rows:
            talk = await answer_to_which_day(house, locale, words)
            if (talk.turn["pending"] or {}).get("arguments", {}).get("slot") != "day":
                wrong.append(f"{locale}: {words!r} -> {talk.text[:90]}")
    assert wrong == []


@pytest.mark.parametrize("locale", ["en", "es", "de"])
async def test_a_time_in_the_answer_to_which_day_is_taken(house: Guest, locale: str) -> None:
    said = {"en": "{} at 3 pm", "es": "el {} a las tres de la tarde", "de": "am {} um fünfzehn Uhr"}[locale]
    elena = await answer_to_which_day(house, locale, {"en": "any day", "es": "me da igual", "de": "egal"}[locale])
    free = next(day for at in offered(elena) if (day := at.date()))
    later = next(day for n in range(1, 9) if (day := date.fromordinal(free.toordinal() + n)).weekday() < 5)
    written = {"en": f"{later:%B} {later.day}", "es": f"{later.day}/{later.month}", "de": f"{later.day}.{later.month}."}
    await elena.says(said.format(written[locale]))
    pending = elena.turn["pending"]
    chosen = pending["arguments"].get("slot_id") or pending["arguments"].get("choices", [""])[0]
    assert chosen.startswith(f"SL-3{later:%y%m%d}"), elena.text


async def test_sums_keep_their_cents_and_shares(house: Guest) -> None:
    wrong: list[str] = []
    for customer_id, locale, words, minor in SUMS:
        talk = await house.customer(customer_id, locale=locale, auth_level="strong")
        await talk.says(words)
        arguments = (talk.turn["pending"] or {}).get("arguments", {})
        if arguments.get("amount_minor") != minor:
            wrong.append(f"{words!r}: {arguments} {talk.text[:80]}")
    assert wrong == []


async def test_another_currency_two_sums_and_too_much_are_asked_about(house: Guest) -> None:
    wrong: list[str] = []
    for locale, words, named in ASKED:
        talk = await house.customer("C-1004", locale=locale, auth_level="strong")
        await talk.says(words)
        if talk.pending[0] != "slot" or named not in talk.text:
            wrong.append(f"{words!r}: {talk.pending} {talk.text[:120]}")
    assert wrong == []


async def test_addresses_and_numbers_are_taken_whole_or_said_to_be_none(house: Guest) -> None:
    wrong: list[str] = []
    for locale, words, value in DETAILS:
        talk = await house.customer("C-1012", locale=locale, auth_level="strong")
        await talk.says(words)
        if (talk.turn["pending"] or {}).get("arguments", {}).get("value") != value:
            wrong.append(f"{words!r}: {talk.turn['pending']} {talk.text[:80]}")
    for locale, words in NO_NUMBERS:
        talk = await house.customer("C-1012", locale=locale, auth_level="strong")
        await talk.says(words)
        if (talk.turn["pending"] or {}).get("arguments", {}).get("slot") != "new_phone":
            wrong.append(f"{words!r}: {talk.turn['pending']} {talk.text[:80]}")
    assert wrong == []


@pytest.mark.parametrize(
    ("locale", "first", "then"),
    [
        ("en", "change my phone to +1 212 555 0123", "oh no, I mistyped: +1 212 555 0177"),
        ("en", "change my phone to +1 212 555 0123", "sorry, it should be +1 212 555 0177"),
        ("es", "cambien mi teléfono al +1 212 555 0123", "perdón, es el +1 212 555 0177"),
        ("de", "meine neue Telefonnummer ist +1 212 555 0123", "Entschuldigung, falsch: +1 212 555 0177"),
        ("fr", "mon nouveau numéro de téléphone est le +1 212 555 0123", "pardon, c'est le +1 212 555 0177"),
    ],
)
async def test_a_corrected_number_takes_the_place_of_the_wrong_one(
    house: Guest, locale: str, first: str, then: str
) -> None:
    liam = await house.customer("C-1012", locale=locale, auth_level="strong")
    await liam.says(first)
    assert liam.turn["pending"]["arguments"]["value"] == "+12125550123"
    await liam.says(then)
    assert liam.turn["pending"]["arguments"]["value"] == "+12125550177"
    assert await liam.done() == []
