"""A seeded sandbox with all servers, and a caller that shows grants as the gate does."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mcp import Client
from mcp.server import MCPServer

from domain.digest import digest
from domain.grant import META_KEY, GrantClaims
from mcp_servers.sandbox.files import Sandbox
from policy.gate.grants import GrantMint

NORTHWIND = "northwind-fibre"


class ToolRefused(Exception):
    """The server answered with a tool error."""


@dataclass
class HandClock:
    """A clock that tests move."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Office:
    """Calls tools in memory under fresh grants."""

    servers: dict[str, MCPServer]
    sandbox: Sandbox
    private_key: bytes
    clock: HandClock
    keys: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def mint(self) -> GrantMint:
        return GrantMint(self.private_key, self.clock)

    def claims(self, tool: str, arguments: dict[str, Any], customer: str, /, **changes: str) -> GrantClaims:
        server, _, name = tool.partition(".")
        whole = {
            "decision_id": f"D-{next(self.keys)}",
            "server": server,
            "tool": name,
            "arguments_digest": digest(arguments),
            "tenant": NORTHWIND,
            "customer": customer,
            "idempotency_key": f"key-{next(self.keys)}",
            **changes,
        }
        return GrantClaims(**whole)

    def grant(self, tool: str, arguments: dict[str, Any], customer: str, /, **changes: str) -> str:
        return self.mint.mint(self.claims(tool, arguments, customer, **changes))

    async def present(self, tool: str, arguments: dict[str, Any], token: object) -> dict[str, Any]:
        """Call with whatever token."""
        server, _, name = tool.partition(".")
        meta = {} if token is None else {META_KEY: token}
        async with Client(self.servers[server]) as client:
            result = await client.call_tool(name, arguments, meta=meta)
        if result.is_error:
            raise ToolRefused(result.content[0].text)
        return result.structured_content

    async def call(
        self, tool: str, customer: str, /, *, granted: dict[str, str] | None = None, **arguments: Any
    ) -> Any:
        """Call under a grant for exactly this call; `granted` changes claims of the grant."""
        return await self.present(tool, arguments, self.grant(tool, arguments, customer, **granted or {}))

    async def call_of(self, tool: str, customer: str, **arguments: Any) -> Any:
        """Call with the customer as `customer_id` argument too."""
        return await self.call(tool, customer, customer_id=customer, **arguments)
