"""A message that only asks what was meant is told from an answer and from a wish."""

import pytest

from app.journeys.phrases import load_phrases
from app.journeys.scenario import LANGUAGES, Language
from understanding.dialogue.puzzled import is_puzzled


@pytest.mark.parametrize(
    "text",
    [
        "what?", "huh", "What do you mean?", "sorry, I don't understand the question", "can you say that again please",
        "no entiendo", "¿a qué se refiere?", "das verstehe ich nicht", "was meinen Sie damit?",
        "je n'ai pas compris", "c'est-à-dire ?", "kya matlab", "samajh nahi aaya", "समझ में नहीं आया", "क्या मतलब है?",
    ],
)  # fmt: skip
def test_who_did_not_understand_is_heard(text: str) -> None:
    assert is_puzzled(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "yes", "I don't know", "what do I owe?", "I don't understand my bill", "no entiendo mi factura",
        "ich verstehe die Rechnung nicht", "je ne comprends pas ma facture", "mujhe bill samajh nahi aaya",
        "can you explain the bill", "the first one",
    ],
)  # fmt: skip
def test_an_answer_and_a_wish_are_not_taken_for_it(text: str) -> None:
    assert not is_puzzled(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_simulated_customers_answer_is_never_taken_for_it(language: Language) -> None:
    phrases = load_phrases(language)
    said = [each for listed in (*phrases.answers.values(), *phrases.yes.values()) for each in listed]
    assert not [each for each in said if is_puzzled(each)]
