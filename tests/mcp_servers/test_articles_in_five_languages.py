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
