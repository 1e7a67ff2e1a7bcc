"""Days, times, amounts and places in a list as people say them in five languages, from Friday, 20 November 2026."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.understanding.conftest import Read
from understanding.entities.amounts import find_amounts
from understanding.entities.clock_times import find_times
from understanding.entities.dates import customer_today, find_dates
from understanding.entities.identifiers import find_identifiers
from understanding.language.text import clean
from understanding.reader import ReadContext

FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)

DAYS = {
    "en": [
        ("next Tuesday works", "2026-11-24"),
        ("in a fortnight", "2026-12-04"),
        ("a week on Monday", "2026-11-30"),
        ("Monday week", "2026-11-30"),
        ("the 3rd of December", "2026-12-03"),
        ("Dec. 3rd", "2026-12-03"),
        ("a week from Tuesday", "2026-12-01"),
        ("this Saturday", "2026-11-21"),
        ("in two days", "2026-11-22"),
        ("in a couple of days", "2026-11-22"),
        ("no, the 14th", "2026-12-14"),
        ("make it Thursday instead", "2026-11-26"),
        ("tmrw", "2026-11-21"),
        ("on the twenty fourth", "2026-11-24"),
        ("12/3", "2026-12-03"),
        ("a week today", "2026-11-27"),
        ("in ten days' time", "2026-11-30"),
        ("two weeks from now", "2026-12-04"),
        ("the day before yesterday", "2026-11-18"),
        ("three days ago", "2026-11-17"),
        ("last Monday", "2026-11-16"),
    ],
    "de": [
        ("übermorgen", "2026-11-22"),
        ("nächsten Dienstag", "2026-11-24"),
        ("in vierzehn Tagen", "2026-12-04"),
        ("nein, der Vierzehnte", "2026-12-14"),
        ("am vierundzwanzigsten", "2026-11-24"),
        ("am 3.12.", "2026-12-03"),
        ("3. Dezember", "2026-12-03"),
        ("heute in einer Woche", "2026-11-27"),
        ("Montag in einer Woche", "2026-11-30"),
        ("lieber am Freitag", "2026-11-27"),
        ("in zwei Wochen", "2026-12-04"),
        ("vorgestern", "2026-11-18"),
        ("vor drei Tagen", "2026-11-17"),
        ("am Do", "2026-11-26"),
        ("der dritte Dezember", "2026-12-03"),
    ],
    "es": [
        ("pasado mañana", "2026-11-22"),
        ("el martes que viene", "2026-11-24"),
        ("mejor el viernes", "2026-11-27"),
        ("en quince días", "2026-12-04"),
        ("dentro de dos semanas", "2026-12-04"),
        ("el 3 de diciembre", "2026-12-03"),
        ("no, el catorce", "2026-12-14"),
        ("de hoy en ocho", "2026-11-27"),
        ("en una semana", "2026-11-27"),
        ("anteayer", "2026-11-18"),
        ("hace tres días", "2026-11-17"),
        ("el lunes próximo", "2026-11-23"),
    ],
    "fr": [
        ("le 3", "2026-12-03"),
        ("mardi prochain", "2026-11-24"),
        ("dans quinze jours", "2026-12-04"),
        ("d'ici une semaine", "2026-11-27"),
        ("le premier décembre", "2026-12-01"),
        ("le 3 décembre", "2026-12-03"),
        ("plutôt vendredi", "2026-11-27"),
        ("lundi en huit", "2026-11-30"),
        ("avant-hier", "2026-11-18"),
        ("il y a trois jours", "2026-11-17"),
        ("non, le quatorze", "2026-12-14"),
        ("après demain", "2026-11-22"),
    ],
    "hi": [
        ("parson", "2026-11-22"),
        ("परसों", "2026-11-22"),
        ("agle mangalvar", "2026-11-24"),
        ("do hafte baad", "2026-12-04"),
        ("teen din baad", "2026-11-23"),
        ("3 disambar", "2026-12-03"),
        ("3 दिसंबर को", "2026-12-03"),
        ("14 tarikh ko", "2026-12-14"),
        ("nahi, shukravar ko", "2026-11-27"),
        ("एक हफ्ते बाद", "2026-11-27"),
        ("अगले सोमवार", "2026-11-23"),
        ("chaudah tarikh", "2026-12-14"),
    ],
}
NO_DAYS = {
    "en": [
        "may I ask",
        "for a second",
        "the second one",
        "I have 3 routers",
        "half past nine",
        "sun is shining",
        "I march on",
        "sat on the sofa",
        "he wed her",
    ],
    "de": ["guten Morgen", "morgens", "zum ersten Mal", "der zweite", "so ist das", "do ist zu"],
    "es": ["por la mañana", "la segunda opción", "el mar está en calma", "a las tres"],
    "fr": ["le deuxième", "à 3 heures", "mon mar est là", "le dernier"],
    "hi": ["do baar", "teesra wala", "mera bill"],
}
TIMES = {
    "en": [
        ("half past nine", "09:30"),
        ("quarter to ten", "09:45"),
        ("a quarter past 3", "15:15"),
        ("ten thirty", "10:30"),
        ("three in the afternoon", "15:00"),
        ("at noon", "12:00"),
        ("10 o'clock", "10:00"),
        ("8 in the morning", "08:00"),
        ("half nine", "09:30"),
        ("at 4.30pm", "16:30"),
        ("7 in the evening", "19:00"),
    ],
    "de": [
        ("halb zehn", "09:30"),
        ("um halb drei", "14:30"),
        ("Viertel nach neun", "09:15"),
        ("Viertel vor zehn", "09:45"),
        ("drei viertel zehn", "09:45"),
        ("um neun", "09:00"),
        ("15 Uhr 30", "15:30"),
        ("neun Uhr", "09:00"),
        ("um drei nachmittags", "15:00"),
        ("um 8 Uhr abends", "20:00"),
    ],
    "es": [
        ("a las nueve y media", "09:30"),
        ("las diez menos cuarto", "09:45"),
        ("a las tres y cuarto", "15:15"),
        ("a las nueve de la mañana", "09:00"),
        ("a las 8 de la noche", "20:00"),
        ("a las diez", "10:00"),
        ("las cuatro y media de la tarde", "16:30"),
    ],
    "fr": [
        ("neuf heures et demie", "09:30"),
        ("dix heures moins le quart", "09:45"),
        ("9h30", "09:30"),
        ("à neuf heures", "09:00"),
        ("trois heures de l'après-midi", "15:00"),
        ("quinze heures", "15:00"),
        ("à huit heures du soir", "20:00"),
        ("neuf heures et quart", "09:15"),
        ("vers midi", "12:00"),
    ],
    "hi": [
        ("saade nau baje", "09:30"),
        ("साढ़े नौ बजे", "09:30"),
        ("nau baje subah", "09:00"),
        ("sava nau baje", "09:15"),
        ("paune das baje", "09:45"),
        ("shaam ko saat baje", "19:00"),
        ("dedh baje", "13:30"),
        ("dhai baje", "14:30"),
        ("दस बजे", "10:00"),
        ("sham 5 baje", "17:00"),
    ],
}
AMOUNTS = {
    "en": [
        ("forty bucks", 4000),
        ("40.50", 4050),
        ("$1,200.00", 120000),
        ("twenty five dollars", 2500),
        ("a hundred dollars", 10000),
        ("20 quid", 2000),
        ("forty dollars and fifty cents", 4050),
        ("USD 15", 1500),
        ("a thousand euros", 100000),
        ("1.5k dollars", 150000),
    ],
    "de": [
        ("40,50 €", 4050),
        ("1.200,00 Euro", 120000),
        ("vierzig Euro", 4000),
        ("fünfundzwanzig Euro", 2500),
        ("hundert Euro", 10000),
        ("20 Euro 50", 2050),
        ("dreißig Euro fünfzig", 3050),
        ("zweihundert Euro", 20000),
    ],
    "es": [
        ("cuarenta euros", 4000),
        ("40,50 €", 4050),
        ("1.200,00", 120000),
        ("cien dólares", 10000),
        ("treinta y nueve dólares", 3900),
        ("veinticinco pesos", 2500),
        ("doscientos euros", 20000),
    ],
    "fr": [
        ("quarante euros", 4000),
        ("40,50 €", 4050),
        ("1 200,00 €", 120000),
        ("cent euros", 10000),
        ("vingt-cinq euros", 2500),
        ("40€50", 4050),
        ("quatre-vingt-dix euros", 9000),
        ("deux cents euros", 20000),
    ],
    "hi": [
        ("Rs 500", 50000),
        ("500 rupaye", 50000),
        ("paanch sau rupaye", 50000),
        ("₹1,200", 120000),
        ("पाँच सौ रुपये", 50000),
        ("चालीस रुपये", 4000),
        ("chalis rupaye", 4000),
        ("ek hazaar rupaye", 100000),
        ("dhai sau rupaye", 25000),
        ("₹1,20,000", 12000000),
    ],
}
PLACES = {
    "en": [
        ("the second one", 2),
        ("2nd please", 2),
        ("the last one", -1),
        ("number three", 3),
        ("I'll take the first", 1),
        ("first", 1),
        ("the third slot", 3),
        ("option two", 2),
        ("the final one", -1),
        ("the latter", -1),
        ("the former", 1),
    ],
    "de": [
        ("die zweite", 2),
        ("den letzten", -1),
        ("Nummer drei", 3),
        ("das erste bitte", 1),
        ("die letzte bitte", -1),
        ("Option 2", 2),
        ("den dritten Termin", 3),
        ("ersteres", 1),
    ],
    "es": [
        ("la segunda", 2),
        ("el último", -1),
        ("la número tres", 3),
        ("el primero por favor", 1),
        ("la última por favor", -1),
        ("opción 2", 2),
        ("el tercero", 3),
    ],
    "fr": [
        ("la deuxième", 2),
        ("le dernier", -1),
        ("le numéro trois", 3),
        ("la première s'il vous plaît", 1),
        ("la dernière svp", -1),
        ("l'option 2", 2),
        ("le troisième", 3),
    ],
    "hi": [
        ("doosra wala", 2),
        ("aakhri wala", -1),
        ("teen number", 3),
        ("pehla", 1),
        ("दूसरा वाला", 2),
        ("आखिरी वाला", -1),
        ("number do", 2),
        ("तीसरा", 3),
    ],
}


def days(text: str, locale: str) -> list[object]:
    today = customer_today(FRIDAY, "America/New_York", locale, "USD")
    return [entity.value for entity in find_dates(clean(text), today)]


def missed(table: dict[str, list[tuple[str, object]]], read: Callable[[str, str], list[object]]) -> list[str]:
    return [
        f"{locale}: {text!r} is {wanted}, read as {found}"
        for locale, rows in table.items()
        for text, wanted in rows
        if (found := read(text, locale)) != [wanted]
    ]


def test_days_are_found_in_every_language():
    assert missed(DAYS, days) == []


def test_words_that_only_look_like_days_are_none():
    found = {text: days(text, locale) for locale, texts in NO_DAYS.items() for text in texts}
    assert {text: read for text, read in found.items() if read} == {}


def test_times_are_found_in_every_language():
    assert missed(TIMES, lambda text, _: [entity.value for entity in find_times(clean(text))]) == []


def test_amounts_are_found_in_every_language():
    assert missed(AMOUNTS, lambda text, _: [entity.value for entity in find_amounts(clean(text))]) == []


def test_places_in_a_list_are_found_in_every_language():
    def places(text: str, _: str) -> list[object]:
        return [entity.value for entity in find_identifiers(clean(text), "USD") if entity.kind == "ordinal"]

    assert missed(PLACES, places) == []


HOW_MANY = ReadContext(currency="USD", current_procedure="billing.lend_thing", asks=("number",))


@pytest.mark.parametrize(
    ("locale", "words", "number"),
    [
        ("en", "for 3 days", 3),
        ("en", "three", 3),
        ("en", "twenty-two please", 22),
        ("de", "so etwa drei Tage", 3),
        ("de", "einen Tag", 1),
        ("es", "unos cinco días", 5),
        ("fr", "une", 1),
        ("fr", "2,5", 2.5),
        ("hi", "तीन दिन", 3),
        ("hi", "do din", 2),
    ],
)
def test_a_number_that_was_asked_for_is_taken_in_figures_and_in_words(
    read: Read, locale: str, words: str, number: float
) -> None:
    found = read(words, locale, context=HOW_MANY).first("number")
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "3 or 4"), ("en", "not 2"), ("en", "a few"), ("de", "weiß ich nicht"), ("fr", "deux ou trois jours")],
)
def test_of_several_numbers_and_of_none_no_number_is_taken(read: Read, locale: str, words: str) -> None:
    assert read(words, locale, context=HOW_MANY).first("number") is None


def test_a_number_that_nobody_asked_for_is_none(read: Read) -> None:
    assert read("for 3 days").first("number") is None
