"""The sidecar and the embedded engine are one policy."""

from tests.policy_bundle.differential import compare_engines


async def test_engines_answer_the_same_on_generated_inputs(opa_sidecar: str) -> None:
    comparison = await compare_engines(opa_sidecar, count=2000, seed=11)
    assert comparison.disagreements == []
    assert set(comparison.effects) >= {"allow", "confirm", "step_up", "approve", "deny", "handoff"}
    assert len(comparison.rules) > 40
