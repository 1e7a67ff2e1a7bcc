"""The words of all specialists: generic replies, what a call will do, procedures' names, and every reply in use."""

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment, meta

import agents
from agents.proposed_call import NAME as PROPOSED_CALL
from agents.wording import Voice
from agents.wording.forms import FILTERS
from app.wording.specimens import places
from domain.conversation import LOCALES
from mcp_servers.catalogue import find_toolsets
from tests.agents.billing.billing_walk import catalogue

ROOT = Path(agents.__file__).parent
ARGUMENTS = {
    "payment_id": "P-1",
    "amount_minor": 3999,
    "invoice_id": "INV-1",
    "method_id": "PM-1",
    "value": True,
    "instalments": 3,
    "first_due_on": "2026-12-01",
    "subscription_id": "SUB-1",
    "plan_id": "fibre-300",
    "order_id": "O-1",
    "slot_id": "SL-1",
    "appointment_id": "WO-1",
    "device_id": "D-1",
    "field": "email",
    "offer_id": "OF-15",
    "discount_percent": 15,
    "months": 6,
    "description": "d",
    "text": "t",
    "score": 5,
    "partner": "helpwise",
    "until": "2026-12-30",
    "tools": ["payments.refund_payment"],
}
RESOURCES = {
    "payment": {"method": "Visa •••• 4242"},
    "methods": {"items": [{"method_id": "PM-1", "label": "Visa •••• 4242"}]},
    "slots": {"items": [{"slot_id": "SL-1", "starts_at": "2026-11-23T09:00:00+00:00"}]},
    "appointments": {"items": [{"appointment_id": "WO-1", "starts_at": "2026-11-22T09:00:00+00:00"}]},
    "device": {"model": "Northwind Hub 6"},
    "subscriptions": {
        "items": [
            {
                "subscription_id": "SUB-1",
                "plan_name": "Fibre 300",
                "monthly_minor": 4999,
                "cancellation": {"effective_on": "2026-12-20", "final_bill_minor": 3999},
            }
        ]
    },
}
ABLE_TO_DIFFER = {"cause", "channel", "event_at", "event_text"}
"""Facts that exist in English only, and words that differ by channel where a language needs it."""
WRITES = sorted(
    f"{server}.{entry.name}" for server, tools in find_toolsets().items() for entry in tools.entries if entry.writes
)


def reads_well(text):
    return text == text.strip() and not re.search(r"\s{2}|None|\{|\}|Undefined", text)


@pytest.mark.parametrize("tool", WRITES)
def test_every_tool_that_changes_something_says_what_it_will_do_with_and_without_what_the_gate_read(tool):
    for locale in LOCALES:
        for resource in ({}, RESOURCES):
            phrase = catalogue().phrase(tool, ARGUMENTS, resource, Voice(locale, "USD"))
            assert reads_well(phrase)
            assert not phrase.endswith((".", "?", "।"))


@pytest.mark.parametrize(
    "tool", ["payments.refund_payment", "payments.take_payment", "erp.waive_fee", "erp.apply_credit"]
)
def test_a_phrase_about_money_states_the_exact_amount_and_the_masked_method(tool):
    for locale in LOCALES:
        phrase = catalogue().phrase(tool, ARGUMENTS, RESOURCES, Voice(locale, "USD"))
        assert re.search(r"39[.,]99", phrase)
        if tool.startswith("payments."):
            assert re.search(r"Visa.*4242|4242.*Visa", phrase)


def test_a_phrase_about_a_visit_states_its_time_and_about_leaving_what_it_is_and_costs_and_when_it_ends():
    booking = catalogue().phrase("erp.book_appointment", ARGUMENTS, RESOURCES, Voice("en", "USD"))
    assert "November 23" in booking
    assert "9:00" in booking
    leaving = catalogue().phrase("erp.cancel_subscription", ARGUMENTS, RESOURCES, Voice("en", "USD"))
    assert leaving == "cancel Fibre 300 ($49.99 a month), which then ends on Sunday, December 20, 2026"
    for locale in LOCALES:
        assert "SUB-1" not in catalogue().phrase("erp.cancel_subscription", ARGUMENTS, {}, Voice(locale, "USD"))


def test_somebodys_own_words_are_quoted_in_a_sentence_of_their_own():
    told = catalogue().phrase(
        "crm.open_case", {**ARGUMENTS, "description": "I never ordered this."}, {}, Voice("en", "USD")
    )
    assert told == "open a case for our team. It holds your words: “I never ordered this”"


def test_switching_off_never_reads_like_switching_on():
    for locale in LOCALES:
        on, off = (
            catalogue().phrase("payments.set_autopay", {"value": value}, {}, Voice(locale, "USD")) for value in (1, 0)
        )
        assert on != off


def test_every_procedure_has_a_name_in_every_language_and_no_name_is_left_over():
    procedures = [each for specialist in catalogue().specialists.values() for each in specialist.procedures.values()]
    names = {each.name for each in procedures}
    bringing_their_own = {each.name for each in procedures if "title" in each.replies}
    assert set(catalogue().titles) == names - bringing_their_own | {PROPOSED_CALL}
    for locale in LOCALES:
        titles = [catalogue().title(name, Voice(locale, "USD")) for name in names]
        assert len(set(titles)) == len(titles)


def reply_keys(path):
    """The reply keys that a module names, by the constructors and calls that take one."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        named = [keyword.value for keyword in node.keywords if keyword.arg == "reply"]
        if node.func.id in ("Say", "Resolved", "Declined"):
            named = node.args[:1]
        elif node.func.id == "Ask" and not named:
            slot = node.args[0]
            yield from [f"ask_{slot.value}"] if isinstance(slot, ast.Constant) else []
        for each in named:
            yield from (leaf.value for leaf in ast.walk(each) if isinstance(leaf, ast.Constant) and leaf.value)


@pytest.mark.parametrize("specialist", ["billing", "handoff"])
def test_every_reply_that_a_procedure_names_exists(specialist):
    for name, procedure in catalogue().specialists[specialist].procedures.items():
        path = ROOT / specialist / "procedures" / name.partition(".")[2] / "procedure.py"
        known = {**catalogue().replies, **procedure.replies}
        missing = {key for key in reply_keys(path) if isinstance(key, str) and key not in known}
        assert missing == set(), name


@pytest.mark.parametrize("specialist", ["billing", "handoff"])
def test_every_reply_of_a_procedure_is_used_by_it(specialist):
    for name, procedure in catalogue().specialists[specialist].procedures.items():
        folder = ROOT / specialist / "procedures" / name.partition(".")[2]
        paths = [folder / "procedure.py", ROOT / "billing" / "questions.py", ROOT / "billing" / "sums.py"]
        paths += (ROOT.parent / "router").rglob("*.py") if specialist == "handoff" else []  # what is said for people
        source = "".join(path.read_text("utf-8") for path in paths)
        used = set(re.findall(r'"(\w+)"', source))
        slots = {f"ask_{slot}" for slot in used} | {f"ask_new_{field}" for field in ("email", "phone", "address")}
        assert set(procedure.replies) <= used | slots, name


def names_of(text):
    syntax = Environment(autoescape=True)
    syntax.filters.update(dict.fromkeys(FILTERS, str))
    sources = [text] if isinstance(text, str) else text.values()
    return {
        name for source in sources for name in meta.find_undeclared_variables(syntax.parse(source))
    } - ABLE_TO_DIFFER


def test_a_reply_names_the_same_facts_in_every_language():
    for place, texts in places(catalogue()):
        assert len({frozenset(names_of(texts[locale])) for locale in LOCALES}) == 1, place


def test_every_procedure_is_written_down_for_people():
    for specialist in ("billing", "handoff"):
        for name, procedure in catalogue().specialists[specialist].procedures.items():
            assert re.search(r"^\s*1\. ", procedure.text, re.MULTILINE), name
        assert catalogue().specialists[specialist].prompt
