"""The payments server without anything that governs: the same backend on the same kind of sandbox, open to anybody.

No grant is asked for, no idempotency key is kept; arguments are as strictly typed as a plain MCP server makes them.
`python -m benchmarks.bare_payments PORT DATA` serves it over streamable HTTP exactly as `switchboard mcp serve` does.
"""

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import uvicorn
from mcp.server import MCPServer
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.bootstrap import tell_time
from benchmarks.customers import TENANT
from mcp_servers.arguments import RefundReason
from mcp_servers.payments import backend
from mcp_servers.payments.models import Payment, PaymentLink, Refund
from mcp_servers.sandbox.database import Database, Job
from mcp_servers.sandbox.systems import PAYMENTS
from mcp_servers.work import Work

T = TypeVar("T")


class BarePayments:
    """Three of the payment tools, for whoever the arguments name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_payment(self, customer_id: str, payment_id: str) -> Payment:
        """One capture of the customer."""
        act = _for(customer_id, lambda work: backend.get_payment(work, payment_id))
        return self._database.read(act)

    async def create_payment_link(self, customer_id: str, invoice_id: str, amount_minor: int) -> PaymentLink:
        """Make a page for paying an amount of an invoice."""
        act = _for(customer_id, lambda work: backend.create_payment_link(work, invoice_id, amount_minor))
        return await self._database.write(act)

    async def refund_payment(
        self, customer_id: str, payment_id: str, amount_minor: int, reason: RefundReason
    ) -> Refund:
        """Pay back at most what was captured and not yet paid back."""
        act = _for(customer_id, lambda work: backend.refund_payment(work, payment_id, amount_minor, reason))
        return await self._database.write(act)


def _for(customer_id: str, act: Callable[[Work], T]) -> Job[T]:
    def job(database: sqlite3.Connection) -> T:
        return act(Work(database, TENANT, customer_id, tell_time().replace(microsecond=0)))

    return job


def main(port: int, data: Path) -> None:
    """Serve until told to stop."""
    payments = BarePayments(Database(data / "payments.db", PAYMENTS.schema))
    server = MCPServer("payments", log_level="WARNING")
    for tool in (payments.get_payment, payments.create_payment_link, payments.refund_payment):
        server.add_tool(tool)

    @server.custom_route("/healthz", methods=["GET"])
    async def report_health(_: Request) -> Response:
        return PlainTextResponse("ok")

    app = server.streamable_http_app(json_response=False, stateless_http=True)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=5)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
