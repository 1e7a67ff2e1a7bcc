"""Both engines on the same generated inputs: `python -m tests.policy_bundle.differential [COUNT] [SEED]`."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from domain.errors import PolicyUnavailable
from policy.engines.bundle import load_bundle
from policy.engines.embedded import EmbeddedEngine
from policy.engines.opa import OpaEngine
from tests.opa_binary import find_opa, serve
from tests.policy_bundle.generated import documents, escalations

Ask = Callable[[Any], Awaitable[Any]]
PATIENCE_S = 30.0
"""Only agreement is judged here, not speed."""


@dataclass
class Comparison:
    """How often the engines answered what, and the documents on which they disagreed."""

    effects: Counter[str] = field(default_factory=Counter[str])
    rules: Counter[str] = field(default_factory=Counter[str])
    disagreements: list[tuple[Any, Any, Any]] = field(default_factory=list[tuple[Any, Any, Any]])

    def add(self, document: Any, left: Any, right: Any) -> None:
        """Take one pair of answers into account."""
        if left != right:
            self.disagreements.append((document, left, right))
        if isinstance(left, dict) and "effect" in left:
            self.effects[left["effect"]] += 1
            self.rules.update(reason["rule"] for reason in left["reasons"])
        else:
            self.effects["unavailable" if isinstance(left, str) else "escalation"] += 1


async def compare(left: Ask, right: Ask, asked: Iterable[Any], comparison: Comparison) -> None:
    """Ask both engines each document."""
    for document in asked:
        comparison.add(document, await _answer(left, document), await _answer(right, document))


async def compare_engines(url: str, count: int, seed: int) -> Comparison:
    """Compare decisions on so many documents, and escalations on a tenth as many."""
    bundle = load_bundle()
    embedded, opa = EmbeddedEngine(bundle), OpaEngine(url, bundle.revision, timeout_s=PATIENCE_S)
    comparison = Comparison()
    try:
        await compare(embedded.decide, opa.decide, documents(bundle, count, seed), comparison)
        await compare(embedded.escalate, opa.escalate, escalations(count // 10, seed), comparison)
    finally:
        await opa.close()
    return comparison


async def _answer(ask: Ask, document: Any) -> Any:
    try:
        return await ask(document)
    except PolicyUnavailable:
        return "unavailable"


def main(count: int = 20_000, seed: int = 1) -> int:
    """Print what was compared; 1 where the engines disagree."""
    opa = find_opa()
    if opa is None:
        print("opa is missing")
        return 1
    with serve(opa) as url:
        comparison = asyncio.run(compare_engines(url, count, seed))
    print("effects:", dict(comparison.effects.most_common()))
    print("rules:", dict(comparison.rules.most_common()))
    for document, left, right in comparison.disagreements[:3]:
        print(json.dumps({"document": document, "embedded": left, "opa": right}, indent=1))
    print(f"{len(comparison.disagreements)} disagreements in {comparison.effects.total()} inputs")
    return 1 if comparison.disagreements else 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
