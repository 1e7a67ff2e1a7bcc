"""Run one refund, and kill this very process at a chosen moment: `killed_refund.py FOLDER MOMENT`."""

import asyncio
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from sqlalchemy.ext.asyncio import create_async_engine

from domain.calls import CallContext, ToolCall
from domain.grant import META_KEY
from domain.ids import CallId, ConversationId, CustomerId, TurnId
from domain.principal import Agent, Customer, Principal
from policy.gate.effects import Effects
from policy.tools.servers import ServerAddress, ToolServers
from policy.tools.tool_data import parse_tool_data
from storage.tables.control import metadata
from tests.policy.house import TENANT, Clock, Rules, effect, make_control

FOLDER, MOMENT = Path(sys.argv[1]), sys.argv[2]
TOOLS = {"payments.refund_payment": {"group": "money_back", "kind": "write"}}
RESERVE = {"bucket": "goodwill", "amount_minor": 1000, "limit_minor": 1000, "window_days": 30, "limit_count": 1}


def die_at(moment: str) -> None:
    if moment == MOMENT:
        os.kill(os.getpid(), signal.SIGKILL)


def payments() -> MCPServer:
    """A server that keeps its effects in a file, once per key."""
    server = MCPServer("payments")
    effects = sqlite3.connect(FOLDER / "effects.db", isolation_level=None)
    effects.execute("CREATE TABLE IF NOT EXISTS effects (key TEXT PRIMARY KEY)")

    @server.tool()
    async def refund_payment(payment_id: str, amount_minor: int, ctx: Context[Any, Any]) -> dict[str, Any]:
        import jwt

        claims = jwt.decode((ctx.request_context.meta or {})[META_KEY], options={"verify_signature": False})
        effects.execute("INSERT OR IGNORE INTO effects VALUES (?)", [claims["idempotency_key"]])
        die_at("after_effect")
        return {"refund_id": f"R-{payment_id}", "amount_minor": amount_minor}

    return server


def watch(name: str, before: str, after: str) -> None:
    real = getattr(Effects, name)

    async def watched(self: Effects, *arguments: Any) -> Any:
        die_at(before)
        result = await real(self, *arguments)
        die_at(after)
        return result

    setattr(Effects, name, watched)


async def main() -> None:
    from policy.keys import generate_private_key

    database = create_async_engine(f"sqlite+aiosqlite:///{FOLDER / 'gate.db'}")
    async with database.begin() as connection:
        await connection.run_sync(metadata.create_all)
    servers = ToolServers([ServerAddress("payments", payments())], parse_tool_data(TOOLS))
    await servers.start()
    rules = Rules(lambda document: effect("allow", reserve=RESERVE))
    control = make_control(database, servers, rules, Clock(), generate_private_key(), TOOLS)
    principal = Principal(TENANT, Customer(CustomerId("C-1")), Agent("billing"))
    context = CallContext(ConversationId("conv-1"), TurnId("turn-1"), principal)
    call = ToolCall(CallId("turn-1/1"), "payments.refund_payment", {"payment_id": "P-1", "amount_minor": 1000})
    result = await control.gate.call(context, call)
    await servers.stop()
    await database.dispose()
    assert result.outcome is not None, result
    assert result.outcome.succeeded, result


watch("begin", "before_intent", "after_intent")
watch("end", "before_outcome", "after_outcome")
asyncio.run(main())
