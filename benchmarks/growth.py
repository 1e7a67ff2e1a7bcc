"""Whether a long conversation costs more: turn 200 against turn 5, in time and in bytes.

The long conversation and fresh ones take turns, with the same words and the same work (a governed write), so that they
see the same machine; turns around the 5th and around the 200th are compared by their medians.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from statistics import median

from benchmarks.customers import list_open_bills
from benchmarks.figures import Figure, compare, summarise
from benchmarks.houses import House, expect_write, running_house
from benchmarks.stage import Stage, timed

EARLY = 5
LATE = 200
GROWN = 185
"""Turns before the late ones are timed: these are the 30 around the 200th."""
SPANS = ((10, 50), (145, 185))
"""The turns whose bytes are compared."""
FRESH = 5
PAIR = 2
"""A question and a wish take turns; the wish, on odd turns, is what is timed."""

LIMIT = 1.2
LINK = "Please send me a payment link."
BALANCE = "How much do I owe?"


async def measure(stage: Stage) -> list[Figure]:
    """Time and bytes of late turns against early ones."""
    data = stage.data("growth")
    customer = list_open_bills(data)[0].customer_id
    early: list[list[float]] = []
    late: list[list[float]] = []
    bytes_per_turn: list[tuple[float, float]] = []
    states: list[float] = []
    async with running_house(data) as house:
        for number in range(stage.rounds):
            grown = Grown(house, data, await house.open(customer))
            bytes_per_turn.append(await grown.grow())
            fresh, old = await _side_by_side(house, grown, customer)
            early.append(fresh)
            late.append(old)
            states.append(grown.state_kib())
            stage.progress((number + 1) / stage.rounds)
    stored = [after / before for before, after in bytes_per_turn]
    return [
        compare(f"time of turn {LATE} against turn {EARLY}", late, early, limit=LIMIT),
        Figure(
            "stored by a turn, 145 to 185 against 10 to 50",
            value=median(after for _, after in bytes_per_turn) / 1024,
            unit="KiB",
            against=median(before for before, _ in bytes_per_turn) / 1024,
            ratio=median(stored),
            limit=LIMIT,
            spread=(min(stored), max(stored)),
        ),
        summarise("bounded state of a conversation after 200 turns", states, "KiB"),
    ]


class Grown:
    """One conversation that gets long. Its customer asks for the balance and for a payment link, again and again."""

    def __init__(self, house: House, data: Path, conversation: str) -> None:
        self._house = house
        self._database = data / "switchboard.db"
        self._conversation = conversation
        self._turns = 0

    async def take(self) -> float:
        """One more turn; its milliseconds."""
        self._turns += 1
        if self._turns % PAIR:
            return await timed(self._ask_for_link())
        return await timed(self._house.say(self._conversation, BALANCE))

    async def _ask_for_link(self) -> None:
        turn = await self._house.say(self._conversation, LINK)
        expect_write(turn, "payments.create_payment_link")

    async def grow(self) -> tuple[float, float]:
        """Get to the late turns; the bytes that a turn stored at first, and those that it stored towards the end."""
        sizes: dict[int, int] = {}
        while self._turns < GROWN:
            await self.take()
            sizes[self._turns] = self._stored()
        before, after = ((sizes[last] - sizes[first]) / (last - first) for first, last in SPANS)
        return before, after

    def _stored(self) -> int:
        """Bytes of the pages in use."""
        with closing(_look(self._database)) as database:
            pages, free, size = (
                database.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
        return (pages - free) * size

    def state_kib(self) -> float:
        """Size of the bounded state."""
        query = "SELECT length(CAST(memory AS BLOB)) FROM conversations WHERE id = ?"
        with closing(_look(self._database)) as database:
            return database.execute(query, (self._conversation,)).fetchone()[0] / 1024


def _look(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)


async def _side_by_side(house: House, grown: Grown, customer: str) -> tuple[list[float], list[float]]:
    """Turns 3, 5 and 7 of fresh conversations, and as many around the 200th of the long one, taking turns."""
    early: list[float] = []
    late: list[float] = []
    for _ in range(FRESH):
        fresh = Grown(house, Path(), await house.open(customer))
        await fresh.take()
        for number in range(2, 2 + PAIR * 3):
            taken = await fresh.take(), await grown.take()
            if number % PAIR:
                early.append(taken[0])
                late.append(taken[1])
    return early, late
