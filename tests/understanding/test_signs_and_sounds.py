"""Signs and sounds: a thumb answers, a hum does not, and wanting things left as they are is a no."""

import pytest

from domain.calls import Pending
from domain.ids import PendingId
from tests.understanding.conftest import Read
from understanding.reader import ReadContext

REFUND = Pending(
    PendingId("1"), "confirm", "refund $39.99 to your card", "payments.refund_payment", {"amount_minor": 3999}
)
ASKED = ReadContext(currency="USD", current_procedure="scheduling.reschedule_visit", said="asked")


@pytest.mark.parametrize(
    ("sign", "answer"),
    [
        ("👎", "no"),
        ("👎🏾", "no"),
        ("🙅‍♀️", "no"),
        ("🚫", "no"),
        ("❎", "no"),
        ("👍", "yes"),
        ("👌🏻", "yes"),
        ("🆗", "yes"),
        ("🤷", "other"),
    ],
)
def test_a_sign_answers_what_is_pending_and_is_no_mood(read: Read, sign: str, answer: str):
    heard = read(sign, pending=REFUND, context=ASKED)
    assert heard.answer == answer
    assert answer == "other" or heard.sentiment == 0.0


@pytest.mark.parametrize("sound", ["mhm", "mm-hm", "hmm", "mmm", "hm, hm", "Mmhm."])
def test_a_hum_is_no_yes(read: Read, sound: str):
    assert read(sound, pending=REFUND, context=ASKED).answer == "other"


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "let's stick with the old one"),
        ("en", "I'd rather keep what I had"),
        ("en", "well then, leave it be"),
        ("es", "mejor me quedo como estoy"),
        ("es", "pues déjelo tal cual"),
        ("es", "que siga igual"),
        ("de", "dann bleiben wir beim bisherigen Plan"),
        ("de", "ich behalte lieber das alte"),
        ("de", "keins davon"),
        ("fr", "je garde ce que j'ai"),
        ("fr", "laissez tout comme avant"),
        ("fr", "aucune des deux"),
        ("hi", "पुराना वाला ही ठीक रहेगा"),
        ("hi", "jaisa pehle tha waisa hi rehne dijiye"),
    ],
)
def test_wanting_things_left_as_they_are_is_a_no(read: Read, locale: str, text: str):
    for pending in (REFUND, None):
        heard = read(text, locale, pending, ASKED)
        assert heard.answer == "no", pending
        assert not [each for each in heard.intents if "." in each.name]


@pytest.mark.parametrize(
    "text", ["only 30", "just 12,50 then", "nur 20", "solo 15", "seulement 8", "sirf 25", "make it 10"]
)
def test_a_bare_figure_is_a_sum_where_a_sum_waits(read: Read, text: str):
    heard = read(text, pending=REFUND, context=ASKED)
    assert [each.kind for each in heard.entities] == ["amount"]
    assert heard.answer != "yes"


@pytest.mark.parametrize(
    ("locale", "text", "act"),
    [
        ("en", "the second", "answer"),
        ("fr", "la seconde", "answer"),
        ("es", "el segundo", "answer"),
        ("en", "one second", "hold"),
        ("en", "one second, the kids are shouting", "hold"),
        ("es", "un segundo", "hold"),
        ("hi", "ek second", "hold"),
    ],
)
def test_the_second_of_several_is_an_answer_and_one_second_a_pause(read: Read, locale: str, text: str, act: str):
    heard = read(text, locale, None, ASKED)
    assert heard.act == act
    assert (heard.first("ordinal") is not None) == (act == "answer")
