"""A thousand conversations wait: how long a list takes, how long until a page hears of one, what is sent.

    .venv/bin/python -m benchmarks.desk_lists [--waiting 1000] [--rounds 20]

One process with its own SQLite file in a fresh folder; two pages listen. The figures stand in docs/performance.md.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

from app.bootstrap import Switchboard, open_switchboard
from app.clock import tell_time
from app.settings import load_settings
from desk.cases import CaseList
from desk.feed import DeskFeed, DeskListener
from desk.targets import QueueTargets
from domain.caller import Caller, Role
from domain.conversation import Handoff, Status
from domain.ids import ConversationId
from router.memory.state import Memory
from router.memory.store import Store
from router.memory.stored import Change, Stored, StoredHandoff


async def hand_over(house: Switchboard, tenant: str, number: int) -> ConversationId:
    """A conversation that waits, with a packet of a usual size, written as a turn writes it."""
    now, name = tell_time() - timedelta(seconds=number), ConversationId(f"CV-bench{number:06}")
    said = [{"role": "customer", "text": "I was charged twice and I want somebody to look at it. " * 3, "at": ""}] * 8
    packet: dict[str, Any] = {
        "id": f"CP-{number}",
        "locale": "en",
        "recent_messages": said,
        "summary": ["Nothing was settled."] * 5,
    }
    packet["customer"] = {"id": f"C-{10001 + number % 1000}", "name": f"Customer {number}", "flags": []}
    handoff = Handoff("billing", "normal", "asked_for_person", f"CP-{number}")
    row = Stored(name, tenant, "chat", Status.WITH_REPRESENTATIVE, now, Memory(handoff=handoff))  # pyright: ignore
    waits = StoredHandoff(name, row.tenant, "billing", "normal", "asked_for_person", now, packet, "queued")
    await Store(house.control.transactions).create(replace(Change(row), handoff=waits))
    return name


async def measure(waiting: int, rounds: int) -> None:
    """Fill a fresh database, and print what was measured."""
    with tempfile.TemporaryDirectory(prefix="desk-lists-") as folder:
        settings = load_settings(data=Path(folder))
        async with open_switchboard(settings) as house:
            tenant = settings.tenant
            for number in range(waiting):
                await hand_over(house, tenant, number)
            token = json.loads((Path(folder) / "tokens.json").read_text("utf-8"))["representative"]
            client = httpx.AsyncClient(transport=httpx.ASGITransport(house.api), base_url="http://desk")
            async with client:
                client.headers["Authorization"] = f"Bearer {token}"
                for what, path in (
                    ("first page of 50", "/v1/desk/cases?view=waiting"),
                    ("page of 50, newest first", "/v1/desk/cases?view=waiting&sort=newest"),
                    ("the whole queue with packets (as before)", "/v1/desk/queue"),
                ):
                    size = len((await client.get(path)).content)
                    times = [await timed(lambda path=path: client.get(path)) for _ in range(rounds)]
                    show(f"{what}, {size / 1024:.0f} KiB", times)
            show("from the commit to a page that hears it", await hear(house, tenant, waiting, rounds))


async def hear(house: Switchboard, tenant: str, waiting: int, rounds: int) -> list[float]:
    """How long two pages wait for each of further conversations, in seconds; what is waited for is collected first."""
    transactions = house.control.transactions
    feed = DeskFeed(CaseList(transactions, QueueTargets(), tell_time), transactions, house.control.work.notices)
    pages = [feed.subscribe(Caller(name, Role.REPRESENTATIVE, tenant)) for name in ("dana", "lee")]  # pyright: ignore
    for page in pages:
        await page.next(10)
    times: list[float] = []
    for number in range(waiting, waiting + rounds):
        name = await hand_over(house, tenant, number)
        house.control.work.notices.notify(name)
        times.append(await timed(lambda: asyncio.gather(*(heard(page) for page in pages))))
    for page in pages:
        page.close()
    return times


async def heard(page: DeskListener) -> None:
    """Wait for a case."""
    while not any(event.kind == "case" for event in await page.next(10)):
        pass


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """The seconds that it takes."""
    start = time.perf_counter()
    await work()
    return time.perf_counter() - start


def show(what: str, times: list[float]) -> None:
    """Print median and 95th percentile in milliseconds."""
    print(f"{what:60} {median(times) * 1000:8.1f} ms  p95 {quantiles(times, n=20)[-1] * 1000:8.1f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the desk's lists.")
    parser.add_argument("--waiting", type=int, default=1000, help="conversations that wait")
    parser.add_argument("--rounds", type=int, default=20, help="reads of each list, and further conversations")
    given = parser.parse_args()
    asyncio.run(measure(given.waiting, given.rounds))
