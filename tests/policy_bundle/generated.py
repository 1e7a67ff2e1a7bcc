"""Generated input documents: sound ones, with evidence or without, changed at random places, also to wrong types."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from policy.engines.bundle import Bundle
from tests.policy_bundle.documents import DIGEST, Document, proof, sound

AMOUNTS = (
    0,
    1,
    999,
    1000,
    2500,
    2501,
    5000,
    5001,
    7500,
    10000,
    10001,
    15000,
    15001,
    20000,
    20001,
    2**31 - 1,
    2**31,
    2**53 - 1,
)
STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 0.5, 1e15, 1e300, -1e-9, 2**53 - 1, 5000.0),
    *("", "x", "5000", "true", "null", "C-1", "C-2", "ñ€😀", "a\u0000b", "$", "0", "1e3", "Z", " " * 30),
    *([], {}, [[]], [None], {"": ""}, {"items": []}, {"items": [None, 1, "x"]}, ["fraud"], [1, "medical_alarm"]),
)
TIMES = (
    *("2026-11-20T12:00:00Z", "2026-11-20T11:00:00.5+00:00", "2026-11-13T12:00:01Z", "2026-10-21", "2026-10-22"),
    *("2026-02-29T00:00:00Z", "2024-02-29T23:59:59+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"),
    *("2026-11-20T12:10:00.000Z", "2026-11-20 12:00:00Z", "2026-11-20T25:00:00Z", "2026-13-01", "20-11-2026", "soon"),
)
WORDS = (
    *("anonymous", "authenticated", "strong", "specialist", "partner", "representative", "billing", "retention"),
    *("scheduling", "troubleshooting", "router", "northwind-fibre", "other-co", "en", "es", "de", "fr", "hi", "xx"),
    *(
        "requested",
        "service",
        "marketing",
        "duplicate_charge",
        "goodwill",
        "paid",
        "overdue",
        "booked",
        "email",
        "voice",
    ),
    *("auto", "approve", "suggest", "observe", "off", "billing.sample", DIGEST),
)
WEIGHTY = (
    *("payments.refund_payment", "erp.apply_credit", "erp.waive_fee", "payments.take_payment", "crm.accept_offer"),
    *("erp.cancel_subscription", "erp.reschedule_appointment", "network.restart_device", "crm.send_message"),
)
"""The tools that most rules are about."""
FLAGS = ("fraud", "medical_alarm", "vulnerable", "unknown", 7, None)


def documents(bundle: Bundle, count: int, seed: int) -> Iterator[Any]:
    """So many documents, always the same ones for a seed."""
    chance = random.Random(seed)
    tools = dict(bundle.tools)
    names = sorted(tools)
    for _ in range(count):
        yield _document(chance.choice(WEIGHTY if chance.random() < 0.5 else names), tools, bundle.revision, chance)


def documents_of(tool: str, bundle: Bundle, count: int, seed: int) -> Iterator[Any]:
    """So many documents about one tool, always the same ones for a seed."""
    chance, tools = random.Random(f"{tool} {seed}"), dict(bundle.tools)
    return (_document(tool, tools, bundle.revision, chance) for _ in range(count))


def _document(tool: str, tools: dict[str, Any], revision: str, chance: random.Random) -> Any:
    """A situation in which a tool is proposed, changed at a few places or at none."""
    document = _situation(sound(tool, tools), revision, chance)
    for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 6))):
        document = _change(document, chance)
    return document


def escalations(count: int, seed: int) -> Iterator[Any]:
    """So many inputs of the escalation rules."""
    chance = random.Random(seed)
    for _ in range(count):
        yield {name: _escalation_value(name, chance) for name in ESCALATION if chance.random() > 0.05}


ESCALATION: dict[str, tuple[Any, ...]] = {
    "wants_person": (True, False, False, False),
    "person": (0.0, 0.3, 0.89, 0.9, 1, "0.9", None),
    "sentiment": (-1, -0.7, -0.69, -0.4, 0, 0.5, 1),
    "sentiment_trend": (-1, -0.3, -0.2, 0, 1),
    "topics": ([], [], ["press"], ["self_harm", "press"], ["vulnerable"], ["bereavement", "legal_threat"], ["weather"]),
    "flags": ([], [], ["medical_alarm"], ["vulnerable"], ["fraud"]),
    "clarifications": (0, 1, 2, 3),
    "tool_failures": (0, 1, 2),
    "evidence_failures": (0, 2, 3),
    "locale_supported": (True, True, False),
    "procedure": ("billing.explain_bill", "troubleshooting.no_connection", ""),
    "specialist": ("billing", "scheduling", "troubleshooting", "retention", "handoff", ""),
    "tenant": ("northwind-fibre", "other-co", ""),
}


def _escalation_value(name: str, chance: random.Random) -> Any:
    return chance.choice(STRANGE) if chance.random() < 0.1 else chance.choice(ESCALATION[name])


def _situation(document: Document, revision: str, chance: random.Random) -> Document:
    """Evidence, proof of identity, history and agents as they come in real life."""
    evidence, customer, facts = document["evidence"], document["principal"]["customer"], document["facts"]
    if chance.random() < 0.6:
        evidence["confirmation"] = proof("C-1", revision)
    if chance.random() < 0.4:
        evidence["approval"] = proof(chance.choice(("sue", "billing", "")), revision)
    if customer:
        customer["auth_level"] = chance.choice(("anonymous", *4 * ("authenticated",), *5 * ("strong",)))
        customer["auth_age_s"] = chance.choice((None, 0, 30, 30, 600, 601))
        customer["flags"] = chance.sample(FLAGS, chance.choice((0, 0, 0, 0, 0, 1, 2)))
    payment = document["resource"].get("payment")
    if payment and chance.random() < 0.5:
        payment.update(captures_of_charge=1, amount_minor=50000, refundable_minor=50000)
        document["call"]["arguments"]["reason"] = "other"
    if "amount_minor" in document["call"]["arguments"] and chance.random() < 0.5:
        document["call"]["arguments"]["amount_minor"] = chance.choice(AMOUNTS)
    facts["goodwill_minor_30d"] = chance.choice((0, 0, 5000, 11001, 14999, 15000))
    facts["goodwill_count_30d"] = chance.choice((0, 0, 1, 2, 3, 4))
    facts["canary_bucket"] = chance.randrange(100)
    if chance.random() < 0.1:
        document["principal"]["agent"] = {"id": "partner", "kind": "partner", "procedure": ""}
        facts["delegated_consent"] = chance.random() < 0.6
        for consent in (document["resource"].get("account") or {}).get("partner_consents", ()):
            consent["status"] = chance.choice(("requested", "given", "given", "withdrawn"))
            consent["amount_minor"] = chance.choice((0, 2500, 1000000))
    if chance.random() < 0.1:
        document["principal"]["chain"] = chance.choice((["router"], ["partner"], ["stranger"], [7]))
    return document


def _change(document: Any, chance: random.Random) -> Any:
    """The document with a value replaced, removed or added somewhere."""
    result = copy.deepcopy(document)
    places = list(_places(result))
    if not places or chance.random() < 0.01:
        return chance.choice(STRANGE)
    holder, key = chance.choice(places)
    kind = chance.random()
    if kind < 0.15:
        del holder[key]
    elif kind < 0.2 and isinstance(holder, dict):
        holder[chance.choice(WORDS)] = _value(chance)
    else:
        holder[key] = _value(chance)
    return result


def _value(chance: random.Random) -> Any:
    pool: tuple[Any, ...] = chance.choice((AMOUNTS, STRANGE, STRANGE, TIMES, WORDS, FLAGS))
    return copy.deepcopy(chance.choice(pool))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)
