"""50 conversations at once, each a complete journey: whether all succeed, how long a turn takes, what it occupies."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from benchmarks.customers import Bill, Charge, charge_twice, list_open_bills
from benchmarks.figures import Figure, percentile, summarise
from benchmarks.houses import House, expect_write, running_house
from benchmarks.stage import Stage, timed

CONVERSATIONS = 50
MEMORY_MB = 400.0
Journey = tuple[tuple[str, str], ...]
"""What the customer says, and the write that it must lead to, if any."""

REFUND: Journey = (
    ("Hello!", ""),
    ("I was charged twice for my last bill.", ""),
    ("Yes, please.", "payments.refund_payment"),
    ("Thank you!", ""),
)
LINK: Journey = (
    ("How much do I owe?", ""),
    ("Please send me a payment link.", "payments.create_payment_link"),
    ("Why is my bill higher than last month?", ""),
    ("Thank you!", ""),
)


async def measure(stage: Stage) -> list[Figure]:
    """Crowd after crowd on one process."""
    data = stage.data("crowd")
    bills, charges = list_open_bills(data), iter(charge_twice(data))
    crowds: list[Crowd] = []
    memory: list[float] = []
    async with running_house(data) as house:
        for number in range(stage.rounds):
            crowd = Crowd(house)
            await crowd.come(charges, bills)
            crowds.append(crowd)
            memory.append(house.served.memory_mb)
            stage.progress((number + 1) / stage.rounds)
    first, last = f"memory after {CONVERSATIONS} conversations", f"memory after {CONVERSATIONS * stage.rounds}"
    return [
        *_report(crowds),
        summarise(first, memory[:1], "MB", limit=MEMORY_MB),
        summarise(last, memory[-1:], "MB", limit=MEMORY_MB),
    ]


@dataclass(slots=True)
class Crowd:
    """50 customers who come at the same moment; `taken` are the milliseconds of their turns."""

    house: House
    taken: list[float] = field(default_factory=list[float])
    failures: list[str] = field(default_factory=list[str])
    seconds: float = 0.0

    async def come(self, charges: Iterator[Charge], bills: list[Bill]) -> None:
        """All talk at once, until each has what they came for."""
        half = CONVERSATIONS // 2
        customers = [(next(charges).customer_id, REFUND) for _ in range(half)]
        customers += [(bill.customer_id, LINK) for bill in bills[: CONVERSATIONS - half]]
        started = time.perf_counter()
        await asyncio.gather(*(self._talk(customer, journey) for customer, journey in customers))
        self.seconds = time.perf_counter() - started

    async def _talk(self, customer_id: str, journey: Journey) -> None:
        try:
            conversation = await self.house.open(customer_id)
            for text, tool in journey:
                self.taken.append(await timed(self._turn(conversation, text, tool)))
        except (RuntimeError, httpx.HTTPError) as error:
            self.failures.append(f"{customer_id}: {error!r}")

    async def _turn(self, conversation: str, text: str, tool: str) -> None:
        turn = await self.house.say(conversation, text)
        if tool:
            expect_write(turn, tool)


def _report(crowds: list[Crowd]) -> list[Figure]:
    failures = [failure for crowd in crowds for failure in crowd.failures]
    return [
        Figure("conversations that failed", len(failures), "", limit=0, note=failures[0][:200] if failures else ""),
        summarise("turns a second", [len(crowd.taken) / crowd.seconds for crowd in crowds], "/s"),
        summarise("a turn, median", [percentile(crowd.taken, 50) for crowd in crowds], "ms"),
        summarise("a turn, p95", [percentile(crowd.taken, 95) for crowd in crowds], "ms"),
    ]
