"""How long everything in one process takes from start to ready, and what it occupies then. Not the first start."""

from benchmarks.figures import Figure, summarise
from benchmarks.houses import running_house
from benchmarks.stage import Stage

SECONDS = 5.0
MEMORY_MB = 400.0


async def measure(stage: Stage) -> list[Figure]:
    """Start and stop it, again and again, on the same data."""
    data = stage.data("start")
    seconds: list[float] = []
    memory: list[float] = []
    for number in range(stage.rounds):
        async with running_house(data) as house:
            seconds.append(house.served.start_s)
            memory.append(house.served.memory_mb)
        stage.progress((number + 1) / stage.rounds)
    return [
        summarise("from start to ready", seconds, "s", limit=SECONDS),
        summarise("memory when ready", memory, "MB", limit=MEMORY_MB),
    ]
