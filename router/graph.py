"""The map of a turn: recover, screen, understand, route, one specialist after another, respond."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

from router.casework import HANDOFF, IDENTIFY, RESPOND, Casework
from router.handover import Handover
from router.identity import Identity
from router.memory.state import GraphState, TurnState
from router.nodes import Nodes, screen_message
from router.services import Services


class Node(Protocol):
    """A node as LangGraph calls it."""

    async def __call__(self, state: GraphState) -> Any:
        """Return the state's update, or a command that names the next node too."""
        ...


Stop = Callable[[TurnState], Awaitable[TurnState]]
Junction = Callable[[TurnState], Awaitable[tuple[TurnState, str]]]
TurnGraph = CompiledStateGraph[GraphState, None, GraphState, GraphState]
RECURSION_LIMIT = 40
"""Stops in one turn; delegation back and forth cannot go on for ever."""


def build_graph(services: Services) -> TurnGraph:
    """Compile the graph; it keeps no state of its own between turns."""
    casework = Casework(services)
    nodes, identity, handover = Nodes(services, casework), Identity(services, casework), Handover(services)
    specialists = tuple(name for name in services.catalogue.specialists if name != HANDOFF)
    graph: StateGraph[GraphState, None, GraphState, GraphState] = StateGraph(GraphState)
    graph.add_node("recover", _stop(nodes.recover))
    graph.add_node("screen", _stop(screen_message))
    graph.add_node("understand", _stop(nodes.understand))
    graph.add_node("route", _junction(nodes.route), destinations=(*specialists, IDENTIFY, HANDOFF, RESPOND))
    graph.add_node(IDENTIFY, _junction(identity.identify), destinations=(*specialists, HANDOFF, RESPOND))
    for name in specialists:
        graph.add_node(name, _junction(casework.work), destinations=(*specialists, IDENTIFY, HANDOFF, RESPOND))
    graph.add_node(HANDOFF, _stop(handover.hand_over))
    graph.add_node(RESPOND, _stop(nodes.respond))
    graph.add_edge(START, "recover")
    graph.add_conditional_edges("recover", _has_words, {True: "screen", False: "route"})
    graph.add_edge("screen", "understand")
    graph.add_edge("understand", "route")
    graph.add_edge(HANDOFF, RESPOND)
    graph.add_edge(RESPOND, END)
    return graph.compile()


def _has_words(state: GraphState) -> bool:
    """Whether the turn is a customer's message, not a supervisor's decision or a button."""
    return state["turn"].kind == "message"


def _stop(work: Stop) -> Node:
    """A node with one way on."""

    async def node(state: GraphState) -> GraphState:
        return {"turn": await work(state["turn"])}

    return node


def _junction(work: Junction) -> Node:
    """A node that chooses the way on."""

    async def node(state: GraphState) -> Command[str]:
        turn, goto = await work(state["turn"])
        return Command(update={"turn": turn}, goto=goto)

    return node
