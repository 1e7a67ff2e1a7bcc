"""Small real MCP servers for the gate's tests: they demand grants, keep idempotency keys and count their effects."""

from dataclasses import dataclass, field
from typing import Any

import jwt
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from domain.digest import digest
from domain.grant import AUDIENCE_PREFIX, META_KEY


@dataclass
class Books:
    """What the systems know; it outlives their processes."""

    public_key: bytes
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys_seen: list[str] = field(default_factory=list)
    grants: list[dict[str, Any]] = field(default_factory=list)
    contact: list[dict[str, Any]] = field(default_factory=list)
    executions: int = 0
    crash: BaseException | None = None
    crash_before: BaseException | None = None

    def granted(self, context: Context[Any, Any], server: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The verified grant of a call."""
        meta = context.request_context.meta or {}
        claims = jwt.decode(
            meta[META_KEY],
            self.public_key,
            ["EdDSA"],
            audience=AUDIENCE_PREFIX + server,
            options={"verify_exp": False, "verify_iat": False},
        )
        assert claims["arguments_digest"] == digest(arguments)
        self.grants.append(claims)
        return claims

    def refund(self, key: str, payment_id: str, amount_minor: int) -> dict[str, Any]:
        """Refund once per key."""
        self.keys_seen.append(key)
        if self.crash_before is not None:
            error, self.crash_before = self.crash_before, None
            raise error
        if key not in self.refunds:
            self.executions += 1
            self.payments[payment_id]["refunded_minor"] += amount_minor
            self.refunds[key] = {"refund_id": f"R-{self.executions}", "amount_minor": amount_minor}
        if self.crash is not None:
            error, self.crash = self.crash, None
            raise error
        return self.refunds[key]


def payments_server(books: Books) -> MCPServer:
    """Payments: reading one, and giving money back."""
    server = MCPServer("payments")

    @server.tool()
    async def get_payment(payment_id: str, ctx: Context[Any, Any]) -> dict[str, Any]:
        """Read one payment."""
        claims = books.granted(ctx, "payments", {"payment_id": payment_id})
        payment = books.payments.get(payment_id)
        if payment is None or payment["customer_id"] != claims["customer"]:
            raise ToolError(f"payment {payment_id} not found")
        return {
            "payment_id": payment_id,
            "email": "someone@example.com",
            "lines": [{"card": "1"}, {"card": "2"}],
        } | payment

    @server.tool()
    async def refund_payment(payment_id: str, amount_minor: int, ctx: Context[Any, Any]) -> dict[str, Any]:
        """Give money back."""
        claims = books.granted(ctx, "payments", {"payment_id": payment_id, "amount_minor": amount_minor})
        if amount_minor == 13:
            raise ToolError("amount_minor: no thirteen")
        return books.refund(claims["idempotency_key"], payment_id, amount_minor)

    return server


def crm_server(books: Books) -> MCPServer:
    """Customers: their accounts, codes and contact details."""
    server = MCPServer("crm")

    @server.tool()
    async def get_customer(customer_id: str, ctx: Context[Any, Any]) -> dict[str, Any]:
        """Read one account."""
        claims = books.granted(ctx, "crm", {"customer_id": customer_id})
        if customer_id not in books.accounts or claims["customer"] != customer_id:
            raise ToolError(f"customer {customer_id} not found")
        return books.accounts[customer_id]

    @server.tool()
    async def check_verification(customer_id: str, code: str, ctx: Context[Any, Any]) -> dict[str, Any]:
        """Check a code."""
        claims = books.granted(ctx, "crm", {"customer_id": customer_id, "code": code})
        assert claims["customer"] == customer_id
        return {"verified": code == "314159", "attempts_left": 2}

    @server.tool()
    async def update_contact_detail(customer_id: str, field: str, value: str, ctx: Context[Any, Any]) -> dict[str, Any]:
        """Change one contact detail."""
        books.granted(ctx, "crm", {"customer_id": customer_id, "field": field, "value": value})
        books.contact.append({"field": field, "value": value})
        return {"field": field, "value": value}

    return server


def partner_server(calls: list[str]) -> MCPServer:
    """Somebody else's server: it knows nothing of grants."""
    server = MCPServer("partner")

    @server.tool()
    async def send_gift(name: str) -> dict[str, Any]:
        """Send a gift."""
        calls.append(name)
        if name == "lost":
            raise RuntimeError("crashed after sending")
        return {"sent": name}

    return server
