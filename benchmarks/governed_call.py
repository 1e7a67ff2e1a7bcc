"""A governed tool call (validate, decide, journal, grant, execute, journal) against a bare one of the same tool.

Bare is a kept MCP client calling a server in another process over streamable HTTP: no grant, no key, no record.
Governed is the gate, with its record on disk when the time is taken, calling the same tool on our servers: each in a
process of its own over the same HTTP, or all in one process (how `switchboard serve` runs). Backend and sandbox are the
same everywhere.
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from mcp import Client

from app.bootstrap import Switchboard, open_switchboard
from app.settings import ModelSettings, PolicySettings, ServerSettings, load_settings
from benchmarks.customers import TENANT, Bill, Charge, charge_twice, list_open_bills
from benchmarks.figures import Figure, compare
from benchmarks.processes import serve
from benchmarks.stage import Side, Stage, timed
from domain.calls import CallContext, CallResult, ToolCall
from domain.ids import CallId, ConversationId, CustomerId, TenantId, TurnId
from domain.principal import Agent, AuthLevel, Customer, Principal

TIMES = 25
"""Calls of each kind on each side in a round."""

LIMIT = 2.0
_serial = count(1)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subjects:
    """What the calls are about: one bill for all links, and a capture too many for every refund."""

    bill: Bill
    charges: Iterator[Charge]


async def measure(stage: Stage) -> list[Figure]:
    """Three kinds of call: a read, a write, and a write that has to have the customer's yes."""
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(_bare(stage))
        http = await stack.enter_async_context(_gate_over_http(stage))
        memory = await stack.enter_async_context(_gate(stage, "call-memory"))
        sides = {
            f"{kind} {side}": act
            for side, caller in {"bare": bare, "http": http, "memory": memory}.items()
            for kind, act in caller.sides().items()
        }
        taken = await stage.alternate(sides, TIMES)
    kinds = {"read": "a read", "write": "a write", "refund": "a confirmed refund"}
    return [
        compare(f"{words}, {where}", taken[f"{kind} {side}"], taken[f"{kind} bare"], limit=LIMIT)
        for side, where in {"http": "over HTTP", "memory": "in one process"}.items()
        for kind, words in kinds.items()
    ]


class BareCaller:
    """Calls tools of the bare server over one kept client."""

    def __init__(self, client: Client, subjects: Subjects) -> None:
        self._client = client
        self._subjects = subjects

    def sides(self) -> dict[str, Side]:
        """The three kinds of call."""
        return {"read": self._read, "write": self._write, "refund": self._refund}

    async def _read(self) -> float:
        charge = next(self._subjects.charges)
        return await self._call("get_payment", customer_id=charge.customer_id, payment_id=charge.payment_id)

    async def _write(self) -> float:
        bill = self._subjects.bill
        return await self._call(
            "create_payment_link",
            customer_id=bill.customer_id,
            invoice_id=bill.invoice_id,
            amount_minor=bill.balance_minor,
        )

    async def _refund(self) -> float:
        charge = next(self._subjects.charges)
        amount: Json = {"amount_minor": charge.amount_minor, "reason": "duplicate_charge"}
        return await self._call(
            "refund_payment", customer_id=charge.customer_id, payment_id=charge.payment_id, **amount
        )

    async def _call(self, tool: str, **arguments: Any) -> float:
        async def work() -> None:
            result = await self._client.call_tool(tool, arguments)
            if result.is_error or not result.structured_content:
                raise RuntimeError(f"the bare call failed: {result.content}")

        return await timed(work())


class GovernedCaller:
    """Calls tools through a gate; every call is a turn of its own, and is on record when the time is taken."""

    def __init__(self, house: Switchboard, subjects: Subjects) -> None:
        self._gate = house.control.gate
        self._work = house.control.work
        self._subjects = subjects

    def sides(self) -> dict[str, Side]:
        """The three kinds of call."""
        return {"read": self._read, "write": self._write, "refund": self._refund}

    async def _read(self) -> float:
        charge = next(self._subjects.charges)
        call = _propose("payments.get_payment", payment_id=charge.payment_id)
        return await timed(self._recorded(_context(charge.customer_id), call))

    async def _write(self) -> float:
        bill = self._subjects.bill
        arguments = {"customer_id": bill.customer_id, "invoice_id": bill.invoice_id}
        call = _propose("payments.create_payment_link", **arguments, amount_minor=bill.balance_minor)
        return await timed(self._recorded(_context(bill.customer_id), call))

    async def _refund(self) -> float:
        """The call that executes is timed; that it was proposed and confirmed before is not."""
        charge = next(self._subjects.charges)
        arguments = {"payment_id": charge.payment_id, "amount_minor": charge.amount_minor}
        call = _propose("payments.refund_payment", **arguments, reason="duplicate_charge")
        context = _context(charge.customer_id)
        held = await self._gate.call(context, call)
        if held.pending is None:
            raise RuntimeError(f"the refund did not wait for a yes: {held}")
        await self._end_turn(context)
        await self._gate.confirm(context, held.pending.id)
        return await timed(self._recorded(context, call))

    async def _end_turn(self, context: CallContext) -> None:
        async with self._work.open(context.conversation_id):
            self._gate.finish(context.conversation_id)

    async def _recorded(self, context: CallContext, call: ToolCall) -> CallResult:
        result = await self._gate.call(context, call)
        await self._end_turn(context)
        if result.outcome is None or not result.outcome.succeeded:
            raise RuntimeError(f"the governed call failed: {result}")
        return result


def _propose(tool: str, **arguments: Any) -> ToolCall:
    return ToolCall(CallId(f"call-{next(_serial)}"), tool, arguments)


def _context(customer_id: str) -> CallContext:
    number = next(_serial)
    customer = Customer(CustomerId(customer_id), AuthLevel.AUTHENTICATED)
    principal = Principal(TenantId(TENANT), customer, Agent("billing", procedure="billing.refund_duplicate_charge"))
    return CallContext(ConversationId(f"CV-{number}"), TurnId(f"T-{number}"), principal)


def _prepare(stage: Stage, name: str) -> tuple[Path, Subjects]:
    data = stage.data(name)
    return data, Subjects(list_open_bills(data)[0], iter(charge_twice(data)))


@asynccontextmanager
async def _bare(stage: Stage) -> AsyncGenerator[BareCaller]:
    data, subjects = _prepare(stage, "call-bare")
    command = ("benchmarks.bare_payments", "{port}", str(data))
    async with serve(command, "/healthz", data.with_suffix(".log")) as served, Client(f"{served.url}/mcp") as client:
        await client.list_tools()
        yield BareCaller(client, subjects)


@asynccontextmanager
async def _gate_over_http(stage: Stage) -> AsyncGenerator[GovernedCaller]:
    """The gate with the servers that these calls need each in a process of its own."""
    data, subjects = _prepare(stage, "call-http")
    async with AsyncExitStack() as stack:
        servers: dict[str, ServerSettings] = {}
        for name in ("payments", "crm"):
            command = ("app.main", "mcp", "serve", name, "--port", "{port}", "--data", str(data))
            served = await stack.enter_async_context(serve(command, "/healthz", data.with_name(f"call-{name}.log")))
            servers[name] = ServerSettings(url=f"{served.url}/mcp", first_party=True)
        house = await stack.enter_async_context(_open(data, servers))
        yield GovernedCaller(house, subjects)


@asynccontextmanager
async def _gate(stage: Stage, name: str) -> AsyncGenerator[GovernedCaller]:
    data, subjects = _prepare(stage, name)
    async with _open(data, {}) as house:
        yield GovernedCaller(house, subjects)


def _open(data: Path, servers: dict[str, ServerSettings]) -> Any:
    """A house in this process, as the program wires it by default."""
    settings = load_settings(
        data=data, mcp_servers=servers, policy=PolicySettings(), model=ModelSettings(), database_url=""
    )
    return open_switchboard(settings)
