"""What customers say in the middle of something else: asked back, dropped, resented or said to be well again."""

import pytest

from tests.understanding.conftest import Read
from understanding.acts.pausing import pauses
from understanding.dialogue.answers import read_answer
from understanding.dialogue.puzzled import is_puzzled
from understanding.dialogue.returning import says_it_works_again
from understanding.dialogue.sentiment import measure_sentiment
from understanding.dialogue.social import asks_how_long, asks_something, says_goodbye, social_intent
from understanding.language.detection import detect_language
from understanding.language.text import clean
from understanding.reader import ReadContext

TOLD = ReadContext(currency="USD", said="told")


@pytest.mark.parametrize(
    ("words", "locale"),
    [
        ("and who will be coming?", "en"),
        ("what day is the technician going to come?", "en"),
        ("oiga, ¿quién viene a la visita?", "es"),
        ("und wer kommt da genau?", "de"),
        ("et c'est qui qui vient ?", "fr"),
        ("कौन आने वाला है, बताएँगे?", "hi"),
    ],
)
def test_who_comes_and_when_is_asked_of_the_booked_visit(read: Read, words: str, locale: str) -> None:
    heard = read(words, locale, context=TOLD)
    assert [intent.name for intent in heard.intents][:1] == ["scheduling.track_technician"], heard.intents


@pytest.mark.parametrize(
    ("words", "locale"),
    [
        ("look at my bill with me and send a technician over", "en"),
        ("no entiendo mi factura, y que venga un técnico", "es"),
        ("détaillez-moi la facture et faites passer un technicien", "fr"),
    ],
)
def test_a_technician_is_wished_for_beside_a_bill(read: Read, words: str, locale: str) -> None:
    names = {intent.name for intent in read(words, locale).intents}
    assert names == {"billing.explain_bill", "scheduling.book_visit"}


@pytest.mark.parametrize(
    ("words", "locale"),
    [
        ("ya no, olvídalo, sigo con ustedes", "es"),
        ("lass mal, vergiss es, ich behalte es", "de"),
        ("bon non, oubliez ça, je continue chez vous", "fr"),
        ("nah, forget that, I'll keep it", "en"),
    ],
)
def test_who_says_forget_it_has_forgotten_no_password(read: Read, words: str, locale: str) -> None:
    names = {intent.name for intent in read(words, locale).intents if intent.confidence >= 0.35}
    assert not {name for name in names if "password" in name}


@pytest.mark.parametrize(
    ("words", "locale"),
    [
        ("hold on, how long does my line stay up then?", "en"),
        ("un momento, ¿cuánto tiempo me quedaría línea?", "es"),
        ("warten Sie, wie lange läuft der Anschluss dann noch?", "de"),
        ("une seconde, ma ligne marcherait jusqu'à quand ?", "fr"),
    ],
)
def test_a_pause_before_a_question_takes_nothing_back(read: Read, words: str, locale: str) -> None:
    heard = read(words, locale, context=ReadContext(currency="USD", current_procedure="retention.cancel_subscription"))
    assert (heard.answer, heard.changes_mind, heard.act) == ("other", False, "question")
    assert not pauses(heard)


def test_a_pause_before_a_change_of_mind_still_takes_it_back() -> None:
    assert read_answer("wait, don't do it", None, ()).answer == "no"


@pytest.mark.parametrize(
    "words",
    [
        "it's working again, great",
        "we're online again",
        "ya funciona de nuevo",
        "alles läuft wieder, vielen Dank",
        "internet est revenu",
        "अब इंटरनेट वापस आ गया",
        "net phir se chal gaya",
    ],
)
def test_it_works_again_is_said_whatever_was_seen_to(words: str) -> None:
    assert says_it_works_again(clean(words))


@pytest.mark.parametrize(
    "words",
    [
        "is it working again?",
        "it does not work again",
        "it went down again",
        "es geht wieder nicht",
        "ça ne remarche pas",
        "no vuelve a funcionar",
        "फिर से बंद हो गया",
        "I'm back from holiday and want to cancel",
    ],
)
def test_what_is_not_well_again_is_no_such_news(words: str) -> None:
    assert not says_it_works_again(clean(words))


@pytest.mark.parametrize(
    "words",
    [
        "so geht das nicht, das ist unzumutbar",
        "यह बर्दाश्त नहीं होगा",
        "esto es intolerable",
        "this is not good enough",
        "ce n'est pas acceptable",
        "mujhe ye manzoor nahi",
    ],
)
def test_indignation_is_heard_as_a_mood(words: str) -> None:
    assert measure_sentiment(clean(words), ()) < 0


@pytest.mark.parametrize(
    "words",
    [
        "which slots did you offer? say them again please",
        "what were my options",
        "¿qué horas había?",
        "welche Termine gab es nochmal",
        "c'était quoi les horaires déjà",
        "कौन से समय थे",
    ],
)
def test_the_choices_are_asked_for_again(words: str) -> None:
    parts = [words, *words.split("? ")]
    assert any(is_puzzled(clean(part)) for part in parts)


@pytest.mark.parametrize(
    "words",
    ["till when is nobody there?", "any progress?", "¿hasta cuándo?", "bis wann denn?", "jusqu'à quand ?", "कब तक?"],
)
def test_who_waits_asks_how_it_stands(words: str) -> None:
    assert asks_how_long(clean(words))
    assert asks_something(clean(words))
    assert not asks_something("ok thank you")


@pytest.mark.parametrize(
    ("words", "manner"),
    [
        ("einen schönen guten Morgen", "greeting"),
        ("muy buenas", "greeting"),
        ("शुभ प्रभात", "greeting"),
        ("alles klar, wir hören uns", "goodbye"),
        ("vale, nos vemos", "goodbye"),
        ("bon, à la prochaine", "goodbye"),
        ("ठीक है, फिर मिलते हैं", "goodbye"),
        ("and what are you there for?", "what_you_can_do"),
        ("wofür sind Sie denn da?", "what_you_can_do"),
        ("तो तुम करते क्या हो", "what_you_can_do"),
    ],
)
def test_manners_are_heard_in_their_many_forms(words: str, manner: str) -> None:
    assert social_intent(clean(words)) == manner


def test_who_says_goodbye_is_told_from_who_says_that_this_is_all() -> None:
    assert says_goodbye("ok then, see you")
    assert not says_goodbye("no, that was all")


@pytest.mark.parametrize(
    "words", ["will you send me a reminder?", "can you text me a reminder of the visit", "¿me avisarán?"]
)
def test_who_asks_to_be_reminded_wants_no_silence(read: Read, words: str) -> None:
    assert "retention.stop_messages" not in {intent.name for intent in read(words).intents}


@pytest.mark.parametrize(
    ("words", "locale"),
    [("on a dit quoi ?", "fr"), ("on a combien ?", "fr"), ("a las dos no", "es"), ("am Montag", "de")],
)
def test_words_that_english_shares_do_not_turn_the_conversation_english(words: str, locale: str) -> None:
    assert detect_language(words, locale) == locale
