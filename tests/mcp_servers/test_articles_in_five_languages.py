"""Every knowledge article is there in every language, with every number of the English one."""

import re

import pytest

from app.company.profile import REFERENCE
from domain.conversation import LOCALES

FOLDER = REFERENCE / "articles"
COUNTED = {
    "two": {"es": "dos", "de": "zwei", "fr": "deux", "hi": "दो"},
    "three": {"es": "tres", "de": "drei", "fr": "trois", "hi": "तीन"},
    "five": {"es": "cinco", "de": "fünf", "fr": "cinq", "hi": "पाँच"},
    "six": {"es": "seis", "de": "sechs", "fr": "six", "hi": "छह"},
    "seven": {"es": "siete", "de": "sieben", "fr": "sept", "hi": "सात"},
    "ten": {"es": "diez", "de": "zehn", "fr": "dix", "hi": "दस"},
}
"""Numbers that articles write as words."""
RULES = {
    r"\bnever\b": {"es": "nunca", "de": r"\bnie\b", "fr": "jamais", "hi": "कभी"},
    r"\bonly\b": {
        "es": "solo|únic|salvo",
        "de": r"\bnur\b|erst",
        "fr": "que |seul|uniquement",
        "hi": "सिर्फ़|केवल|तभी|ही",
    },
    r"\bbefore(?:hand)?\b": {"es": "antes|previ", "de": r"\bvor|bevor|bis", "fr": "avant|avance", "hi": "पहले"},
    r"cannot sign in": {
        "es": "tampoco puede",
        "de": "Anmeldung nicht",
        "fr": "identification ne",
        "hi": "साइन इन भी न",
    },
    r"part of a day": {"es": "aunque sea incompleto", "de": "angefangen", "fr": "commencé", "hi": "अधूरे"},
    r"over 18": {"es": "mayor de edad", "de": "volljährig", "fr": "majeure", "hi": "वयस्क"},
}
"""Words that make a sentence a rule, with what says it in the other languages."""
ARTICLES = sorted(path.name for path in (FOLDER / "en").glob("*.md"))
OTHERS = [locale for locale in LOCALES if locale != "en"]


def body(locale: str, name: str) -> str:
    text = (FOLDER / locale / name).read_text("utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("Keywords:"))


def figures(text: str) -> set[str]:
    """What is counted in a text; the places of a list count nothing."""
    plain = re.sub(r"(?m)^\d+\. ", "", text)
    return {figure.replace(",", ".") for figure in re.findall(r"\d+(?:[.,]\d+)*", plain)}


@pytest.mark.parametrize("locale", OTHERS)
def test_every_article_exists_in_every_language(locale: str) -> None:
    assert sorted(path.name for path in (FOLDER / locale).glob("*.md")) == ARTICLES


@pytest.mark.parametrize("locale", OTHERS)
def test_every_number_of_an_article_is_in_its_translation(locale: str) -> None:
    missing = {name: figures(body("en", name)) - figures(body(locale, name)) for name in ARTICLES}
    assert {name: found for name, found in missing.items() if found} == {}


@pytest.mark.parametrize("locale", OTHERS)
def test_every_number_written_as_a_word_is_in_its_translation(locale: str) -> None:
    missing = [
        (name, word)
        for name in ARTICLES
        for word, translated in COUNTED.items()
        if re.search(rf"\b{word}\b", body("en", name), re.IGNORECASE)
        and translated[locale] not in body(locale, name).casefold()
    ]
    assert missing == []


@pytest.mark.parametrize("locale", OTHERS)
def test_a_translation_has_as_many_steps_and_points(locale: str) -> None:
    def count(text: str) -> int:
        return len(re.findall(r"(?m)^(?:\d+\.|-) ", text))

    assert {name: count(body(locale, name)) for name in ARTICLES} == {
        name: count(body("en", name)) for name in ARTICLES
    }


@pytest.mark.parametrize("locale", OTHERS)
def test_a_translation_names_as_many_things_in_as_many_paragraphs(locale: str) -> None:
    def shape(text: str) -> tuple[int, list[str], int]:
        paragraphs = [each for each in text.split("\n\n") if each.strip()]
        return len(re.findall(r"\*\*[^*]+\*\*", text)), sorted(re.findall(r"`[^`]+`", text)), len(paragraphs)

    assert {name: shape(body(locale, name)) for name in ARTICLES} == {
        name: shape(body("en", name)) for name in ARTICLES
    }


@pytest.mark.parametrize("locale", OTHERS)
def test_every_rule_of_an_article_is_in_its_translation(locale: str) -> None:
    missing = [
        (name, rule)
        for name in ARTICLES
        for rule, said in RULES.items()
        if re.search(rule, body("en", name), re.IGNORECASE)
        and not re.search(said[locale], body(locale, name), re.IGNORECASE)
    ]
    assert missing == []
