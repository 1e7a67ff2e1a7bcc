"""How long a decision takes: the embedded engine, and the OPA sidecar, which is also asked at a steady rate."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from benchmarks.figures import Figure, Skipped, percentile, summarise
from benchmarks.stage import Stage
from domain.errors import PolicyUnavailable
from policy.engines.bundle import load_bundle
from policy.engines.embedded import EmbeddedEngine
from policy.engines.opa import OpaEngine
from tests.opa_binary import find_opa, serve
from tests.policy_bundle.documents import proof, sound

Decide = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
RATE = 500
"""Decisions a second that the sidecar must bear."""

COUNT = 1000
"""Decisions of each kind in a round."""

PATIENCE_S = 5
COLLECTORS = {"plain": dict[str, str](), "GOGC=off GOMEMLIMIT=256MiB": {"GOGC": "off", "GOMEMLIMIT": "256MiB"}}
"""How the sidecar collects its garbage: Go's default, and only when 256 MiB are full."""

EMBEDDED_MS = 1.0
SIDECAR_P99_MS = 5.0


async def measure_embedded(stage: Stage) -> list[Figure]:
    """The engine in this process, on the calls that turns are made of."""
    engine = EmbeddedEngine(load_bundle())
    await time_one_by_one(engine.decide, COUNT)
    rounds: list[list[float]] = []
    for number in range(stage.rounds):
        rounds.append(await time_one_by_one(engine.decide, COUNT))
        stage.progress((number + 1) / stage.rounds)
    return _report("one by one", rounds, median_ms=EMBEDDED_MS)


async def measure_sidecar(stage: Stage) -> list[Figure]:
    """The sidecar over kept connections, on the same calls: alone, and at the steady rate.

    Raises:
        Skipped: there is no `opa`.
    """
    opa = find_opa()
    if opa is None:
        raise Skipped("opa is missing; `make opa` says how to get it")
    async with AsyncExitStack() as stack:
        sidecars = {name: await stack.enter_async_context(_sidecar(opa, given)) for name, given in COLLECTORS.items()}
        for number in range(stage.rounds):
            for sidecar in sidecars.values():
                sidecar.alone.append(await time_one_by_one(sidecar.engine.decide, COUNT))
                sidecar.steady.append(await time_at_rate(sidecar.engine.decide, COUNT))
            stage.progress((number + 1) / stage.rounds)
    return [figure for name, sidecar in sidecars.items() for figure in sidecar.report(name)]


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A running sidecar and the milliseconds that it took, round by round."""

    engine: OpaEngine
    alone: list[list[float]] = field(default_factory=list[list[float]])
    steady: list[list[float]] = field(default_factory=list[list[float]])

    def report(self, name: str) -> list[Figure]:
        """What came of it; a decision that did not come counts as a failure and nowhere else."""
        unanswered = sum(COUNT - len(taken) for taken in self.steady)
        return [
            *_report(f"{name}, one by one", self.alone),
            *_report(f"{name}, {RATE} a second", self.steady, p99_ms=SIDECAR_P99_MS),
            Figure(f"{name}, {RATE} a second: no answer within {PATIENCE_S} s", unanswered, "", limit=0),
        ]


@asynccontextmanager
async def _sidecar(opa: Path, given: dict[str, str]) -> AsyncGenerator[Sidecar]:
    with pytest.MonkeyPatch.context() as environment:
        for name, value in given.items():
            environment.setenv(name, value)
        serving = serve(opa)
        url = serving.__enter__()
    engine = OpaEngine(url, load_bundle().revision, timeout_s=PATIENCE_S)
    try:
        await time_one_by_one(engine.decide, COUNT)
        yield Sidecar(engine)
    finally:
        await engine.close()
        serving.__exit__(None, None, None)


def typical_calls() -> list[dict[str, Any]]:
    """A read, a refund that waits, a refund that is allowed, a booking: what turns are made of."""
    bundle = load_bundle()
    tools = dict(bundle.tools)
    waiting, allowed = (sound("payments.refund_payment", tools) for _ in range(2))
    allowed["evidence"]["confirmation"] = proof("C-1", bundle.revision)
    return [sound("erp.list_invoices", tools), waiting, allowed, sound("erp.book_appointment", tools)]


async def time_one_by_one(decide: Decide, count: int) -> list[float]:
    """Milliseconds of each decision, one after the other."""
    calls, taken = typical_calls(), list[float]()
    for number in range(count):
        started = time.perf_counter()
        await decide(calls[number % len(calls)])
        taken.append((time.perf_counter() - started) * 1000)
    return taken


async def time_at_rate(decide: Decide, count: int) -> list[float]:
    """Milliseconds from when each decision was due until it is there; the rate stays, whatever became of the others."""
    calls, taken = typical_calls(), list[float]()
    begun = time.perf_counter()

    async def one(number: int) -> None:
        with contextlib.suppress(PolicyUnavailable):
            await decide(calls[number % len(calls)])
            taken.append((time.perf_counter() - begun - number / RATE) * 1000)

    async with asyncio.TaskGroup() as tasks:
        for number in range(count):
            await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
            tasks.create_task(one(number))
    return taken


def _report(
    name: str, rounds: list[list[float]], *, median_ms: float | None = None, p99_ms: float | None = None
) -> list[Figure]:
    return [
        summarise(f"{name}, median", [percentile(taken, 50) for taken in rounds], "ms", limit=median_ms),
        summarise(f"{name}, p99", [percentile(taken, 99) for taken in rounds], "ms", limit=p99_ms),
    ]
