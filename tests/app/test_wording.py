"""Every text that customers hear, in every language, on every channel and with awkward facts, has no fault."""

import re
from collections import Counter

import pytest
from typer.testing import CliRunner

from agents.catalogue import FOLDER, load_catalogue
from agents.wording import Voice, render
from app.main import cli
from app.wording.faults import CHECKS, find_faults
from app.wording.specimens import Rendered, render_all


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


def test_the_report_shows_every_language_side_by_side(tmp_path):
    page = tmp_path / "wording.html"
    result = CliRunner().invoke(cli, ["eval", "wording", "--report", str(page), "--json"])
    assert result.exit_code == 0, result.output
    html = page.read_text("utf-8")
    assert "I&#39;m sorry, I can&#39;t do that here" in html
    assert 'lang="hi"' in html
    assert "billing.refund_duplicate_charge" in html
