"""How long a decision takes: the embedded engine, and the OPA sidecar, which is also asked at a steady rate."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

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
    with serve(opa) as url:
        engine = OpaEngine(url, load_bundle().revision, timeout_s=PATIENCE_S)
        try:
            return await _ask_sidecar(stage, engine)
        finally:
            await engine.close()


async def _ask_sidecar(stage: Stage, engine: OpaEngine) -> list[Figure]:
    alone: list[list[float]] = []
    steady: list[list[float]] = []
    await time_one_by_one(engine.decide, COUNT)
    for number in range(stage.rounds):
        alone.append(await time_one_by_one(engine.decide, COUNT))
        steady.append(await time_at_rate(engine.decide, COUNT))
        stage.progress((number + 1) / stage.rounds)
    unanswered = sum(COUNT - len(taken) for taken in steady)
    return [
        *_report("one by one", alone),
        *_report(f"{RATE} a second", steady, p99_ms=SIDECAR_P99_MS),
        Figure(f"{RATE} a second: no answer within {PATIENCE_S} s", unanswered, "", limit=0),
    ]


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
