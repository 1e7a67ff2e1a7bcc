"""Every text that customers hear, in every language, on every channel and with awkward facts, has no fault."""

import re
from collections import Counter

import pytest
from typer.testing import CliRunner

from agents.catalogue import FOLDER, Catalogue, load_catalogue
from agents.specialist import Procedure, Specialist
from agents.wording import Voice, render
from app.company.profile import REFERENCE
from app.main import cli
from app.opened_company import open_company
from app.settings import load_settings
from app.wording.faults import CHECKS, find_faults
from app.wording.other_texts import render_others
from app.wording.specimens import Rendered, Spoken, render_all


@pytest.fixture(scope="module")
def faults():
    return find_faults(render_all(load_catalogue()))


@pytest.mark.parametrize("kind", sorted(CHECKS))
def test_no_text_has_a_fault(faults, kind):
    assert [f"{seen.place} {seen.locale} {seen.channel}: {what!r}: {seen.text}" for seen, what in faults[kind]] == []


def test_no_text_stands_twice_in_a_file():
    twice = {
        path.relative_to(FOLDER): [
            key for key, count in Counter(re.findall(r"^(\w\S*):", words, re.M)).items() if count > 1
        ]
        for path in FOLDER.rglob("*.yaml")
        for words in (path.read_text("utf-8"),)
    }
    assert {path: keys for path, keys in twice.items() if keys} == {}


def test_a_disclosure_of_the_first_of_a_month_reads_as_french():
    texts = load_catalogue().replies["disclosure"]
    told = render(
        texts, Voice("fr", "USD"), {"text": "Votre service prend fin le 1 janvier 2027, pas le 11 janvier 2027."}
    )
    assert told == "Votre service prend fin le 1er janvier 2027, pas le 11 janvier 2027."


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en", " (Fibre cut during road works)"),
        ("de", " (beschädigtes Kabel)"),
        ("hi", " (केबल कटना)"),
    ],
)
def test_why_a_service_is_out_is_told_in_the_customers_language(locale, told):
    texts = load_catalogue().procedure("troubleshooting.no_connection").replies["outage"]
    facts = {"started_at": "2026-11-27T13:00:00+00:00", "expected_end_at": None}
    assert told in render(texts, Voice(locale, "USD"), {**facts, "cause": "Fibre cut during road works"})
    unknown = render(texts, Voice(locale, "USD"), {**facts, "cause": "Gremlins"})
    assert ("Gremlins" in unknown) == (locale == "en")


def said(text, locale="en", channel="chat", place="replies/refused", messages=None):
    return Rendered(place, locale, channel, "usual", text, messages or (text,))


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("doubled marks", said("I never ordered this.. Shall I go ahead?")),
        ("doubled marks", said("मैंने यह नहीं मँगाया.। क्या ऐसा किया जाए?", "hi")),
        ("unfilled or internal", said("The state is waiting_approval.")),
        ("unfilled or internal", said("It is due on None.")),
        ("broken starts", said("All right. refund the payment.")),
        ("broken starts", said("First your bill, The late fee comes next.")),
        ("unfilled or internal", said("It waits in billing.pay_bill now.")),
        ("unfilled or internal", said("The planId is gone.")),
        ("Markdown", said("See [our page](https://example.com).")),
        ("Markdown", said("<b>Press</b> it.")),
        ("French spacing", said("Comment était-ce ?", "fr", "page", "page/web/rate")),
        ("forbidden words", said("To talk to a person, just answer.", "en", "email", "email/closing")),
        ("too long", said("é" * 200 + "हिन्दी", "hi", "sms", "notices/code")),
        (
            "to the wrong person",
            said("refund $5.00 to your card", channel="desk", place="desk/payments.refund_payment"),
        ),
        ("wrong numbers", said("You get 20% off for 1 months.")),
        ("Markdown", said("Press **Wi-Fi** now.")),
        ("French spacing", said("Dois-je le faire ?", "fr")),
        ("forbidden words", said("A person has your conversation.")),
        ("forbidden words", said("Sie können um einen Menschen bitten.", "de")),
        ("forbidden words", said("इसे देखता हूँ।", "hi")),
        ("too long", said("x", channel="sms", messages=("x",) * 5)),
        ("not for the ear", said("Shall I? (yes/no)", channel="voice")),
    ],
)
def test_each_check_finds_the_fault_that_it_is_for(kind, seen):
    assert CHECKS[kind](seen)


def test_a_text_that_cannot_be_said_is_named_with_its_facts_and_the_others_are_looked_at_all_the_same():
    texts = {"told": "It is {{ order.place.town }}.", "broken": "{{ order | money }} {{ order.id }}", "plain": "Hi.. "}
    replies = {key: {"en": text} for key, text in texts.items()}
    procedure = Procedure("billing.tell", lambda case: iter(()), "", replies)
    catalogue = Catalogue({"billing": Specialist("billing", "", procedures={"billing.tell": procedure})}, {}, {}, {})
    found = find_faults(render_all(catalogue, Spoken(("en",))))
    ((seen, why),) = found["cannot be said"]
    assert (seen.place, "order | money" in why, "(facts: order)" in why) == ("billing.tell/broken", True, True)
    assert "billing.tell/plain" in {each.place for each, _ in found["doubled marks"]}


def test_one_of_something_is_not_said_in_the_form_of_several_whatever_it_is():
    several = [said("There are 3 widgets."), said("There are 1 widgets.")]
    assert [what for _, what in find_faults(several)["wrong numbers"]] == ["1 widgets"]
    days = [said("It came on March 2 after noon."), said("It came on March 1 after noon.")]
    assert find_faults(days)["wrong numbers"] == []


@pytest.mark.parametrize("company", ["northwind_fibre", "lumen_dental"])
def test_whatever_else_is_read_has_no_fault_either(company):
    settings = load_settings(company=REFERENCE.parent / company)
    folder = open_company(settings)
    texts = list(render_others(load_catalogue(folder), Spoken(folder.locales), folder.path / "articles"))
    assert {text.place.partition("/")[0] for text in texts} >= {"email", "voice", "notices", "page", "desk", "articles"}
    assert [
        f"{seen.place} {seen.locale}: {what}" for faults in find_faults(texts).values() for seen, what in faults
    ] == []


def test_a_companys_own_texts_are_rendered_in_its_languages_and_its_money():
    folder = open_company(load_settings(company=REFERENCE.parent / "lumen_dental"))
    texts = render_all(load_catalogue(folder), Spoken(folder.locales, "EUR"))
    assert {text.locale for text in texts} == {"de", "en"}
    assert any("€" in text.text for text in texts)
    assert any(text.place.startswith("billing.explain_invoice/") for text in texts)
    assert [faults for faults in find_faults(texts).values() if faults] == []


def test_the_report_shows_every_language_side_by_side(tmp_path):
    page = tmp_path / "wording.html"
    result = CliRunner().invoke(cli, ["eval", "wording", "--report", str(page), "--json"])
    assert result.exit_code == 0, result.output
    html = page.read_text("utf-8")
    assert "I&#39;m sorry, I can&#39;t do that here" in html
    assert 'lang="hi"' in html
    assert "billing.refund_duplicate_charge" in html
