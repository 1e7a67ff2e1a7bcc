"""Spanish and Hindi as people write and say it: by ear, with a greeting in front, with what they do not mean."""

import pytest

from domain.calls import Pending
from domain.ids import PendingId
from tests.understanding.conftest import Read

REFUND = Pending(PendingId("1"), "confirm", "refund $39.99 to your card", "payments.refund_payment", {})


def _wish(read: Read, words: str, locale: str) -> str:
    heard = read(words, locale)
    return heard.intents[0].name if heard.intents else ""


@pytest.mark.parametrize(
    ("locale", "words", "wish"),
    [
        ("es", "kuando yega mi pakete", "scheduling.track_order"),
        ("es", "debuelbanme la plata del kobro doble", "billing.refund_duplicate_charge"),
        ("hi", "mera intarnet bahut deema chal raha", "troubleshooting.slow_connection"),
    ],
)
def test_words_that_are_written_by_ear_are_known(read: Read, locale: str, words: str, wish: str) -> None:
    assert _wish(read, words, locale) == wish


@pytest.mark.parametrize(
    ("locale", "words", "wish"),
    [
        ("es", "buenas noches quisiera otra línea en casa de mi suegra", "retention.request_contract_change"),
        ("es", "hola, en el sótano no hay señal de wifi", "troubleshooting.no_connection"),
        ("es", "que no es la contraseña, es que no hay internet", "troubleshooting.no_connection"),
        ("es", "el viernes que no manden al técnico, no estaré", "scheduling.reschedule_visit"),
        ("hi", "mangalvar ko technician mat bhejiyega, hum bahar honge", "scheduling.reschedule_visit"),
        ("hi", "शुक्रवार को तकनीशियन मत भेजिए, हम बाहर रहेंगे", "scheduling.reschedule_visit"),
        ("es", "¿hay alguien que me pueda resetear el módem?", "troubleshooting.restart_router"),
    ],
)
def test_a_wish_is_found_behind_a_greeting_and_beside_what_is_not_meant(
    read: Read, locale: str, words: str, wish: str
) -> None:
    heard = read(words, locale)
    assert not heard.wants_person
    assert heard.intents[0].name == wish


@pytest.mark.parametrize("words", ["que alguien me llame", "¿hay alguien que me atienda?", "que me ayude alguien real"])
def test_who_wants_somebody_to_talk_to_still_gets_a_person(read: Read, words: str) -> None:
    assert read(words, "es").wants_person


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("es", "estoy harta, he llamado cuatro veces y no me hacen caso"),
        ("hi", "paanch baar phone kiya, koi sunta hi nahi, had ho gayi"),
    ],
)
def test_who_is_angry_about_calls_of_their_own_is_not_asked_about_messages(read: Read, locale: str, words: str) -> None:
    assert _wish(read, words, locale) != "retention.stop_messages"


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("es", "espere, ¿a qué cuenta va?"),
        ("hi", "ruko, pehle batao kis khate mein aayega"),
        ("hi", "रुकिए, पहले बताइए किस कार्ड पर आएगा"),
    ],
)
def test_who_asks_for_a_moment_to_ask_something_takes_nothing_back(read: Read, locale: str, words: str) -> None:
    heard = read(words, locale, REFUND)
    assert heard.answer == "other"
    assert not heard.changes_mind


@pytest.mark.parametrize(
    ("words", "answer"), [("haan, pata kar lo", "yes"), ("हाँ, देख लीजिए", "yes"), ("haan pata hai", "other")]
)
def test_a_yes_may_say_find_out(read: Read, words: str, answer: str) -> None:
    assert read(words, "hi", REFUND).answer == answer


@pytest.mark.parametrize("words", ["dusra bhej dijiye", "दूसरा भेज दीजिए", "doosra dikhao"])
def test_another_one_to_be_sent_is_not_the_second_on_offer(read: Read, words: str) -> None:
    assert read(words, "hi").first("ordinal") is None
    assert read("doosra wala", "hi").first("ordinal") is not None


@pytest.mark.parametrize(
    ("locale", "words"),
    [("hi", "बुधवार को सुबह नहीं, शाम को"), ("es", "el miércoles por la mañana no, por la tarde sí")],
)
def test_a_day_of_which_only_a_part_is_excluded_stays_wanted(read: Read, locale: str, words: str) -> None:
    said = read(words, locale).first("availability")
    assert said is not None
    assert said.value["days"] == ["2026-11-25"]
    assert said.value["not_parts"] == ["morning"]


def test_a_spanish_answer_in_words_that_look_french_stays_spanish(read: Read) -> None:
    assert read("en tres veces me va bien", "es").locale == "es"


@pytest.mark.parametrize(
    "text", ["je n'ai plus internet depuis hier", "nous n'avons plus internet", "il n'y a plus internet ici"]
)
def test_a_french_no_more_joins_no_second_wish(read: Read, text: str) -> None:
    assert [each.name for each in read(text, "fr").intents] == ["troubleshooting.no_connection"]
