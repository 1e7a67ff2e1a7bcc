"""Asking for news, saying that it works, having asked before, and asking what this is: each is heard as that."""

import pytest

from tests.understanding.conftest import Read
from understanding.dialogue.churn import find_churn_signs
from understanding.dialogue.returning import find_return, says_all_is_well


@pytest.mark.parametrize(
    "words",
    [
        "any updates?",
        "so, is there anything new?",
        "what's the latest",
        "¿hay novedades?",
        "¿se sabe algo ya?",
        "gibt es schon was Neues?",
        "wie ist der Stand?",
        "avez-vous du nouveau ?",
        "où en est-on ?",
        "koi update hai?",
        "क्या कोई खबर है?",
    ],
)
def test_news_are_asked_for_without_saying_of_what(words: str):
    assert find_return(words) in ("any_news", "news")


@pytest.mark.parametrize(
    "words",
    [
        "anything wrong with my bill?",
        "what's new in your plans this year, any offers?",
        "neues Passwort",
        "una noticia triste",
    ],
)
def test_other_questions_ask_for_no_news(words: str):
    assert find_return(words) == ""


@pytest.mark.parametrize(
    "words",
    [
        "works like a charm, it works",
        "everything is fine now",
        "ya funciona otra vez",
        "läuft wieder",
        "ça marche de nouveau",
        "chal raha hai ab",
        "अब ठीक है",
    ],
)
def test_it_works_is_heard(words: str):
    assert says_all_is_well(words) is True


@pytest.mark.parametrize(
    "words",
    [
        "this is the fourth time I contact you",
        "how often do I have to explain this",
        "nobody ever replies to me",
        "nadie me contesta",
        "¿cuántas veces tengo que llamar?",
        "niemand kümmert sich",
        "ich habe schon drei Mal geschrieben",
        "personne ne me répond",
        "combien de fois faut-il écrire",
        "kitni baar bataun",
        "कितनी बार बताना पड़ेगा",
    ],
)
def test_having_asked_before_is_heard(words: str):
    assert "again" in find_churn_signs(words)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "and what can you do for me?"),
        ("en", "how can you help?"),
        ("en", "who am I speaking with?"),
        ("es", "¿quién es usted?"),
        ("es", "¿qué sabe hacer?"),
        ("de", "was können Sie denn alles?"),
        ("de", "wer sind Sie überhaupt?"),
        ("fr", "que savez-vous faire ?"),
        ("fr", "à quoi sert ce chat ?"),
        ("hi", "आप क्या कर सकते हैं?"),
        ("hi", "aap kya kar sakte hain?"),
    ],
)
def test_what_it_can_do_is_asked(read: Read, locale: str, text: str):
    assert [each.name for each in read(text, locale).intents] == ["what_you_can_do"]
