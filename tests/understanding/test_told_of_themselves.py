"""What customers tell of themselves, ask about us, or only weigh."""

import pytest

from understanding.acts.plainness import ponders
from understanding.dialogue.hardship import tells_hardship
from understanding.dialogue.social import without_hours


@pytest.mark.parametrize(
    "text",
    [
        "I lost my job in october", "he was laid off", "I'm in bed with the flu", "estoy en paro", "tuve un accidente",
        "ich bin seit Oktober arbeitslos", "muss ins Krankenhaus", "j'ai perdu mon travail", "je suis malade",
        "मेरी नौकरी चली गई है", "main hospital mein hun",
    ],
)  # fmt: skip
def test_a_misfortune_is_heard(text: str) -> None:
    assert tells_hardship(text)


@pytest.mark.parametrize(
    "text",
    ["I'm sick of waiting", "the job was never finished", "by accident I paid twice", "mein Auftrag", "le travail"],
)
def test_nothing_else_is_taken_for_one(text: str) -> None:
    assert not tells_hardship(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("what time do you open tomorrow", ""), ("your opening hours?", ""), ("Öffnungszeiten?", ""),
        ("habt ihr samstags auf?", ""),
        ("und telefonisch heut noch?", ""), ("quels sont vos horaires ?", ""), ("¿cuál es su horario?", ""),
        ("आपका ऑफ़िस कितने बजे खुलता है?", ""), ("no internet. when do you open?", "no internet."),
        ("when do you open a case?", "when do you open a case?"),
        ("are you open for a technician's visit", "are you open for a technician's visit"),
        ("Wann haben Sie einen Termin offen?", "Wann haben Sie einen Termin offen?"),
    ],
)  # fmt: skip
def test_only_questions_about_our_own_hours_are_taken_out(text: str, left: str) -> None:
    assert without_hours(text).strip() == left


@pytest.mark.parametrize(
    ("text", "weighs"),
    [
        ("I'm thinking of leaving", True), ("je crois que je vais partir", True), ("estoy pensando en irme", True),
        ("ich überlege zu wechseln", True), ("सोच रहा हूँ कि बंद करवा दूँ", True), ("I want to cancel", False),
        ("not sure I want to stay", True),
        ("weiß nicht, ob ich noch bleibe", True), ("je sais pas si je reste chez vous", True),
        ("I've been thinking about it and I'd like to quit", False), ("hiermit kündige ich", False),
    ],
)  # fmt: skip
def test_weighing_is_told_from_wishing(text: str, weighs: bool) -> None:
    assert ponders(text) is weighs


@pytest.mark.parametrize(
    "text", ["please stop the service end of this month", "is my bill still open", "Service beenden"]
)
def test_what_only_has_a_word_of_it_asks_for_no_hours(text: str) -> None:
    assert without_hours(text) == text
