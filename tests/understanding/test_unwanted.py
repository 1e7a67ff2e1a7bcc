"""Who wants no messages is heard in their own words; complaints, questions and other wishes are none of it."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from understanding.intents.examples import load_examples
from understanding.language.text import clean
from understanding.reader import ReadContext, Reader
from understanding.unwanted.rules import STOP_MESSAGES, hear_unwanted

ROOT = Path(__file__).parents[2]
SAID = yaml.safe_load(Path(__file__).with_name("unwanted.yaml").read_text("utf-8"))


NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
UNSEEN = {
    name: yaml.safe_load(Path(__file__).with_name(f"{name}.yaml").read_text("utf-8"))
    for name in ("unwanted_unseen", "unwanted_unseen_again")
}


def hear(reader: Reader, text: str, locale: str = "en", channel: str = "chat") -> str:
    """Whether a message is obeyed, asked about, or something else."""
    context = ReadContext(currency="USD", channel=channel)
    heard = reader.read(text, locale=locale, pending=None, now=NOON, context=context)
    if heard.unwanted:
        return "obeyed"
    return "asked" if any(each.name == STOP_MESSAGES for each in heard.intents) else "else"


@pytest.mark.parametrize("kind", ["unwanted", "other"])
def test_rules_hear_no_messages_in_five_languages_and_take_nothing_else_for_it(kind: str) -> None:
    wrong = [
        (locale, words)
        for locale, listed in SAID[kind].items()
        for words in listed
        if (hear_unwanted(words, "chat") is not None) != (kind == "unwanted")
    ]
    assert not wrong


def test_what_the_rules_hear_is_obeyed_and_no_other_wish_is(reader: Reader) -> None:
    heard = {
        kind: Counter(hear(reader, words, locale) for locale, listed in SAID[kind].items() for words in listed)
        for kind in ("unwanted", "other")
    }
    assert heard["unwanted"]["obeyed"] >= 0.9 * heard["unwanted"].total()
    assert heard["unwanted"]["else"] <= 0.03 * heard["unwanted"].total()
    assert heard["other"]["obeyed"] == 0
    assert heard["other"]["asked"] <= 0.1 * heard["other"].total()


@pytest.mark.parametrize(("written", "missed"), [("unwanted_unseen", 0.12), ("unwanted_unseen_again", 0.2)])
def test_of_words_that_nobody_here_wrote_most_are_heard_and_few_near_misses_are_taken_for_it(
    reader: Reader, written: str, missed: float
) -> None:
    heard = {
        kind: Counter(hear(reader, said["text"], said["locale"], said["channel"]) for said in UNSEEN[written][kind])
        for kind in ("no_messages", "near_misses")
    }
    assert heard["no_messages"]["else"] <= missed * heard["no_messages"].total()
    assert heard["near_misses"]["obeyed"] <= 0.05 * heard["near_misses"].total()


@pytest.mark.parametrize(
    "text",
    [
        "some of my contact details are not right any more",
        "Can u send me a reminder the day before pls",
        "don't cancel my reminder",
    ],
)
def test_a_word_of_messages_beside_a_no_is_not_obeyed(reader: Reader, text: str) -> None:
    assert hear(reader, text) != "obeyed"


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


@pytest.mark.parametrize(
    "words",
    [
        "no one ever phones me back here",
        "nunca me devuelven las llamadas, nadie contesta",
        "bei Ihnen meldet sich nie jemand",
        "personne ne répond chez vous, notez-le",
        "कोई भी वापस कॉल नहीं करता",
    ],
)
def test_who_complains_that_nobody_calls_wants_no_silence(words: str) -> None:
    assert hear_unwanted(clean(words), "chat") is None


@pytest.mark.parametrize(
    "words",
    [
        "please do not text me about it any more",
        "que personne ne m'envoie plus de messages",
        "rufen Sie mich nie mehr an",
    ],
)
def test_who_wants_nobody_to_call_still_is_heard(words: str) -> None:
    assert hear_unwanted(clean(words), "chat") is not None


@pytest.mark.parametrize(
    "words",
    [
        "only send me texts, no calls please",
        "q solo me manden sms, no llamadas",
        "nur per SMS schreiben, keine Anrufe",
        "seulement par mail, pas d'appels",
    ],
)
def test_who_wants_to_be_written_to_in_one_way_only_is_asked_and_not_obeyed(words: str) -> None:
    heard = hear_unwanted(words, "chat")
    assert heard is None or not heard.sure
