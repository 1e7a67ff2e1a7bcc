"""Every tool, with whatever input: one decision of the published form, and nothing allowed by accident."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from domain.errors import PolicyUnavailable
from policy.engines.bundle import SCHEMA, Bundle, load_bundle
from policy.engines.embedded import EmbeddedEngine
from tests.policy_bundle.documents import changed, proof, sound, without
from tests.policy_bundle.generated import documents

BUNDLE = load_bundle()
TOOLS = sorted(BUNDLE.tools)
WRITES = [name for name in TOOLS if BUNDLE.tools[name]["kind"] == "write"]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def decision_form() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.with_name("decision.schema.json").read_text()))


async def test_generated_inputs_get_a_decision_of_the_published_form(
    embedded: EmbeddedEngine, bundle: Bundle, decision_form: Draft202012Validator
) -> None:
    answered = 0
    for document in documents(bundle, 1500, seed=3):
        try:
            decision_form.validate(await embedded.decide(document))
            answered += 1
        except PolicyUnavailable:
            assert not isinstance(document, dict)
    assert answered > 1400


@pytest.mark.parametrize("tool", TOOLS)
async def test_each_tool_is_denied_with_any_part_of_its_input_missing(
    embedded: EmbeddedEngine, bundle: Bundle, tool: str
) -> None:
    document = sound(tool, dict(bundle.tools))
    for path in ("call", "principal", "conversation", "resource", "facts", "evidence", "now", "call.arguments"):
        decision = await embedded.decide(without(document, path))
        assert decision["effect"] == "deny", path


@pytest.mark.parametrize("tool", TOOLS)
async def test_each_sound_call_is_allowed_once_it_has_its_evidence(
    embedded: EmbeddedEngine, bundle: Bundle, tool: str
) -> None:
    document = sound(tool, dict(bundle.tools), level="strong")
    document["evidence"]["confirmation"] = proof("C-1", bundle.revision)
    decision = await embedded.decide(document)
    assert decision["effect"] == "allow"
    assert decision["reasons"]
    assert decision["policy_revision"] == bundle.revision


@pytest.mark.parametrize("tool", WRITES)
async def test_no_write_is_allowed_for_nobody(embedded: EmbeddedEngine, bundle: Bundle, tool: str) -> None:
    document = changed(sound(tool, dict(bundle.tools)), "principal.customer", None)
    decision = await embedded.decide(document)
    assert decision["effect"] == ("allow" if bundle.tools[tool]["group"] == "verification" else "deny")


@pytest.mark.parametrize("tool", WRITES)
async def test_no_write_is_allowed_by_an_unknown_specialist(
    embedded: EmbeddedEngine, bundle: Bundle, tool: str
) -> None:
    document = changed(sound(tool, dict(bundle.tools), level="strong"), "principal.agent.id", "newcomer")
    document["evidence"]["confirmation"] = proof("C-1", bundle.revision)
    assert (await embedded.decide(document))["effect"] == "deny"


@pytest.mark.parametrize("tool", ["payments.mint", "payments.", ".refund_payment", "crm.refund_payment", "x.y"])
async def test_unknown_tools_are_denied(embedded: EmbeddedEngine, bundle: Bundle, tool: str) -> None:
    document = sound("payments.refund_payment", dict(bundle.tools))
    document["call"]["server"], _, document["call"]["tool"] = tool.partition(".")
    decision = await embedded.decide(document)
    assert decision["effect"] == "deny"
    assert "call/known_tool" in [reason["rule"] for reason in decision["reasons"]]


@settings(max_examples=150, deadline=None)
@given(tool=st.sampled_from(TOOLS), arguments=st.dictionaries(st.text(), JSON, max_size=4))
async def test_any_arguments_at_all_are_decided(tool: str, arguments: dict[str, Any]) -> None:
    document = changed(sound(tool, dict(BUNDLE.tools)), "call.arguments", arguments)
    decision = await ENGINE.decide(document)
    assert decision["effect"] in {"allow", "confirm", "step_up", "approve", "deny", "handoff"}


ENGINE = EmbeddedEngine(BUNDLE)


def refunds(seed: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(seed)
    for _ in range(400):
        document = sound("payments.refund_payment", dict(BUNDLE.tools), level="strong")
        document["resource"]["payment"].update(
            captures_of_charge=1, surplus_minor=0, amount_minor=10**6, refundable_minor=10**6
        )
        document["call"]["arguments"].update(amount_minor=chance.randint(1, 40000), reason="other")
        document["facts"].update(goodwill_minor_30d=chance.randint(0, 16000), goodwill_count_30d=chance.randint(0, 4))
        document["evidence"]["confirmation"] = proof("C-1", BUNDLE.revision)
        yield document


async def test_without_approval_no_refund_ever_passes_a_limit(embedded: EmbeddedEngine) -> None:
    allowed = 0
    for document in refunds(seed=5):
        amount, facts = document["call"]["arguments"]["amount_minor"], document["facts"]
        decision = await embedded.decide(document)
        within = amount <= 5000 and facts["goodwill_minor_30d"] + amount <= 15000 and facts["goodwill_count_30d"] < 3
        assert decision["effect"] == ("allow" if within else "handoff" if amount > 20000 else "approve")
        allowed += within
    assert allowed > 10
