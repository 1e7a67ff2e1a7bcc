"""The embedded engine: exact, bounded, and never running other rules than the bundle's."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from domain.digest import canonical
from domain.errors import Misconfigured, PolicyUnavailable
from policy.engines.bundle import Bundle, load_bundle
from policy.engines.documents import MAX_BYTES
from policy.engines.embedded import DECISION, EmbeddedEngine, read_module
from policy.engines.module import PolicyModule
from tests.policy_bundle.documents import Document, changed, proof, sound


@pytest.fixture
def refund(bundle: Bundle) -> Document:
    return sound("payments.refund_payment", dict(bundle.tools))


async def test_every_answer_names_the_revision(embedded: EmbeddedEngine, refund: Document, bundle: Bundle) -> None:
    assert embedded.revision == bundle.revision
    assert (await embedded.decide(refund))["policy_revision"] == bundle.revision
    assert (await embedded.escalate({}))["policy_revision"] == bundle.revision


def test_rules_changed_since_the_module_was_compiled_are_refused(bundle_copy: Path) -> None:
    rule = bundle_copy / "contact_centre/rules/money_back/fraud/rule.rego"
    rule.write_text(rule.read_text().replace('"fraud" in', '"theft" in'))
    with pytest.raises(Misconfigured, match=r"other rules.*make policy"):
        EmbeddedEngine(load_bundle(bundle_copy))


def test_a_rule_added_since_the_module_was_compiled_is_refused(bundle_copy: Path) -> None:
    (bundle_copy / "contact_centre/rules/money_back/extra.rego").write_text("package contact_centre.rules.extra.one\n")
    with pytest.raises(Misconfigured, match="make policy"):
        EmbeddedEngine(load_bundle(bundle_copy))


def test_an_altered_module_is_refused(bundle_copy: Path) -> None:
    module = bundle_copy / "policy.wasm"
    module.write_bytes(module.read_bytes() + b"\0")
    with pytest.raises(Misconfigured, match=r"is not the module.*make policy"):
        EmbeddedEngine(load_bundle(bundle_copy))


def test_a_missing_module_is_refused(bundle_copy: Path) -> None:
    (bundle_copy / "policy.wasm").unlink()
    with pytest.raises(Misconfigured, match="make policy"):
        EmbeddedEngine(load_bundle(bundle_copy))


async def test_changed_data_needs_no_compiling(bundle_copy: Path, refund: Document, bundle: Bundle) -> None:
    limits = bundle_copy / "data/limits.json"
    limits.write_text(limits.read_text().replace('"automatic_minor": 5000', '"automatic_minor": 3000'))
    engine = EmbeddedEngine(load_bundle(bundle_copy))
    assert engine.revision != bundle.revision
    refund["evidence"]["confirmation"] = proof("C-1", engine.revision)
    assert (await engine.decide(refund))["effect"] == "approve"


async def test_a_yes_under_another_revision_does_not_count(embedded: EmbeddedEngine, refund: Document) -> None:
    refund["evidence"]["confirmation"] = proof("C-1", embedded.revision)
    assert (await embedded.decide(refund))["effect"] == "allow"
    refund["evidence"]["confirmation"] = proof("C-1", "sha256:older")
    assert (await embedded.decide(refund))["effect"] == "confirm"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {1: 2}, {"x"}, b"bytes"], ids=repr)
async def test_what_is_not_json_gets_no_answer(embedded: EmbeddedEngine, refund: Document, value: Any) -> None:
    with pytest.raises(PolicyUnavailable):
        await embedded.decide(changed(refund, "call.arguments.reason", value))


@pytest.mark.parametrize("document", [None, [], "allow", 1])
async def test_what_is_no_object_gets_no_answer(embedded: EmbeddedEngine, document: Any) -> None:
    with pytest.raises(PolicyUnavailable):
        await embedded.decide(document)


async def test_a_huge_document_gets_no_answer(embedded: EmbeddedEngine, refund: Document) -> None:
    with pytest.raises(PolicyUnavailable):
        await embedded.decide(changed(refund, "call.arguments.reason", "x" * MAX_BYTES))
    large = changed(refund, "call.arguments.note", "x" * (MAX_BYTES // 2))
    assert (await embedded.decide(large))["effect"] == "confirm"


async def test_a_deep_document_spoils_nothing(embedded: EmbeddedEngine, refund: Document) -> None:
    for depth in (50, 300, 900, 5000):
        deep: Any = 1
        for _ in range(depth):
            deep = [deep]
        try:
            answer = await embedded.decide(changed(refund, "call.arguments.note", deep))
        except PolicyUnavailable:
            pass
        else:
            assert answer["effect"] == "confirm"
        assert (await embedded.decide(refund))["effect"] == "confirm"


async def test_concurrent_callers_get_their_own_answers(embedded: EmbeddedEngine, bundle: Bundle) -> None:
    tools = dict(bundle.tools)
    asked = [sound(name, tools) for name in sorted(tools)] * 5
    expected = [await embedded.decide(document) for document in asked]
    assert await asyncio.gather(*(embedded.decide(document) for document in asked)) == expected


def test_memory_is_bounded_over_many_evaluations(bundle: Bundle, refund: Document) -> None:
    module = PolicyModule(read_module(bundle), canonical(dict(bundle.data)))
    large, small = canonical(changed(refund, "call.arguments.note", ["x" * 100] * 800)), canonical(refund)
    for document in (small, large, small):
        module.evaluate(DECISION, document)
    size = module.memory_bytes
    for turn in range(2000):
        module.evaluate(DECISION, large if turn % 100 == 0 else small)
    assert module.memory_bytes == size


def test_after_a_failed_evaluation_the_next_one_is_sound(bundle: Bundle, refund: Document) -> None:
    module = PolicyModule(read_module(bundle), canonical(dict(bundle.data)))
    sound_answer = module.evaluate(DECISION, canonical(refund))
    for broken in (b"[" * 200_000, b'"' + b"x" * 70_000_000 + b'"'):
        with pytest.raises(PolicyUnavailable):
            module.evaluate(DECISION, broken)
        assert module.evaluate(DECISION, canonical(refund)) == sound_answer
