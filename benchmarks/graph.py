"""What the map costs: LangGraph's walk over the router's nodes, each doing nothing, against calling them in a row.

`python -m benchmarks.graph` prints the processor time of one turn's walk; decision 7 quotes it.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph

NODES = ("recover", "screen", "understand", "route", "specialist", "respond")
ROUNDS, WALKS = 7, 200


class State(TypedDict):
    """The graph's only channel, as in `router.graph`."""

    turn: Any


async def node(state: State) -> State:
    """A node that does nothing."""
    return {"turn": state["turn"]}


def build() -> Any:
    """A graph of the router's length."""
    graph: StateGraph[State, None, State, State] = StateGraph(State)
    for name in NODES:
        graph.add_node(name, node)
    for before, after in zip((START, *NODES), (*NODES, END), strict=True):
        graph.add_edge(before, after)
    return graph.compile()


async def in_a_row(state: State) -> State:
    """The same nodes without a graph."""
    for _ in NODES:
        state = await node(state)
    return state


async def measure(walk: Callable[[State], Awaitable[Any]]) -> float:
    """Milliseconds of processor time of one walk, the median of several rounds."""
    figures: list[float] = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(WALKS):
            await walk({"turn": None})
        figures.append((time.process_time() - began) / WALKS * 1000)
    return statistics.median(figures)


async def main() -> None:
    """Print both."""
    graph, row = await measure(build().ainvoke), await measure(in_a_row)
    print(f"LangGraph, {len(NODES)} nodes: {graph:.2f} ms of processor time a walk; called in a row: {row:.3f} ms")


if __name__ == "__main__":
    asyncio.run(main())
