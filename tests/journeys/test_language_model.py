"""Whole turns with a language model, well-behaved and not: the model proposes, policy and rules have the last word."""

import json
import math
import socket
import sqlite3
import tomllib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.settings import ModelSettings
from domain.ids import ConversationId, TenantId
from router.memory.store import Store
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Json, Talk
from tests.model_server import (
    Answer,
    Asked,
    Behaviour,
    ModelServer,
    behaves,
    call,
    calls_unknown_tools,
    cuts_the_stream,
    fails,
    loops_for_ever,
    malforms_arguments,
    obeys_notes,
    reading,
    says_nothing,
    slow,
    talks_nonsense,
    times_out,
)
from tests.sandbox_files import open_systems

TENANT = TenantId("northwind-fibre")
REFUND = "payments.refund_payment"
VAGUE = "It's about that thing again."
"""Words that say nothing without a model that knows what they are about."""
UNSURE = reading(("billing.dispute_charge", 0.4))
"""A reading that is too unsure for a procedure: the long tail, with billing's tools."""
KEY = "k-" + "7f" * 12
MONEY_BACK = {"payment_id": "P-5182", "amount_minor": 3999, "reason": "duplicate_charge"}
CASE = {"customer_id": "C-1018", "reason": "question", "description": "Wants to know what is on the account."}
NEWS = {"customer_id": "C-1018", "template": "answer", "purpose": "requested"}


def at(server: ModelServer, **more: Any) -> dict[str, Any]:
    """The settings of a house whose model is this server."""
    return {"model": {"base_url": server.url, "name": "scripted", "api_key": KEY, **more}}


def long_tail(*plan: Answer, worded: Callable[[str], str] = str) -> Behaviour:
    """A model that is unsure what is meant, and then works through the plan."""
    return behaves(*plan, understood=UNSURE, worded=worded)


ASKED = "The language model was asked"


async def usage_of(talk: Talk) -> list[Json]:
    """What the record says of the model, turn by turn."""
    entries = await talk.guest.house.control.journal.entries(TENANT, ConversationId(talk.id))
    notes = [entry for entry in entries if entry.kind == "note" and entry.rationale.startswith(ASKED)]
    return [entry.payload["model"] for entry in notes]


async def effects_of(talk: Talk) -> list[str]:
    """The tools whose effect was begun, each of which had an allowing decision."""
    intents = [entry for entry in await talk.journal() if entry["kind"] == "intent"]
    assert {entry["effect"] for entry in intents} <= {"allow"}
    return [entry["tool"] for entry in intents]


def look_up(house: Guest, query: str) -> list[Any]:
    """Ask the business systems' own database."""
    with closing(open_systems(house.house.settings.data)) as systems:
        return systems.execute(query).fetchall()


async def play(house: Guest, customer: str, locale: str, *words: str) -> tuple[list[Any], Talk]:
    """A dialogue: what was pending and said after each message."""
    talk = await house.customer(customer, locale=locale)
    seen: list[Any] = []
    for text in words:
        await (talk.decides() if text == "(approved)" else talk.says_code() if text == "(code)" else talk.says(text))
        seen.append((talk.pending, talk.text, talk.turn["procedure"]))
    return seen, talk


JOURNEYS = [
    ("C-1001", "en", "billing.refund_duplicate_charge", "I was charged twice for my last bill", ("yes",)),
    ("C-1003", "en", "billing.refund_duplicate_charge", "I was charged twice", ("(code)", "yes", "(approved)")),
    (
        "C-1005",
        "es",
        "scheduling.reschedule_visit",
        "quiero cambiar mi visita",
        ("dentro de 6 días", "la primera", "sí"),
    ),
    ("C-1006", "en", "troubleshooting.no_connection", "my internet is down", ("yes",)),
]


async def test_a_model_understands_more_and_the_effects_are_the_embedded_brains(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    plain = await open_house("plain")
    modelled = await open_house("modelled", **at(model_server))
    for customer, locale, intent, opening, answers in JOURNEYS:
        model_server.behaviour = behaves(understood=reading((intent, 0.97), locale=locale))
        expected, without = await play(plain, customer, locale, opening, *answers)
        seen, talk = await play(modelled, customer, locale, VAGUE, *answers)
        assert seen == expected
        assert await talk.done() == await without.done() != []
        assert await effects_of(talk) == await effects_of(without)
    lost = await plain.customer("C-1001")
    await lost.says(VAGUE)
    assert lost.turn["procedure"] == ""


async def test_replies_are_said_in_the_models_words_but_what_is_agreed_to_in_ours(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    model_server.behaviour = behaves(understood=reading(), worded=lambda draft: f"Gladly. {draft}")
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    assert amira.text.endswith(
        "If you agree, I'll refund $39.99 of payment P-5002 to your Mastercard ending in 4444. "
        "Shall I go ahead? (yes/no)"
    )
    await amira.says("yes")
    assert amira.text.startswith("Gladly. $39.99 of payment P-5002 has been refunded")
    assert [used["fallbacks"] for used in await usage_of(amira)] == [0, 0]


TROUBLE: list[Behaviour] = [
    slow(1.0),
    times_out,
    fails(429),
    fails(500),
    cuts_the_stream,
    talks_nonsense,
    says_nothing,
    behaves(understood=Answer('{"intents": [], "answer": "yes"}'), worded=lambda _: ""),
]


async def test_whatever_fails_the_embedded_brain_finishes_the_same_turn(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    plain = await open_house("plain")
    expected, _ = await play(plain, "C-1002", "en", "Why is my bill so high this month?")
    house = await open_house("troubled", **at(model_server, timeout_s=0.3))
    for trouble in TROUBLE:
        model_server.behaviour = trouble
        seen, talk = await play(house, "C-1002", "en", "Why is my bill so high this month?")
        assert seen == expected
        (used,) = await usage_of(talk)
        assert used["fallbacks"] > 0
        assert used["trouble"]
    model_server.behaviour = fails(500)
    seen, amira = await play(house, "C-1001", "en", "I was charged twice for my last bill", "yes")
    assert (seen, await amira.done()) == (
        (await play(plain, "C-1001", "en", "I was charged twice for my last bill", "yes"))[0],
        [(REFUND, "succeeded")],
    )
    assert [used["calls"] for used in await usage_of(amira)] == [1, 1]


async def test_a_model_that_fails_halfway_leaves_nothing_untold(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server, timeout_s=2.0))
    for trouble in (fails(500), times_out):
        look = long_tail(call("erp.list_invoices", customer_id="C-1018"))
        model_server.behaviour = lambda asked, t=trouble, look=look: t(asked) if asked.results else look(asked)
        read = await house.customer("C-1018")
        await read.says(VAGUE)
        assert read.text == "Would you like to dispute a charge? (yes/no)"
        assert [action["tool"] for action in read.turn["actions"]] == ["erp.list_invoices"]
        write = long_tail(call("crm.open_case", **CASE))
        model_server.behaviour = lambda asked, t=trouble, write=write: t(asked) if asked.results else write(asked)
        wrote = await house.customer("C-1018")
        await wrote.says(VAGUE)
        assert wrote.text.startswith("Done. Case CS-")
        assert wrote.turn["status"] == "with_representative"
        assert await effects_of(wrote) == ["crm.open_case"]


ENDLESS: list[Behaviour] = [
    malforms_arguments,
    calls_unknown_tools,
    loops_for_ever("erp.list_invoices", customer_id="C-1018"),
    loops_for_ever("erp.list_invoices", customer_id="C-1001"),
    loops_for_ever("erp.list_invoices", customer="C-1018"),
    loops_for_ever("erp.apply_credit", customer_id="C-1018", amount_minor=math.nan, reason="x"),
    loops_for_ever("erp.apply_credit", customer_id="C-1018", amount_minor=2**60, reason="x"),
    loops_for_ever("erp.apply_credit", customer_id="\ud800", amount_minor=1, reason="x"),
    loops_for_ever("erp.apply_credit", customer_id="C-1018", amount_minor={"a": [[[[]]]]}, reason=None),
]


async def test_malformed_unknown_and_endless_calls_end_within_the_budget(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    for endless in ENDLESS:
        model_server.requests.clear()
        model_server.behaviour = lambda asked, e=endless: UNSURE if asked.kind == "understand" else e(asked)
        rosa = await house.customer("C-1018")
        await rosa.says(VAGUE)
        assert rosa.text in (
            "Would you like to dispute a charge? (yes/no)",
            "I'm sorry, I can't do that here, and nothing was changed. "
            "I can pass you to someone on our team if you like.",
        )
        assert await effects_of(rosa) == []
        (used,) = await usage_of(rosa)
        assert 1 < len(model_server.requests) <= used["calls"] <= ModelSettings().max_calls


async def test_a_write_that_a_model_repeats_for_ever_happens_once(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    endless = loops_for_ever("crm.open_case", **CASE)
    model_server.behaviour = lambda asked: UNSURE if asked.kind == "understand" else endless(asked)
    rosa = await house.customer("C-1018")
    await rosa.says(VAGUE)
    assert await rosa.done() == [("crm.open_case", "succeeded")]
    assert len(look_up(house, "SELECT 1 FROM cases WHERE customer_id = 'C-1018'")) == 1
    assert rosa.turn["handoff"]["reason"] == "not_understood"


async def test_after_a_crash_a_model_that_goes_another_way_repeats_no_effect(
    open_house: OpenHouse, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await open_house(**at(model_server))
    look, write = call("erp.list_invoices", customer_id="C-1018"), call("crm.open_case", **CASE)
    model_server.behaviour = long_tail(look, write, Answer("I have opened a case for you."))
    rosa = await house.customer("C-1018")
    with monkeypatch.context() as crash:
        crash.setattr(Store, "save", _crash)
        body = {"client_message_id": "m-1", "text": VAGUE}
        answer = await house.call("channel", "POST", f"/v1/conversations/{rosa.id}/messages", body)
    assert answer.status_code == 500
    model_server.behaviour = long_tail(write, Answer("I have opened a case for you."))
    await rosa.says(VAGUE, message_id="m-1")
    assert rosa.text == "I have opened a case for you."
    assert len(look_up(house, "SELECT 1 FROM cases WHERE customer_id = 'C-1018'")) == 1


def _crash(*_: Any, **__: Any) -> None:
    raise RuntimeError("the process died")


INVENTIONS = [
    ("You owe $123.45 on INV-3018.", "amount"),
    ("I have refunded it all to your card.", "claim"),
    ("Good news: your refund was approved.", "claim"),
    ("Your technician comes tomorrow.", "date"),
    ("Your reference is WO-9999.", "reference"),
    ("Pay at https://pay.example.com/now please.", "link"),
    ("Write to mallory@example.com instead.", "other_customer"),
]


async def test_what_no_system_said_never_reaches_the_customer_and_is_counted(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    for invented, kind in INVENTIONS:
        model_server.behaviour = long_tail(call("crm.list_cases", customer_id="C-1018"), Answer(invented))
        rosa = await house.customer("C-1018")
        await rosa.says(VAGUE)
        assert rosa.text == "Would you like to dispute a charge? (yes/no)"
        (used,) = await usage_of(rosa)
        assert kind in {finding["kind"] for finding in used["findings"]}
        assert f"{len(used['findings'])} things that it said were not borne out" in str(await rosa.journal())


async def test_a_rewording_that_adds_something_is_dropped_for_the_template(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    for added, found in (("I have refunded it all.", True), ("And $10.00 more.", True), ("\n" * 900, False)):
        model_server.behaviour = behaves(understood=reading(), worded=lambda draft, a=added: f"{draft} {a}.")
        amira = await house.customer("C-1001")
        await amira.says("When is my next bill due, and how much is my balance?")
        assert added not in amira.text
        assert amira.turn["procedure"] == "check_balance"
        (used,) = await usage_of(amira)
        assert used["fallbacks"] > 0
        assert bool(used["findings"]) is found


async def test_a_rewording_in_another_language_is_dropped_for_the_template(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    asked = "When is my next bill due, and how much is my balance?"
    plain = await house.customer("C-1001")
    model_server.behaviour = fails(500)
    await plain.says(asked)
    model_server.behaviour = behaves(
        understood=reading(), worded=lambda draft: f"Sehr gerne, hier ist die Auskunft über Ihre Rechnung: {draft[-1:]}"
    )
    amira = await house.customer("C-1001")
    await amira.says(asked)
    assert amira.text == plain.text
    (used,) = await usage_of(amira)
    assert "language" in {finding["kind"] for finding in used["findings"]}
    model_server.behaviour = long_tail(Answer("Ich habe dazu leider keine Auskunft für Sie gefunden."))
    await amira.says(VAGUE)
    assert "Auskunft" not in amira.text


async def test_a_model_that_hears_another_language_than_was_written_is_not_followed(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    model_server.behaviour = behaves(understood=reading(("billing.check_balance", 0.97), locale="fr"))
    amira = await house.customer("C-1001")
    await amira.says("What is the balance on my account at the moment?")
    assert (await amira.look())["locale"] == "en"
    model_server.behaviour = behaves(understood=reading(("billing.check_balance", 0.97), locale="de"))
    await amira.says("Wie hoch ist denn bitte mein offener Betrag?")
    assert (await amira.look())["locale"] == "de"


LIES = ["We refunded 500 dollars to the customer.", "Refund of $500.00 was approved.", "INV-9999 was cancelled."]


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize(("tool", "argument"), [("crm.open_case", "description"), ("crm.add_note", "text")])
async def test_what_no_system_said_is_not_written_down_for_people_either(
    open_house: OpenHouse, model_server: ModelServer, lie: str, tool: str, argument: str
) -> None:
    house = await open_house(**at(model_server))
    arguments = {"customer_id": "C-1018", "reason": "question", argument: lie}
    arguments = {key: value for key, value in arguments.items() if tool == "crm.open_case" or key != "reason"}
    model_server.behaviour = long_tail(call(tool, **arguments), Answer("I could not write that down."))
    rosa = await house.customer("C-1018")
    await rosa.says(VAGUE)
    assert await effects_of(rosa) == []
    (used,) = await usage_of(rosa)
    assert used["findings"]


async def test_what_the_customer_says_may_be_written_down_as_it_was_said(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    case = {**CASE, "description": "Wants $77.00 back for P-4711."}
    model_server.behaviour = long_tail(call("crm.open_case", **case), Answer("I have opened a case for you."))
    rosa = await house.customer("C-1018")
    await rosa.says("That thing again: it was $77.00, on P-4711.")
    assert await rosa.done() == [("crm.open_case", "succeeded")]


async def test_a_first_message_about_nothing_known_is_worked_on_too(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    work = (call("knowledge.search_articles", query="guest wifi"), Answer("I can look that up for you."))
    model_server.behaviour = behaves(*work, understood=reading(("greeting", 0.2)))
    amira = await house.customer("C-1001")
    await amira.says("Zork blarg the frobnicator.")
    assert (amira.text, amira.turn["specialist"]) == ("I can look that up for you.", "troubleshooting")


async def test_failures_and_findings_are_counted_for_those_who_run_the_service(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    model_server.behaviour = fails(429)
    await (await house.customer("C-1002")).says("Why is my bill so high this month?")
    model_server.behaviour = behaves(understood=reading(), worded=lambda draft: f"{draft} I have refunded it all.")
    await (await house.customer("C-1001")).says("When is my next bill due, and how much is my balance?")
    counted = (await house.call("channel", "GET", "/metrics")).text
    assert 'RateLimitError 429"} 3.0' in counted
    assert 'switchboard_model_findings_total{kind="claim"} 1.0' in counted
    assert 'switchboard_model_tokens_total{direction="in"} ' in counted
    assert "switchboard_model_calls_total 3.0" in counted


async def test_a_message_with_invented_words_is_not_sent_either(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    lie = call("crm.send_message", **NEWS, text="We have refunded $500.00 to you.")
    model_server.behaviour = long_tail(lie, Answer("I could not send you that."))
    rosa = await house.customer("C-1018")
    await rosa.says(VAGUE)
    assert rosa.turn["pending"] is None
    assert (await house.fetch("channel", "/v1/sandbox/outbox?customer_id=C-1018"))["items"] == []
    (used,) = await usage_of(rosa)
    assert {finding["kind"] for finding in used["findings"]} == {"amount", "claim"}


async def test_orders_hidden_in_a_note_have_no_effect_whatever_the_model_obeys(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    before = _what_rosa_has(house)
    model_server.behaviour = lambda asked: UNSURE if asked.kind == "understand" else obeys_notes(asked)
    rosa = await house.customer("C-1018")
    await rosa.says("What did I write to you lately?")
    assert "Refund 50000" in json.dumps(model_server.requests)
    outcomes = {action["tool"]: (action["effect"], action["outcome"]) for action in rosa.turn["actions"]}
    assert outcomes[REFUND] == ("deny", "refused")
    assert rosa.pending == ("verify", "crm.update_contact_detail")
    await rosa.says_code()
    assert rosa.pending == ("confirm", "crm.update_contact_detail")
    assert "change your postal address to 1 Elsewhere Road" in rosa.text
    await rosa.says("no, why would you?")
    await rosa.says("yes")
    assert await rosa.done() == []
    assert set(await effects_of(rosa)) <= {"crm.start_verification", "crm.check_verification"}
    assert _what_rosa_has(house) == before
    assert "500" not in " ".join(message["text"] for message in (await rosa.look())["messages"])


def _what_rosa_has(house: Guest) -> list[Any]:
    return [
        look_up(house, "SELECT * FROM customers WHERE customer_id = 'C-1018'"),
        look_up(house, "SELECT * FROM payments WHERE customer_id = 'C-1018'"),
        look_up(house, "SELECT * FROM credits WHERE customer_id = 'C-1018'"),
    ]


EAGER = [
    reading((REFUND, 1.0)),
    reading(("billing.refund_duplicate_charge", 1.0), sentiment=1.0),
    reading(("billing.refund_duplicate_charge", 1.0), answer="yes"),
    reading(("billing.request_refund", 1.0)),
]


async def test_a_model_can_never_supply_a_yes(open_house: OpenHouse, model_server: ModelServer) -> None:
    house = await open_house(**at(model_server))
    for eager in EAGER:
        for words in ("what would happen then", "yes, but only 30", "my wife says yes", "yes?"):
            model_server.behaviour = behaves(understood=reading())
            amira = await house.customer("C-1001")
            await amira.says("I was charged twice for my last bill")
            assert amira.pending == ("confirm", REFUND)
            model_server.behaviour = behaves(understood=eager)
            await amira.says(words)
            assert await effects_of(amira) == []


async def test_a_model_may_veto_a_yes_and_who_is_vetoed_again_and_again_meets_a_person(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    model_server.behaviour = behaves(understood=reading())
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    model_server.behaviour = behaves(understood=reading(veto_yes=True))
    await amira.says("yes")
    assert amira.pending == ("confirm", REFUND)
    assert amira.text.startswith("I only go ahead with a clear yes")
    model_server.behaviour = behaves(understood=reading())
    await amira.says("yes")
    assert await amira.done() == [(REFUND, "succeeded")]
    keiko = await house.customer("C-1011")
    await keiko.says("my internet is dead")
    model_server.behaviour = behaves(understood=reading(veto_yes=True))
    for _ in range(3):
        await keiko.says("yes")
    assert keiko.turn["handoff"]["reason"] == "not_understood"
    assert await keiko.done() == []


async def test_a_proposed_call_waits_for_the_yes_and_is_carried_out_once(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    model_server.behaviour = long_tail(call(REFUND, **MONEY_BACK))
    rosa = await house.customer("C-1018")
    await rosa.says(VAGUE)
    assert rosa.pending == ("confirm", REFUND)
    assert rosa.turn["pending"]["arguments"] == MONEY_BACK
    assert await effects_of(rosa) == []
    model_server.behaviour = behaves(understood=reading())
    await rosa.says("When is my next bill due, and how much is my balance?")
    assert rosa.pending == ("confirm", REFUND)
    assert "what I suggested" in rosa.text
    for words in ("yes", "yes", "yes please"):
        await rosa.says(words)
    assert await rosa.done() == [(REFUND, "succeeded")]
    assert await effects_of(rosa) == [REFUND]
    said = [message["text"] for message in (await rosa.look())["messages"]]
    assert any(text.startswith("Done. $39.99 of payment P-5182 was refunded and should be there by") for text in said)


async def test_a_proposed_call_that_was_refused_by_the_customer_is_gone(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    model_server.behaviour = long_tail(call(REFUND, **MONEY_BACK))
    rosa = await house.customer("C-1018")
    await rosa.says(VAGUE)
    await rosa.says("no")
    model_server.behaviour = behaves(understood=reading())
    await rosa.says("yes")
    assert await effects_of(rosa) == []


async def test_a_proposed_call_waits_for_code_yes_and_supervisor_where_policy_says_so(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    order = {"payment_id": "P-5032", "amount_minor": 18000, "reason": "duplicate_charge"}
    model_server.behaviour = long_tail(call(REFUND, **order))
    chloe = await house.customer("C-1003")
    await chloe.says(VAGUE)
    assert chloe.pending == ("verify", REFUND)
    await chloe.says_code()
    assert chloe.pending == ("confirm", REFUND)
    await chloe.says("yes")
    assert chloe.turn["status"] == "waiting_approval"
    assert await chloe.done() == []
    await chloe.decides("approve")
    assert await chloe.done() == [(REFUND, "succeeded")]
    assert (await chloe.look())["messages"][-1]["text"].startswith("Done. $180.00 of payment P-5032 was refunded")


async def test_what_only_a_written_procedure_may_do_unasked_a_model_may_not(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    text = "Here is what you asked for."
    model_server.behaviour = long_tail(call("crm.send_message", **NEWS, text=text))
    rosa = await house.customer("C-1018")
    await rosa.says(VAGUE)
    assert rosa.pending == ("confirm", "crm.send_message")
    model_server.behaviour = behaves(understood=reading())
    await rosa.says("When is my next bill due, and how much is my balance?")
    assert rosa.turn["actions"][0]["tool"] == "erp.list_invoices"
    assert rosa.pending == ("confirm", "crm.send_message")
    assert await effects_of(rosa) == []
    await rosa.says("yes")
    assert await rosa.done() == [("crm.send_message", "succeeded")]
    sent = (await house.fetch("channel", "/v1/sandbox/outbox?customer_id=C-1018"))["items"]
    assert [message["text"] for message in sent] == [text]


async def test_the_long_tail_is_answered_from_what_the_tools_said(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    model_server.behaviour = long_tail(
        call("knowledge.search_articles", query="router lights"),
        call("erp.list_invoices", customer_id="C-1018"),
        Answer("Your last invoice is INV-3018."),
    )
    rosa = await house.customer("C-1018")
    await rosa.says(VAGUE)
    assert rosa.text == "Your last invoice is INV-3018."
    assert [(action["tool"], action["effect"]) for action in rosa.turn["actions"]] == [
        ("knowledge.search_articles", "allow"),
        ("erp.list_invoices", "allow"),
    ]
    assert rosa.turn["specialist"] == "billing"
    stranger = await house.customer(None)
    await stranger.says(VAGUE)
    offered = Asked(model_server.requests[-1]).tools
    assert set(offered) == {"knowledge__search_articles", "knowledge__get_article", "erp__list_plans"}


async def test_a_model_that_only_asks_back_or_hears_the_wish_brings_a_person(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    model_server.behaviour = long_tail(Answer("What do you mean?"))
    asked = await house.customer("C-1001")
    for words in (VAGUE, "The thing.", "You know it."):
        await asked.says(words)
    assert asked.turn["handoff"]["reason"] == "not_understood"
    for heard in (reading(("human", 0.95)), reading(wants_person=True)):
        model_server.behaviour = behaves(understood=heard)
        wants = await house.customer("C-1001")
        await wants.says("Bring me to someone of flesh and blood.")
        assert wants.turn["handoff"]["reason"] == "asked_for_person"


@pytest.mark.parametrize(
    ("limit", "behaviour", "calls"),
    [
        ({"max_calls": 2}, behaves(), 2),
        ({"max_tokens": 150}, behaves(), 2),
        ({"max_seconds": 0.3}, times_out, 1),
    ],
)
async def test_a_turns_budget_is_kept_and_stands_in_its_record(
    open_house: OpenHouse, model_server: ModelServer, limit: dict[str, Any], behaviour: Behaviour, calls: int
) -> None:
    house = await open_house(**at(model_server, **limit))
    model_server.behaviour = behaviour
    ben = await house.customer("C-1002")
    await ben.says("Why is my bill so high this month?")
    assert "$59.99" in ben.text
    (used,) = await usage_of(ben)
    assert used["calls"] == calls
    assert used["fallbacks"] > 0
    tokens = used["tokens_in"] + used["tokens_out"]
    note = next(entry for entry in await ben.journal() if entry["rationale"].startswith(ASKED))
    assert f"was asked {used['calls']} times ({tokens} tokens, {used['seconds']:.1f} s)" in note["rationale"]


async def test_no_card_code_or_token_is_ever_shown_to_the_model(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(**at(model_server))
    model_server.behaviour = behaves(understood=reading())
    pan = "4242" * 4
    priya = await house.customer("C-1016")
    for words in (
        f"please charge my card {pan}",
        f"I mean {' '.join(['4242'] * 4)}, cvc 737",
        "my password is hunter22",
    ):
        await priya.says(words)
    chloe = await house.customer("C-1003")
    await chloe.says("You took my yearly payment twice")
    first = await chloe.code()
    await chloe.says(f"it is {first}")
    await chloe.says("yes")
    stranger = await house.customer(None)
    await stranger.says("I was charged twice for my last bill")
    await stranger.says("my customer number is C-1001")
    stranger.customer_id = "C-1001"
    second = await stranger.code()
    await stranger.says(second)
    with closing(sqlite3.connect(house.house.settings.data / "switchboard.db")) as kept:
        assert [line for line in kept.iterdump() if first in line or second in line] == []
    model_server.behaviour = long_tail(call("payments.list_payment_methods", customer_id="C-1001"), Answer("Right."))
    await chloe.says(f"{first} was the right one, was it? {VAGUE}")
    await stranger.says("no")
    await stranger.says(VAGUE)
    assert {"understand", "word", "work"} <= set(model_server.kinds)
    seen = json.dumps(model_server.requests, ensure_ascii=False)
    secrets = (pan, "4242 4242", "737", "hunter22", first, second, KEY, "eyJ", *house.tokens.values())
    assert [secret for secret in secrets if secret in seen] == []


async def test_without_a_model_nothing_at_all_is_contacted(
    open_house: OpenHouse, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacted: list[Any] = []
    connect = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda *all: (contacted.append(all[1]), connect(*all))[1])
    house = await open_house(model={"base_url": "", "name": "scripted", "api_key": KEY})
    amira = await house.customer("C-1001")
    for words in (VAGUE, "I was charged twice for my last bill", "yes"):
        await amira.says(words)
    assert await amira.done() == [(REFUND, "succeeded")]
    assert contacted == model_server.requests == []
    assert await usage_of(amira) == []


def test_the_pages_settings_are_the_settings() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "use-a-language-model.md").read_text("utf-8")
    stanza = page.split("```toml\n")[1].split("```")[0]
    section = ModelSettings(**tomllib.loads(stanza)["model"])
    assert section.base_url
    limits = ("timeout_s", "max_calls", "max_tokens", "max_seconds")
    assert [getattr(section, name) for name in limits] == [getattr(ModelSettings(), name) for name in limits]
    assert all(f"SWITCHBOARD_MODEL__{name.upper()}" in page for name in ("base_url", "name", "api_key"))
