"""Why a rule decided as it did, in the language of whoever reads it: every rule of every company, with its figures."""

import re
from contextlib import suppress

import pytest

from agents.catalogue import Catalogue, load_catalogue
from agents.handoff.rule_sentences import COMPUTED, MONEY, facts_in, find_unsaid, say_reason
from agents.wording import Voice, render
from app.company.code import open_folder
from app.company.profile import REFERENCE, read_profile
from app.policy_bundle import read_bundle
from app.settings import load_settings
from domain.conversation import LOCALES
from domain.errors import PolicyUnavailable
from policy.engines.embedded import EmbeddedEngine
from policy.review.rule_words import read_words
from tests.policy_bundle.generated import documents

COMPANIES = [REFERENCE, REFERENCE.parent / "lumen_dental"]
RULES = load_catalogue().rules
FIGURE = {True: 123450, False: 7}
"""A fact of a sentence, by whether it is an amount."""


def catalogue_of(company) -> Catalogue:
    return load_catalogue(open_folder(company, read_profile(company)))


def spoken(key: str, locale: str, currency: str = "USD") -> str:
    facts = {name: FIGURE[name.endswith(MONEY)] for name in facts_in(key)}
    return render(RULES[key], Voice(locale, currency), facts)


@pytest.mark.parametrize("company", COMPANIES, ids=lambda path: path.name)
def test_every_rule_of_a_company_has_a_sentence_in_each_of_its_languages(company):
    catalogue = catalogue_of(company)
    words = read_words(read_bundle(load_settings(company=company)))
    said = {name: each["messages"] for name, each in words.items()}
    assert {name: find_unsaid(catalogue.rules, each) for name, each in said.items() if each} == {
        name: [] for name, each in said.items() if each
    }
    assert [name for name, each in said.items() if not each] == ["agents/partner_privacy"]  # it masks, and says nothing


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_is_whole_and_says_its_amounts(locale):
    for key in RULES:
        told, amounts = spoken(key, locale), [name for name in facts_in(key) if name.endswith(MONEY)]
        assert told[-1] in ".।", told
        assert not re.search(r"[{}_]|[^\W\d]\.\w", told), told
        assert len(re.findall(r"1\W?234[.,]50", told)) == len(amounts), told
        assert locale == "en" or told != spoken(key, "en"), told


def test_no_sentence_is_for_what_nobody_says(bundle_words, gate_says):
    forms = {re.sub(r"\{\w+\}", COMPUTED, key) for key in RULES}
    said = [*(message for each in bundle_words.values() for message in each["messages"]), *gate_says]
    patterns = [".+".join(re.escape(part) for part in each.split(COMPUTED)) for each in said]
    assert [form for form in forms if not any(re.fullmatch(each, form) for each in patterns)] == []


@pytest.fixture
def bundle_words():
    return read_words(read_bundle(load_settings(company=REFERENCE)))


@pytest.fixture
def gate_says() -> list[str]:
    """What is said by whoever asks the rules."""
    return [
        "No rule allows this call.",
        "There is no such tool.",
        "The customer's account cannot be found.",
        "This call was {} before.",
        "The same waits for approval in another conversation of the customer.",
        "{} is not pinned in policy data.",
        "{} is not the tool that was pinned.",
    ]


async def test_what_policy_really_answers_is_told_in_hindi():
    bundle = read_bundle(load_settings(company=REFERENCE))
    engine, voice = EmbeddedEngine(bundle), Voice("hi", "USD")
    rules, untold = set(), set()
    for document in documents(bundle, 600, 5):
        with suppress(PolicyUnavailable):  # some are no documents
            for reason in (await engine.decide(document))["reasons"]:
                rules.add(reason["rule"])
                if not re.search("[\u0900-\u097f]", say_reason(RULES, reason["message"], voice)):
                    untold.add(reason["message"])
    assert untold == set()
    assert len(rules) > 25, sorted(rules)


def test_several_reasons_are_told_one_after_the_other_with_amounts_in_the_readers_form():
    message = "With 45.00 USD before, this passes 100.00 USD in 30 days. The account is younger than 1 days."
    assert say_reason(RULES, message, Voice("de", "USD")) == (
        "Mit bisher 45,00\u00a0$ übersteigt das 100,00\u00a0$ in 30 Tagen. "
        "Das Konto ist jünger als 1 Tag, oder sein Alter ist nicht bekannt."
    )
    assert say_reason(RULES, message, Voice("en", "USD")).startswith("With $45.00 before, this passes $100.00 in 30")


@pytest.mark.parametrize(
    "message",
    [
        "A rule of somebody else's has its own words.",
        "The account is flagged for fraud. And it is full moon.",
        "More than 50.00 EUR needs a fresh verification code.",
        "More than fifty needs a fresh verification code.",
        "",
    ],
)
def test_what_is_not_known_whole_stays_as_policy_wrote_it(message):
    assert say_reason(RULES, message, Voice("de", "USD")) == message


def test_a_companys_own_sentence_comes_before_the_platforms():
    own = {**RULES, "The account is flagged for fraud.": {"en": "Ask the fraud desk.", "de": "Betrugsstelle fragen."}}
    assert say_reason(own, "The account is flagged for fraud.", Voice("de", "USD")) == "Betrugsstelle fragen."


def test_a_rule_of_a_company_is_told_in_its_language():
    message = "A guardian has to be on the line for a patient under age."
    told = say_reason(catalogue_of(COMPANIES[1]).rules, message, Voice("de", "EUR"))
    assert told == "Bei Minderjährigen muss eine sorgeberechtigte Person dabei sein."
