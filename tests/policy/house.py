"""A whole gate over real parts: small MCP servers, a database, and rules in place of a bundle."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from domain.calls import CallContext, CallResult, ToolCall
from domain.ids import CallId, ConversationId, CustomerId, TenantId, TurnId
from domain.principal import Agent, AuthLevel, Customer, Principal
from policy.assembly import Control, GateDependencies, assemble
from policy.gate.execution import Patience
from policy.keys import generate_private_key, public_key_of
from policy.tools.servers import ServerAddress, ToolServers
from policy.tools.tool_data import parse_tool_data
from storage.transactions import Transactions
from tests.policy.small_systems import Books, crm_server, payments_server
from tests.vaults import open_test_vault

TENANT = TenantId("northwind-fibre")
CONVERSATION = ConversationId("conv-1")
ACCOUNT = {"customer_id": "C-1", "name": "Amira", "email": "amira@example.com", "flags": [], "status": "active"}
CUSTOMER_READ = {"tool": "crm.get_customer", "arguments": {"customer_id": "@customer"}}
TOOLS: dict[str, Any] = {
    "payments.get_payment": {"group": "read", "kind": "read", "reads": {}},
    "payments.refund_payment": {
        "group": "money_back",
        "kind": "write",
        "reads": {"payment": {"tool": "payments.get_payment", "arguments": {"payment_id": "payment_id"}}},
    },
    "crm.get_customer": {"group": "read", "kind": "read", "reads": {}},
    "crm.check_verification": {"group": "verification", "kind": "write", "reads": {}},
    "crm.update_contact_detail": {"group": "contact", "kind": "write", "reads": {}},
}


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **parts: float) -> None:
        """Let time pass."""
        self.now += timedelta(**parts)


def effect(name: str, rule: str = "test/rule", **more: Any) -> dict[str, Any]:
    """One answer of the policy."""
    answer = {"effect": name, "reasons": [{"rule": rule, "message": f"{rule} says {name}."}], "obligations": []}
    return {**answer, "reserve": None, **more}


def money_rules(document: dict[str, Any]) -> dict[str, Any]:
    """Confirm always; above 5000 a supervisor, above 20000 people; 15000 and 3 times in 30 days."""
    tool, evidence = document["call"]["tool"], document["evidence"]
    if tool == "update_contact_detail" and document["principal"]["customer"]["auth_level"] != "strong":
        return effect("step_up", "identity/strong")
    if tool != "refund_payment":
        return effect("allow", "reading/allowed")
    amount = document["call"]["arguments"]["amount_minor"]
    if "payment" not in document["resource"]:
        return effect("deny", "payments/unknown")
    if amount > 20000:
        return effect("handoff", "payments/handoff")
    if evidence["confirmation"] is None:
        return effect("confirm", "payments/confirm")
    facts = document["facts"]
    beyond = facts["goodwill_minor_30d"] + amount > 15000 or facts["goodwill_count_30d"] >= 3
    if (amount > 5000 or beyond) and evidence["approval"] is None:
        return effect("approve", "payments/approval")
    limit = 10**9 if evidence["approval"] else 15000
    count = None if evidence["approval"] else 3
    reserve = {
        "bucket": "goodwill",
        "amount_minor": amount,
        "limit_minor": limit,
        "window_days": 30,
        "limit_count": count,
    }
    return effect("allow", "payments/allowed", reserve=reserve)


class Rules:
    """An engine whose rules are a function; it remembers what it was asked."""

    def __init__(self, decide: Callable[[dict[str, Any]], Any] = money_rules) -> None:
        self.rules = decide
        self.revision = "rev-1"
        self.asked: list[dict[str, Any]] = []

    async def decide(self, document: dict[str, Any]) -> Any:
        """Answer by the function."""
        self.asked.append(document)
        answer = self.rules(document)
        return {"policy_revision": self.revision, **answer} if isinstance(answer, dict) and answer else answer

    async def escalate(self, document: dict[str, Any]) -> dict[str, Any]:
        """Escalation is not the gate's."""
        raise AssertionError("the gate does not ask for escalation")

    async def close(self) -> None:
        """Nothing is held."""


def describe(context: CallContext, call: ToolCall, resource: Mapping[str, Any], locale: str) -> str:
    """A plain summary."""
    return f"{call.tool} {dict(sorted(call.arguments.items()))} in {locale}"


@dataclass
class House:
    """A gate and everything around it."""

    control: Control
    servers: ToolServers
    books: Books
    rules: Rules
    clock: Clock
    database: AsyncEngine
    key: bytes
    customer: Customer | None = field(default_factory=lambda: Customer(CustomerId("C-1")))
    conversation_id: ConversationId = CONVERSATION

    @property
    def gate(self) -> Any:
        """The gate."""
        return self.control.gate

    def context(self, **more: Any) -> CallContext:
        """The running turn's context."""
        principal = Principal(TENANT, self.customer, Agent("billing", procedure="billing.refund"))
        values = {"conversation_id": self.conversation_id, "turn_id": TurnId("turn-1"), "principal": principal}
        return CallContext(**{**values, **more})

    async def call(self, tool: str, call_id: str = "turn-1/1", **arguments: Any) -> CallResult:
        """Propose a call."""
        return await self.gate.call(self.context(), ToolCall(CallId(call_id), tool, arguments))

    async def refund(self, amount: int = 3999, call_id: str = "turn-1/1", payment: str = "P-1") -> CallResult:
        """Propose a refund."""
        return await self.call("payments.refund_payment", call_id, payment_id=payment, amount_minor=amount)

    async def confirmed_refund(self, amount: int = 3999, call_id: str = "turn-1/1") -> CallResult:
        """Propose a refund, say yes, propose it again."""
        asked = await self.refund(amount, call_id)
        assert asked.pending is not None, asked
        await self.gate.confirm(self.context(), asked.pending.id)
        return await self.refund(amount, call_id)

    async def entries(self) -> list[Any]:
        """The conversation's record, written out."""
        await self.end_turn()
        return await self.control.journal.entries(TENANT, self.conversation_id)

    async def end_turn(self) -> None:
        """Write down what the turn read and was refused."""
        async with self.control.work.open(self.conversation_id):
            self.gate.finish(self.conversation_id)

    async def kinds(self) -> list[str]:
        """The record as kinds with effects and outcomes."""
        return [f"{entry.kind}:{entry.outcome or entry.effect}".rstrip(":") for entry in await self.entries()]

    def again(self) -> "House":
        """The same house after a crash: a new gate over the same database and systems."""
        control = make_control(self.database, self.servers, self.rules, self.clock, self.key)
        return House(control, self.servers, self.books, self.rules, self.clock, self.database, self.key, self.customer)


def make_control(
    database: AsyncEngine, servers: ToolServers, rules: Rules, clock: Clock, key: bytes, tools: Any = None
) -> Control:
    """Put a gate together with little patience."""
    patience = Patience(call_s=1.0, total_s=2.0, first_wait_s=0.001)
    data = parse_tool_data(tools or TOOLS)
    return assemble(
        GateDependencies(
            Transactions(database, open_test_vault()), rules, servers, key, data, describe, clock, patience
        )
    )


async def open_house(database: AsyncEngine) -> House:
    """Start servers in memory and a gate over them."""
    key = generate_private_key()
    books = Books(public_key_of(key))
    for name in ("P-1", "P-2", "P-3"):
        books.payments[name] = {"customer_id": "C-1", "amount_minor": 60000, "refunded_minor": 0}
    books.payments["P-9"] = {"customer_id": "C-9", "amount_minor": 1000, "refunded_minor": 0}
    books.accounts["C-1"] = dict(ACCOUNT)
    addresses = [ServerAddress("payments", payments_server(books)), ServerAddress("crm", crm_server(books))]
    servers = ToolServers(addresses, parse_tool_data(TOOLS))
    assert await servers.start() == {}
    rules, clock = Rules(), Clock()
    return House(make_control(database, servers, rules, clock, key), servers, books, rules, clock, database, key)


STRONG = AuthLevel.STRONG
