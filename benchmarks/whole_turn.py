"""A whole turn with one governed write, durable, over HTTP, against the ungoverned router's turn over HTTP.

The baseline (`ungoverned.py`) lists, refunds and replies, in memory, with a model that takes no time. Ours are the two
turns that do as much: the customer's yes to a refund (reads of payment and account, refund, reply), and one message
that is understood, lists and writes (a payment link). Everything of ours is decided, recorded and on disk when a reply
comes.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from statistics import median

import httpx

from benchmarks.customers import Bill, Charge, charge_twice, list_open_bills
from benchmarks.figures import Figure, compare
from benchmarks.houses import House, expect_write, running_house
from benchmarks.processes import serve
from benchmarks.stage import Side, Stage, timed

TIMES = 20
"""Turns of each kind on each side in a round."""

LIMIT = 1.0
CHARGED_TWICE = "I was charged twice for my last bill."
LINK = "Please send me a payment link."
YES = "Yes, please."


async def measure(stage: Stage) -> list[Figure]:
    """Our turns against the baseline's with its systems as plain functions, and as MCP servers in memory like ours."""
    data = stage.data("turn")
    bills, charges = list_open_bills(data), charge_twice(data)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(running_house(data))
        customers = Customers(house, iter(charges), bills[0])
        sides: dict[str, Side] = {"yes": customers.confirm, "link": customers.ask_for_link}
        for name in ("create_app", "create_app_over_mcp"):
            sides[name] = await stack.enter_async_context(_baseline(stage, name))
        taken = await stage.alternate(sides, TIMES)
    functions, over_mcp = taken["create_app"], taken["create_app_over_mcp"]
    opening = f"(the message before: {median(customers.openings):.1f} ms)"
    return [
        compare("yes to a refund; baseline on functions", taken["yes"], functions, limit=LIMIT, note=opening),
        compare("yes to a refund; baseline on MCP in memory", taken["yes"], over_mcp),
        compare("payment link; baseline on functions", taken["link"], functions, limit=LIMIT),
        compare("payment link; baseline on MCP in memory", taken["link"], over_mcp),
    ]


@dataclass(slots=True)
class Customers:
    """Customers who each come with a wish of their own; a conversation is opened for every turn that is timed."""

    house: House
    charges: Iterator[Charge]
    bill: Bill
    openings: list[float] = field(default_factory=list[float])

    async def confirm(self) -> float:
        """The turn in which a refund is confirmed and made."""
        conversation = await self.house.open(next(self.charges).customer_id)
        self.openings.append(await timed(self.house.say(conversation, CHARGED_TWICE)))
        return await timed(self._act(conversation, YES, "payments.refund_payment"))

    async def ask_for_link(self) -> float:
        """The turn in which a payment link is asked for and made."""
        conversation = await self.house.open(self.bill.customer_id)
        return await timed(self._act(conversation, LINK, "payments.create_payment_link"))

    async def _act(self, conversation: str, text: str, tool: str) -> None:
        expect_write(await self.house.say(conversation, text), tool)


@asynccontextmanager
async def _baseline(stage: Stage, factory: str) -> AsyncGenerator[Side]:
    """The ungoverned router in a process of its own."""
    command = ("uvicorn", f"benchmarks.ungoverned:{factory}", "--factory", "--port", "{port}", "--no-access-log")
    async with (
        serve(command, "/openapi.json", stage.folder / f"{factory}.log") as served,
        httpx.AsyncClient(base_url=served.url, timeout=60, trust_env=False) as http,
    ):

        async def turn() -> None:
            answer = await http.post("/turns", json={"text": YES})
            if "refunded $39.99" not in answer.json().get("reply", ""):
                raise RuntimeError(f"the baseline did not do its work: {answer.text}")

        async def side() -> float:
            return await timed(turn())

        yield side
