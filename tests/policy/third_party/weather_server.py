"""Somebody else's MCP server, as a process of its own: `weather_server.py SOCKET DESCRIPTION TOKEN`.

It knows nothing of Switchboard, asks every caller for its token, and writes down what each call came with.
"""

import json
import sys
from typing import Any

import uvicorn
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SUNNY = {"Springfield": "sunny", "Shelbyville": "rain"}


def build_server(description: str) -> MCPServer[Any]:
    server: MCPServer[Any] = MCPServer("weather", version="4.2")

    @server.tool(description=description)
    async def get_forecast(town: str, context: Context[Any]) -> dict[str, str]:
        meta = context.request_context.meta or {}
        print(json.dumps({"tool": "get_forecast", "meta": sorted(meta)}), flush=True)
        if town not in SUNNY:
            raise ToolError(f"town: {town} is not known")
        return {"town": town, "forecast": SUNNY[town]}

    @server.tool()
    async def order_rain(town: str) -> dict[str, str]:
        """Make it rain."""
        print(json.dumps({"tool": "order_rain", "meta": []}), flush=True)
        return {"town": town, "forecast": "rain"}

    return server


class TokenCheck:
    """Lets in who shows the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and dict(scope["headers"]).get(b"authorization") != self._token:
            await PlainTextResponse("who are you?", 401)(scope, receive, send)
            return
        await self._app(scope, receive, send)


if __name__ == "__main__":
    handle, description, token = sys.argv[1:4]
    app: ASGIApp = build_server(description).streamable_http_app(stateless_http=True)
    uvicorn.run(TokenCheck(app, token), fd=int(handle), log_level="warning")
