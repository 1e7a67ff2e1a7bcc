"""What is measured under load, as figures."""

import os
from dataclasses import dataclass
from statistics import median

from httpx import AsyncClient

from benchmarks.figures import Figure, Skipped, compare, percentile
from benchmarks.houses import MANY, House
from benchmarks.load.crowd import Crowd, Taken
from benchmarks.load.journeys import draw_customers
from benchmarks.load.services import pinned, running_services
from benchmarks.load.streams import open_streams
from benchmarks.load.watch import Occupied, processor_s, watching
from benchmarks.stage import Stage, timed

TURNS = 15
BALANCE = "How much do I owe?"
SCALE = 1.7
SLOWER = 1.2


@dataclass(frozen=True, slots=True)
class Load:
    """`seconds` for each crowd, whose customers think for `think_s` between messages; so many event `streams`."""

    seconds: float
    think_s: float = 0.0
    seed: int = 1
    streams: int = 1000


@dataclass(frozen=True, slots=True)
class Listeners:
    """So many event streams, spread over conversations; `where` names them."""

    where: str
    conversations: list[str]
    number: int


async def measure_crowd(stage: Stage, load: Load, database: str, conversations: int) -> list[Figure]:
    """So many conversations at once on one process."""
    data = stage.data(f"crowd-{database}-{conversations}")
    customers = draw_customers(data, load.seed)
    async with running_services(data, database) as services:
        counting = services.connections if services.postgres else None
        before = services.replicas[0].memory_mb
        spent = processor_s(services.pids), await services.transactions()
        async with watching(services.pids, counting) as occupied:
            crowd = Crowd(services.urls, services.token, customers, load.think_s)
            taken = await crowd.come(conversations, load.seconds)
        processor = (processor_s(services.pids) - spent[0]) / max(1, taken.turns)
        transactions = (await services.transactions() - spent[1]) / max(1, taken.turns)
    a_turn = [Figure("processor time of Switchboard a turn", processor * 1000, "ms")]
    if services.postgres:
        a_turn.append(Figure("transactions of PostgreSQL a turn, with what jobs do", transactions, ""))
    return [*_answers(taken), *a_turn, *_occupied(before, occupied)]


def _answers(taken: Taken) -> list[Figure]:
    answers = ", ".join(f"{number} times {kind}" for kind, number in sorted(taken.answers.items()))
    wrong = taken.wrong[0][:200] if taken.wrong else ""
    times = [("median", 50), ("p95", 95), ("p99", 99)]
    return [
        Figure("answers other than 503 with Retry-After", len(taken.wrong), "", limit=0, note=wrong),
        Figure("turns a second", taken.turns / taken.seconds, "/s", note=answers),
        *(Figure(f"a turn, {name}", percentile(taken.answered, at), "ms") for name, at in times),
        Figure("until a message has its turn, sent again where needed, p99", percentile(taken.waited, 99), "ms"),
    ]


def _occupied(before: float, occupied: Occupied) -> list[Figure]:
    figures = [
        Figure("memory when ready", before, "MB"),
        Figure("memory at the end", occupied.last_mb, "MB"),
        Figure("memory, growth in the second half, a minute", occupied.growth_mb_a_minute, "MB"),
        Figure("open descriptors, most", max(occupied.descriptors), ""),
    ]
    if occupied.connections:
        figures.append(Figure("connections to PostgreSQL, most", max(occupied.connections), ""))
    return figures


async def measure_replicas(stage: Stage, load: Load, conversations: int) -> list[Figure]:
    """Two replicas on two cores against one on one. PostgreSQL and the callers share the same cores, both times."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        raise Skipped("this machine has one core")
    rates: dict[int, list[float]] = {1: [], 2: []}
    for number in range(stage.rounds):
        for replicas in (1, 2):
            rates[replicas].append(
                await _rate(stage, load, [{core} for core in cores[:replicas]], conversations, number)
            )
            stage.progress((2 * number + replicas) / 2 / stage.rounds)
    ratios = [two / one for one, two in zip(rates[1], rates[2], strict=True)]
    return [
        Figure(
            f"turns a second: two replicas on two cores against one on one (target: at least {SCALE:g}x)",
            median(rates[2]),
            "/s",
            against=median(rates[1]),
            ratio=median(ratios),
            spread=(min(ratios), max(ratios)),
        )
    ]


async def _rate(stage: Stage, load: Load, cores: list[set[int]], conversations: int, number: int) -> float:
    data = stage.data(f"replicas-{len(cores)}-{number}")
    customers = draw_customers(data, load.seed)
    async with running_services(data, "postgresql", cores) as services:
        with pinned(set().union(*cores)):
            crowd = Crowd(services.urls, services.token, customers, load.think_s)
            taken = await crowd.come(conversations, load.seconds)
    return taken.turns / taken.seconds


async def measure_streams(stage: Stage, load: Load, database: str) -> list[Figure]:
    """The same turn with and without open event streams: on its own conversation, and on a hundred others."""
    data = stage.data(f"streams-{database}")
    async with running_services(data, database) as services:
        replica = services.replicas[0]
        headers = {"Authorization": f"Bearer {services.token}"}
        async with AsyncClient(
            base_url=replica.url, headers=headers, timeout=120, limits=MANY, trust_env=False
        ) as http:
            house = House(replica, http)
            talk = await house.open("C-1001")
            others = [await house.open(f"C-{10001 + number}") for number in range(100)]
            sides = {"its own conversation": [talk], "a hundred others": others}
            listeners = [Listeners(name, talks, load.streams) for name, talks in sides.items()]
            found = [await _compare(stage, house, services.token, talk, each) for each in listeners]
    return [figure for figures in found for figure in figures]


async def _compare(stage: Stage, house: House, token: str, talk: str, listeners: Listeners) -> list[Figure]:
    plain: list[list[float]] = []
    watched: list[list[float]] = []
    url, note = house.served.url, ""
    for number in range(stage.rounds):
        plain.append([await timed(house.say(talk, BALANCE)) for _ in range(TURNS)])
        async with open_streams(url, token, listeners.conversations, listeners.number) as refused:
            watched.append([await timed(house.say(talk, BALANCE)) for _ in range(TURNS)])
            note = f"{len(refused)} were refused: {refused[0]}" if refused else note
        stage.progress((number + 1) / stage.rounds)
    what = f"a turn with {listeners.number:,} open event streams on {listeners.where}"
    return [compare(what, watched, plain, limit=SLOWER, note=note)]
