"""Sentiment and sensitive topics."""

import pytest

from policy.engines.bundle import load_bundle
from understanding.dialogue.sentiment import measure_sentiment
from understanding.dialogue.topics import find_topics
from understanding.language.text import clean

SOURING = load_bundle().data["escalation"]["default"]["anger"]["souring_sentiment"]
"""From here on a conversation that turns for the worse goes to a person."""


@pytest.mark.parametrize(
    "text",
    [
        "you useless idiots", "this is ridiculous and unacceptable", "WHY IS MY INTERNET DOWN AGAIN",
        "for the third time, fix it", "😡",
        "es una vergüenza, estoy harto", "Das ist eine Frechheit, mir reicht's",
        "c'est inadmissible, j'en ai marre", "aap log bakwas ho, main pareshan hoon",
        "बहुत घटिया और बेकार", "por tercera vez", "zum dritten Mal", "pour la troisième fois",
        "teesri baar bol raha hoon", "not good at all",
    ],
)  # fmt: skip
def test_anger_is_negative(text: str):
    assert measure_sentiment(text) < -0.1


@pytest.mark.parametrize(
    "text",
    [
        "no thanks, i was just having a look",
        "no gracias, ahora no",
        "nein danke",
        "non merci, pas maintenant",
        "nahi shukriya",
    ],
)
def test_a_polite_no_is_no_displeasure(text: str):
    assert measure_sentiment(text) >= 0


@pytest.mark.parametrize(
    "text",
    [
        "thank you so much, that was great", "muchas gracias, perfecto", "danke, super", "merci, parfait",
        "धन्यवाद, बढ़िया",
    ],
)  # fmt: skip
def test_pleasure_is_positive(text: str):
    assert measure_sentiment(text) > 0.2


@pytest.mark.parametrize(
    "text",
    [
        "my internet is down", "move my visit to Friday", "", "P-5002", "USD", "quiero pagar mi factura",
    ],
)  # fmt: skip
def test_a_plain_wish_is_neutral(text: str):
    assert measure_sentiment(text) == 0


def test_saying_the_same_again_is_worse_than_saying_it_once():
    said = "my internet does not work"
    assert measure_sentiment(said, (said,)) < measure_sentiment(said, ("how are you today",))


def test_sentiment_stays_within_its_range():
    assert measure_sentiment("fucking useless idiots, hate this shit, worst ever!!! " * 20) == -1
    assert measure_sentiment("thanks great perfect wonderful :) " * 20) <= 1


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("my father passed away last week", "bereavement"), ("mi padre falleció", "bereavement"),
        ("mein Mann ist verstorben", "bereavement"),
        ("mon mari est décédé", "bereavement"), ("मेरे पिता का देहांत हो गया", "bereavement"),
        ("mere papa guzar gaye", "bereavement"),
        ("I will sue you", "legal_threat"), ("voy a demandarles", "legal_threat"),
        ("ich schalte meinen Anwalt ein", "legal_threat"),
        ("je vais porter plainte", "legal_threat"), ("vakil se baat karunga", "legal_threat"),
        ("I'll complain to the FCC", "regulator"), ("Bundesnetzagentur", "regulator"),
        ("I'm going to the press", "press"), ("soy periodista", "press"),
        ("I want to kill myself", "self_harm"), ("quiero morir", "self_harm"),
        ("ich will nicht mehr leben", "self_harm"), ("je veux mourir", "self_harm"),
        ("I have a medical alarm on this line", "medical_alarm"), ("my mother is on oxygen", "vulnerable"),
        ("Hausnotruf", "medical_alarm"), ("mi colgante de emergencia no llama", "medical_alarm"),
        ("le bracelet d'alerte de ma mère", "medical_alarm"), ("मेरा मेडिकल अलार्म इसी लाइन पर है", "medical_alarm"),
    ],
)  # fmt: skip
def test_a_sensitive_topic_is_named(text: str, topic: str):
    assert find_topics(clean(text)) == (topic,)


@pytest.mark.parametrize(
    "text",
    [
        "my phone is dead", "this is killing me", "my internet died", "the battery died",
        "I'm dying to know", "press the button", "the deadline passed",
        "muerto de risa", "mein Internet ist tot", "la ligne est morte", "consumo de datos",
        "kill the subscription", "my router passed away lol",
        "the news channel doesn't work", "legal name change", "my alarm clock", "I need to hang up",
    ],
)  # fmt: skip
def test_what_only_sounds_sensitive_is_not(text: str):
    assert find_topics(clean(text)) == ()


@pytest.mark.parametrize(
    "text", ["I HAVE A QUESTION ABOUT MY BILL", "HABE EINE FRAGE ZUR RECHNUNG", "asdf ;;; DROP TABLE"]
)
def test_who_writes_in_capitals_is_not_angry_for_that_and_who_is_angry_is_more_so(text: str) -> None:
    assert measure_sentiment(text) > SOURING
    assert measure_sentiment("THIS IS A DISGRACE") < min(SOURING, measure_sentiment("this is a disgrace"))
