"""Our MCP client, as the kit starts it: mcp_client.py URL. Lists the tools of the server there and calls each."""

import asyncio
import json
import os
import sys
from typing import Any
from urllib.parse import urlsplit

import httpx

from domain.errors import ToolUnavailable
from policy.tools.servers import ServerAddress, ToolServers
from policy.tools.signing_in import ClientCredentials
from policy.tools.tool_data import parse_tool_data

SAMPLES = {"string": "text", "number": 1, "integer": 1, "boolean": True, "array": [], "object": {}}


async def main(url: str) -> int:
    """1 where the server cannot be used; what a tool answers is its own affair."""
    given: dict[str, Any] = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT") or "{}")
    address = ServerAddress("kit", url, first_party=False, credentials=await find_credentials(url, given))
    servers = ToolServers([address], parse_tool_data({}))
    try:
        down = await servers.start()
        sys.stderr.writelines(f"{each}\n" for each in down.values())
        for name, arguments in list_calls(servers, given):
            tool = await servers.find(f"kit.{name}")
            try:
                outcome = await servers.call(tool, arguments, "", 20.0) if tool is not None else None
                sys.stderr.write(f"{name}: {outcome}\n")
            except ToolUnavailable as error:
                sys.stderr.write(f"{name}: {error}\n")
        return 1 if down else 0
    finally:
        await servers.stop()


def list_calls(servers: ToolServers, given: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The calls that the kit wants made; without any, one of each tool."""
    if "toolCalls" in given:
        return [(each["name"], each.get("arguments", {})) for each in given["toolCalls"]]
    found: list[tuple[str, dict[str, Any]]] = []
    for tool in servers.tools():
        properties: dict[str, Any] = tool.input_schema.get("properties") or {}
        arguments = {name: SAMPLES.get(str(of.get("type")), "text") for name, of in properties.items()}
        found.append((tool.name.partition(".")[2], arguments))
    return found


async def find_credentials(url: str, given: dict[str, Any]) -> ClientCredentials | None:
    """What the kit says that its authorisation server knows us by; that server is the one that the resource names."""
    if "client_secret" not in given:
        return None
    parts = urlsplit(url)
    async with httpx.AsyncClient(trust_env=False) as http:
        place = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-protected-resource{parts.path}"
        issuer = (await http.get(place)).json()["authorization_servers"][0]
    return ClientCredentials(given["client_id"], given["client_secret"], issuer)


sys.exit(asyncio.run(main(sys.argv[-1])))
