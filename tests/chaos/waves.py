"""Waves of refunds: a few at a time are asked for, and the process is killed while they are being made."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from tests.chaos.callers import Delivery, Line, Refund
from tests.chaos.charges import Charge
from tests.chaos.moments import APPROVAL_PLACES, PLACES, Moment, disarm
from tests.chaos.processes import Running

LONGEST_S = 0.4
"""A kill at a random time comes within so many seconds of the wave's first yes."""
DEATH_S = 60
SIDES = ("before", "after")
APPROVED_PLACES = (*APPROVAL_PLACES, "intent", "effect", "outcome", "reply")
Progress = Callable[[int, str], None]


@dataclass
class Havoc:
    """What was done to the service, and who got a wrong answer."""

    kills: Counter[str] = field(default_factory=Counter[str])
    starts: int = 0
    problems: list[str] = field(default_factory=list[str])


class Waves:
    """Runs refunds against one service; everything random comes from one seed."""

    def __init__(self, folder: Path, rng: Random, progress: Progress, **settings: str) -> None:
        self._service = Running(folder, "serve", **settings)
        self._folder, self._rng, self._progress = folder, rng, progress
        self._plans: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        self.havoc = Havoc()

    async def run(self, charges: Sequence[Charge], size: int) -> None:
        """Make the refunds, `size` at a time, with one kill in each wave."""
        limits = httpx.Limits(max_connections=4 * size)
        async with self._service, httpx.AsyncClient(timeout=60, trust_env=False, limits=limits) as http:
            line = Line(self._service, http)
            for part in split(charges, size):
                wave = [Refund(charge, self._delivery(), line) for charge in part]
                how = await self._make(wave)
                self._progress(len(wave), how)
        self.havoc.starts = self._service.starts

    async def _make(self, wave: list[Refund]) -> str:
        await _all(refund.ask() for refund in wave)
        if wave[0].charge.needs_approval:
            await _all(refund.confirm() for refund in wave)
            how = await self._disturb([refund.approve for refund in wave], APPROVED_PLACES)
        else:
            how = await self._disturb([refund.confirm for refund in wave], tuple(PLACES))
        await _all(refund.look_back(self._rng) for refund in wave)
        self.havoc.problems += [problem for refund in wave for problem in refund.problems]
        return how

    async def _disturb(self, acts: list[Callable[[], Awaitable[None]]], places: Sequence[str]) -> str:
        """Let all act at once, kill the service meanwhile, and start it again."""
        moment = self._next_moment(len(acts), places)
        if moment is not None:
            moment.arm(self._folder)
        acting = asyncio.gather(*(act() for act in acts))
        if moment is None:
            await asyncio.sleep(self._rng.uniform(0, LONGEST_S))
        else:
            await self._death(acting)
        how = "a random time" if moment is None else (str(moment) if self._service.dead else "a quiet time")
        self._service.kill()
        if moment is None or self._rng.random() < 0.75:
            disarm(self._folder)
        else:
            how += ", and again on the way up"
        await self._service.start()
        disarm(self._folder)
        await acting
        self.havoc.kills[how.split(" (")[0]] += 1
        return how

    async def _death(self, acting: "asyncio.Future[list[None]]") -> None:
        async with asyncio.timeout(DEATH_S):
            while not self._service.dead and not acting.done():  # noqa: ASYNC110 - a process sets no event
                await asyncio.sleep(0.01)
        self._service.ready.clear()

    def _next_moment(self, size: int, places: Sequence[str]) -> Moment | None:
        """Every third kill is at a random time; the others take each side of each place in turn."""
        if self._rng.random() < 1 / 3:
            return None
        plan = self._plans.setdefault(tuple(places), [])
        if not plan:
            plan += [(place, side) for place in places for side in SIDES]
            self._rng.shuffle(plan)
        return Moment(*plan.pop(), passing=self._rng.randint(1, max(1, size - 1)))

    def _delivery(self) -> Delivery:
        return self._rng.choice(list(Delivery))


async def _all(acts: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*acts)


def split(charges: Sequence[Charge], size: int) -> list[Sequence[Charge]]:
    """Waves of that size, in each of which all or none need a supervisor."""
    kinds = [[each for each in charges if each.needs_approval is wanted] for wanted in (False, True)]
    return [kind[start : start + size] for kind in kinds for start in range(0, len(kind), size)]
