"""A whole run: refunds under kills, refunds that need a supervisor, refunds whose answers get lost, and the proof."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from tests.chaos.callers import Delivery, Line, Refund
from tests.chaos.charges import Charge, make_charges
from tests.chaos.lost_answers import LossyWire
from tests.chaos.processes import Running
from tests.chaos.proof import Proof, prove
from tests.chaos.waves import Progress, Waves, split


@dataclass(frozen=True)
class Plan:
    """How many refunds of each kind, so many at a time; the same seed gives the same kinds of trouble."""

    killed: int
    approved: int
    lost_answers: int
    wave: int
    seed: int

    @property
    def refunds(self) -> int:
        """All of them."""
        return self.killed + self.approved + self.lost_answers


@dataclass
class Report:
    """What was done, and what came of it."""

    plan: Plan
    kills: dict[str, int]
    starts: int
    faults: dict[str, int]
    proof: Proof
    problems: list[str] = field(default_factory=list[str])

    @property
    def holds(self) -> bool:
        """Whether every refund was made once and every customer was told so."""
        return self.proof.holds and not self.problems

    def as_json(self) -> dict[str, Any]:
        """The report as data."""
        return {"ok": self.holds, **asdict(self)}


async def run(folder: Path, plan: Plan, progress: Progress) -> Report:
    """Run the plan on the seeded data in `folder`, which is used up."""
    rng = Random(plan.seed)
    charges = make_charges(folder, plan.refunds, plan.approved)
    answers_lost, killed = charges[: plan.lost_answers], charges[plan.lost_answers :]
    waves = Waves(folder, rng, progress)
    if killed:
        await waves.run(killed, plan.wave)
    wire_faults, told_wrong = await _lose_answers(folder, answers_lost, plan.wave, rng, progress)
    proof = await prove(folder, charges)
    havoc = waves.havoc
    return Report(plan, dict(havoc.kills), havoc.starts, wire_faults, proof, havoc.problems + told_wrong)


async def _lose_answers(
    folder: Path, charges: list[Charge], size: int, rng: Random, progress: Callable[[int, str], None]
) -> tuple[dict[str, int], list[str]]:
    """Make refunds over a wire that loses answers."""
    if not charges:
        return {}, []
    problems: list[str] = []
    async with Running(folder, "mcp", "serve", "payments", health="/healthz") as payments:
        wire = LossyWire(payments, Random(rng.random()))
        async with wire.open() as url:
            remote = {"URL": url, "FIRST_PARTY": "true"}
            settings = {f"SWITCHBOARD_MCP_SERVERS__PAYMENTS__{name}": value for name, value in remote.items()}
            async with Running(folder, "serve", **settings) as service, httpx.AsyncClient(timeout=60) as http:
                line = Line(service, http)
                for part in split(charges, size):
                    wave = [Refund(charge, rng.choice(list(Delivery)), line) for charge in part]
                    await _walk(wave, rng)
                    problems += [problem for refund in wave for problem in refund.problems]
                    progress(len(wave), "answers lost")
    return dict(wire.faults), problems


async def _walk(wave: list[Refund], rng: Random) -> None:
    await asyncio.gather(*(refund.ask() for refund in wave))
    await asyncio.gather(*(refund.confirm() for refund in wave))
    await asyncio.gather(*(refund.look_back(rng) for refund in wave))
