"""A thousand conversations wait: how long lists take, how long until a page hears of one and shows it.

    .venv/bin/python -m benchmarks.desk_lists [--waiting 1000] [--rounds 20]

One process with its own SQLite file in a fresh folder; two pages listen, then one is open in Chromium where there is
one. The figures stand in docs/performance.md.
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
from playwright.sync_api import Page, expect

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
from tests.channels.chromium import PATH, chromium
from tests.channels.http_service import Service
from tests.channels.running_service import running

SHOWN = '#queue li[data-key^="CV-"]'
PATIENCE = 30_000


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
                for what, path in await questions(client, waiting):
                    size = len((await client.get(path)).raise_for_status().content)
                    times = [await timed(lambda path=path: client.get(path)) for _ in range(rounds)]
                    show(f"{what}, {size / 1024:.0f} KiB", times)
            show("from the commit to a page that hears it", await hear(house, tenant, waiting, rounds))
        if PATH is None:
            print("NO CHROMIUM HERE: what a screen shows was not measured")
        else:
            await asyncio.to_thread(look_at_screen, Path(folder), rounds)


async def questions(client: httpx.AsyncClient, waiting: int) -> list[tuple[str, str]]:
    """What is asked for, and where."""
    cases = "/v1/desk/cases?view=waiting"
    place = ""
    for _ in range(max(1, waiting // 200)):
        place = (await client.get(f"{cases}&limit=200&after={place}")).json()["next"] or place
    return [
        ("first page of 50", cases),
        ("page of 50, newest first", f"{cases}&sort=newest"),
        ("page of 50, by target", f"{cases}&sort=target"),
        ("the last page", f"{cases}&after={place}"),
        ("filtered by queue and priority", f"{cases}&queue=billing&priority=normal"),
        ("found by part of a name", f"{cases}&text=customer+99"),
        ("the whole queue with packets, as no page asks", "/v1/desk/queue"),
    ]


def look_at_screen(folder: Path, rounds: int) -> None:
    """Time what a person at the desk waits for, in a browser that is signed in, and print it."""
    with running(folder) as service, chromium() as browser:
        page = browser.new_page(base_url=service.url, locale="en-US")
        page.goto("/desk")
        page.locator("#token").fill(service.tokens["representative"])
        begun = time.perf_counter()
        page.locator("#sign-in-form button").click()
        page.locator(SHOWN).first.wait_for()
        show("from the sign-in to the list on the screen", [time.perf_counter() - begun] * 2)
        show("a queue is chosen, until its list is shown", [choose(page, turn) for turn in range(rounds)])
        page.locator("#by-queue").select_option("")
        show("a name is typed (300 ms pause), until it is shown", [look_for(page, turn) for turn in range(rounds)])
        page.locator("#by-text").fill("")
        expect(page.locator(SHOWN)).to_have_count(50, timeout=PATIENCE)
        heard = [appear(page, service, turn) for turn in range(rounds)]
        show("a customer asks for a person, until the screen counts them", heard)


def choose(page: Page, turn: int) -> float:
    """Choose a queue, by turns an empty one and a full one."""
    queue, length = ("technical", 0) if turn % 2 == 0 else ("billing", 50)
    begun = time.perf_counter()
    page.locator("#by-queue").select_option(queue)
    expect(page.locator(SHOWN)).to_have_count(length, timeout=PATIENCE)
    return time.perf_counter() - begun


def look_for(page: Page, turn: int) -> float:
    """Type a customer's whole name."""
    begun, name = time.perf_counter(), f"Customer {turn + 500}"
    page.locator("#by-text").fill(name)
    expect(page.locator(SHOWN)).to_have_count(1, timeout=PATIENCE)
    expect(page.locator(SHOWN)).to_contain_text(name, timeout=PATIENCE)
    return time.perf_counter() - begun


def appear(page: Page, service: Service, turn: int) -> float:
    """One more customer waits; what they ask takes a turn of its own, which is part of the time."""
    counted = page.locator("#queue-count")
    asked, before = service.open(f"C-{10001 + turn}"), counted.inner_text()
    begun = time.perf_counter()
    service.call("POST", f"/v1/conversations/{asked}/handoff", {"reason": "asked_for_person"})
    expect(counted).not_to_have_text(before, timeout=PATIENCE)
    return time.perf_counter() - begun


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
