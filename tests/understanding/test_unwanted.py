"""Who wants no messages is heard in their own words; complaints, questions and other wishes are none of it."""

from pathlib import Path

import pytest
import yaml

from understanding.dialogue.unwanted import hear_unwanted
from understanding.intents.examples import load_examples

ROOT = Path(__file__).parents[2]
SAID = yaml.safe_load(Path(__file__).with_name("unwanted.yaml").read_text("utf-8"))


@pytest.mark.parametrize("kind", ["unwanted", "other"])
def test_no_messages_are_heard_in_five_languages_and_nothing_else_is_taken_for_it(kind: str) -> None:
    wrong = [
        (locale, words)
        for locale, listed in SAID[kind].items()
        for words in listed
        if (hear_unwanted(words, "chat") is not None) != (kind == "unwanted")
    ]
    assert not wrong


def test_the_words_of_this_test_are_no_examples() -> None:
    examples = {example.text.casefold() for example in load_examples([ROOT / "agents"])}
    assert not [words for listed in SAID["unwanted"].values() for words in listed if words.casefold() in examples]


@pytest.mark.parametrize(
    "word",
    [
        "STOP",
        "StopAll",
        "stop all",
        "Unsubscribe",
        "CANCEL",
        "end",
        "QUIT",
        "baja",
        "ALTO",
        "Arrêt",
        "abmelden",
        "बंद करो",
        "रुको",
    ],
)
def test_a_carriers_keyword_counts_as_the_whole_message_where_carriers_are(word: str) -> None:
    heard = hear_unwanted(f"{word}.", "sms")
    assert heard is not None
    assert heard.sure
    said = hear_unwanted(word, "chat")
    assert said is None or not said.sure
    assert hear_unwanted(f"{word} my visit on Monday", "sms") is None


def test_what_is_said_besides_is_left() -> None:
    heard = hear_unwanted("Move my visit to Tuesday, and don't text me about it", "chat")
    assert heard is not None
    assert heard.rest == "Move my visit to Tuesday"
