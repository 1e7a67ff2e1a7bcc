"""A decision for every tool, whatever comes in: `python -m tests.policy_bundle.totality [PER_TOOL] [SEED]`."""

import asyncio
import json
import sys
from collections import Counter

from jsonschema import Draft202012Validator
from rich.console import Console
from rich.progress import track

from domain.errors import PolicyUnavailable
from policy.engines.bundle import SCHEMA, load_bundle
from policy.engines.embedded import EmbeddedEngine
from tests.policy_bundle.generated import documents_of


async def decide_all(per_tool: int, seed: int) -> tuple[Counter[str], list[str]]:
    """How often which effect came out, and what was no decision of the published form."""
    bundle = load_bundle()
    engine = EmbeddedEngine(bundle)
    form = Draft202012Validator(json.loads(SCHEMA.with_name("decision.schema.json").read_text("utf-8")))
    effects, faults = Counter[str](), list[str]()
    for tool in track(sorted(bundle.tools), "tools", console=Console(stderr=True)):
        for document in documents_of(tool, bundle, per_tool, seed):
            try:
                decision = await engine.decide(document)
            except PolicyUnavailable as error:
                faults += [f"{tool}: {error}"] if isinstance(document, dict) else []
                continue
            effects[decision["effect"]] += 1
            faults += [f"{tool}: {problem.message}" for problem in form.iter_errors(decision)]
    return effects, faults


def main(per_tool: int = 2000, seed: int = 1) -> int:
    """Print what was decided; 1 where an input got no decision of the published form."""
    effects, faults = asyncio.run(decide_all(per_tool, seed))
    for fault in faults[:10]:
        print(fault)
    print("effects:", dict(effects.most_common()))
    print(f"{len(faults)} of {effects.total()} inputs without a decision of the published form")
    return 1 if faults or not effects else 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
