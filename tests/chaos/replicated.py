"""A run against replicas: customers come in waves, each of which is disturbed in another way; then the judgement."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.chaos.charges import LARGE, SMALL
from tests.chaos.disturbances import Disturbances, NotStopped
from tests.chaos.errands import Delivery, Errand, Visit
from tests.chaos.judgement import Judgement, judge
from tests.cluster.cluster import SYSTEMS, running_cluster
from tests.cluster.customers import charge_twice, owe_bill, owe_credit, take_customers
from tests.cluster.front import Front, client

SHARES = {
    Errand.REFUND: 30,
    Errand.CREDIT: 25,
    Errand.LARGE_REFUND: 15,
    Errand.CREDIT_THEN_BILL: 12,
    Errand.BOTH: 12,
    Errand.DECLINED: 6,
}
FIRST_S = 0.8
"""A disturbance begins within so many seconds of its wave, or of its wave's first question for a yes."""
SPREAD_S = 0.5
Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class Plan:
    """How many customers, so many at a time; the same seed gives the same customers, errands and disturbances."""

    replicas: int
    visits: int
    wave: int
    seed: int
    systems: Sequence[str] = SYSTEMS


@dataclass
class Report:
    """What was done, how requests were answered, and what came of it."""

    plan: Plan
    disturbances: dict[str, int]
    errands: dict[str, int]
    answers: dict[str, int]
    judgement: Judgement
    broken: list[str] = field(default_factory=list[str])
    problems: list[str] = field(default_factory=list[str])

    @property
    def holds(self) -> bool:
        """Whether every promise held."""
        return self.judgement.holds and not self.broken and not self.problems

    def as_json(self) -> dict[str, Any]:
        """The report as data."""
        return {"ok": self.holds, **asdict(self)}


async def run(folder: Path, plan: Plan, progress: Progress) -> Report:
    """Run the plan on the seeded data in `folder`, which is used up."""
    rng = Random(plan.seed)
    errands = _choose_errands(plan, rng)
    customers = take_customers(folder, len(errands))
    _prepare(folder, list(zip(customers, errands, strict=True)))
    sidecar = running_cluster(folder, plan.replicas, sidecar=True, systems=plan.systems)
    async with sidecar as cluster, client() as http:
        front = Front(cluster, http, rng)
        visits = [
            Visit(who, errand, rng.choice(list(Delivery)), front, Random(rng.random()))
            for who, errand in zip(customers, errands, strict=True)
        ]
        waves = _Waves(Disturbances(cluster, rng), rng, progress)
        for start in range(0, len(visits), plan.wave):
            await waves.run(visits[start : start + plan.wave])
        await asyncio.gather(*(visit.look_back() for visit in visits[-plan.wave :]))
        judgement = await judge(cluster, visits)
    problems = [visit.problem for visit in visits if visit.problem] + waves.problems
    problems += [problem for visit in visits for talk in visit.talks for problem in talk.problems]
    told = Counter(str(errand) for errand in errands)
    return Report(plan, dict(waves.done), dict(told), dict(front.seen.answers), judgement, front.seen.broken, problems)


def _choose_errands(plan: Plan, rng: Random) -> list[Errand]:
    """All kinds in their shares, each at least once where there are enough customers."""
    errands = list(Errand)[: plan.visits]
    errands += rng.choices(list(SHARES), list(SHARES.values()), k=plan.visits - len(errands))
    rng.shuffle(errands)
    return errands


def _prepare(folder: Path, pairs: Sequence[tuple[str, Errand]]) -> None:
    def who(*errands: Errand) -> list[str]:
        return [customer for customer, errand in pairs if errand in errands]

    charge_twice(folder, who(Errand.REFUND, Errand.DECLINED), SMALL)
    charge_twice(folder, who(Errand.LARGE_REFUND), LARGE)
    owe_credit(folder, who(Errand.CREDIT, Errand.CREDIT_THEN_BILL, Errand.BOTH))
    owe_bill(folder, who(Errand.CREDIT_THEN_BILL, Errand.BOTH))


class _Waves:
    """Customers at the same time, and one disturbance in their midst; all kinds take turns in a drawn order."""

    def __init__(self, disturbances: Disturbances, rng: Random, progress: Progress) -> None:
        self._disturbances, self._rng, self._progress = disturbances, rng, progress
        self._coming: list[str] = []
        self.done: Counter[str] = Counter()
        self.problems: list[str] = []

    async def run(self, visits: Sequence[Visit]) -> None:
        """Let all come, and disturb them: at the start, or once the first was asked for a yes."""
        if not self._coming:
            self._coming = self._rng.sample(sorted(self._disturbances.kinds), len(self._disturbances.kinds))
        name, asked = self._coming.pop(), asyncio.Event()
        if self._rng.random() < 1 / 4:
            asked.set()
        for visit in visits:
            visit.asked_for_yes = asked.set
        coming = asyncio.gather(*(self._come(visit) for visit in visits))
        with suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), 30)
        await asyncio.sleep(self._rng.uniform(0, FIRST_S))
        try:
            await self._disturbances.kinds[name]()
        except NotStopped as error:
            self.problems.append(str(error))
        finally:
            await coming
        await self._see_alive()
        await asyncio.gather(*(visit.look_back() for visit in visits))
        self.done[name] += 1
        self._progress(len(visits), name)

    async def _see_alive(self) -> None:
        """A process that was not killed has to live; one that does not is started again, and named."""
        for replica in self._disturbances.find_dead():
            self.problems.append(f"{replica.name} ended by itself, with {replica.exit_code}; see {replica.log}")
            await replica.start()

    async def _come(self, visit: Visit) -> None:
        await asyncio.sleep(visit.rng.uniform(0, SPREAD_S))
        await visit.run()
