"""Scenario files: every journey in every language and manner, in words of their own, and mistakes named clearly."""

from pathlib import Path

import pytest

from agents.catalogue import FOLDER as AGENTS
from app.company.examples import PLATFORM as EXAMPLES
from app.journeys.phrases import load_phrases, load_usual_answers, require_phrases
from app.journeys.scenario import LANGUAGES, MANNERS, load_scenarios, read_file
from domain.errors import BadRequest
from tests.reference import COMPANY
from understanding.intents.examples import load_examples
from understanding.language.text import clean, fold, words

PROCEDURES = sorted(f"{path.parts[-4]}.{path.parts[-2]}" for path in AGENTS.glob("*/procedures/*/procedure.py"))
SHIPPED = load_scenarios(company=COMPANY)
NEAR_COPY = 0.8
"""Share of common words from which an opening counts as taken from the examples."""
GOOD = """
journey: billing.check_balance
openings: {en: ["what do I owe"]}
scenarios:
  - {name: one, about: One., customer: C-1001, languages: [en]}
"""


def test_there_are_enough_scenarios() -> None:
    variants = SHIPPED
    assert len(variants) >= 150
    assert len({variant.id for variant in variants}) == len(variants)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_procedure_is_played_in_every_language_and_manner(procedure: str) -> None:
    mine = [variant for variant in SHIPPED if variant.journey == procedure]
    assert {variant.language for variant in mine} == set(LANGUAGES)
    assert {variant.manner for variant in mine} == set(MANNERS)
    assert all(len(set(variant.openings)) >= 2 for variant in mine)


def test_every_scenario_is_of_a_procedure_that_exists() -> None:
    assert {variant.journey for variant in SHIPPED} <= set(PROCEDURES)


def test_no_opening_and_no_remark_is_among_what_the_understanding_learns_from() -> None:
    learnt = {spelled(example.text) for example in load_examples(EXAMPLES)}
    said = {opening for variant in SHIPPED for opening in variant.openings}
    for language in LANGUAGES:
        phrases = load_phrases(language)
        said |= {text for by in (phrases.before, phrases.after) for texts in by.values() for text in texts if text}
    spellings = {text: spelled(text) for text in said}
    assert not [text for text, own in spellings.items() if own in learnt]
    long = [example for example in learnt if len(example) >= 5]
    assert not [text for text, own in spellings.items() if any(_near(own, example) for example in long)]


def spelled(text: str) -> frozenset[str]:
    return frozenset(words(fold(clean(text))))


def _near(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one) >= 5 and len(one & other) / len(one | other) >= NEAR_COPY


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_that_a_slot_or_a_scenario_names_is_in_every_phrase_book(language: str) -> None:
    named = {name for variant in SHIPPED for name in variant.scenario.answers.values() if isinstance(name, str)}
    phrases = load_phrases(language)  # pyright: ignore[reportArgumentType]
    assert (named | set(load_usual_answers().values())) - {"yes", "no"} <= set(phrases.answers)
    assert set(phrases.asides) == set(load_phrases("en").asides)
    assert all(set(each) == set(MANNERS) for each in (phrases.yes, phrases.no, phrases.code))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("customer: C-1001", "customer: C-1001, wish: none"), "scenarios.0.wish"),
        (("languages: [en]", "languages: [en, de]"), "no openings in de"),
        (("languages: [en]", "languages: [it]"), "scenarios.0.languages.0"),
        (("about: One., ", ""), "scenarios.0.about"),
        (("journey: billing.check_balance", "journey: balance"), "journey"),
        (('en: ["what do I owe"]', "en: []"), "openings.en"),
        (("{en:", "{en"), "while parsing"),
        (("languages: [en]", "languages: [en], answers: {way: {de: per Post}}"), "no answer to way in en"),
    ],
)
def test_a_mistake_names_the_file_and_the_field(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace(*change), "utf-8")
    with pytest.raises(BadRequest) as caught:
        load_scenarios([file])
    assert str(file) in str(caught.value)
    assert said in str(caught.value)


def test_an_answer_that_no_phrase_book_has_is_named_with_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace("languages: [en]", "languages: [en], answers: {way: secnd}"), "utf-8")
    with pytest.raises(BadRequest, match=r"answers.way: there is no phrase 'secnd'.*second.*or words by language"):
        require_phrases(load_scenarios([file]))


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="no such file"):
        load_scenarios([tmp_path / "none.yaml"])


def test_without_manners_a_language_is_played_in_one_and_fully_in_all(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace("languages: [en]", "languages: [de]").replace("{en:", "{de:"), "utf-8")
    assert len(load_scenarios([file])) == 1
    assert {variant.manner for variant in load_scenarios([file], full=True)} == set(MANNERS)


def test_every_shipped_file_lies_where_its_journey_says() -> None:
    for file in (COMPANY.path / "scenarios").glob("*/*.yaml"):
        assert read_file(file).journey == f"{file.parent.name}.{file.stem}"
