"""Our MCP client, as the kit starts it: mcp_client.py URL. Lists the tools of the server there and calls each."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import httpx

from app.server_sign_in import sign_in
from app.settings import LoginSettings
from domain.errors import BadRequest, ToolUnavailable
from policy.tools.person_sign_in import PersonSignIn
from policy.tools.servers import ServerAddress, ToolServers
from policy.tools.sign_ins import SignIns
from policy.tools.signing_in import ClientCredentials
from policy.tools.tool_data import parse_tool_data
from storage.database import open_storage
from tests.vaults import open_test_vault

METADATA = "https://conformance-test.local/client-metadata.json"
"""The document that the kit knows a client by."""
SAMPLES = {"string": "text", "number": 1, "integer": 1, "boolean": True, "array": [], "object": {}}


async def main(url: str) -> int:
    """1 where the server cannot be used; what a tool answers is its own affair."""
    given: dict[str, Any] = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT") or "{}")
    scenario = os.environ.get("MCP_CONFORMANCE_SCENARIO", "")
    async with AsyncExitStack() as stack:
        if scenario.startswith("auth/") and "client-credentials" not in scenario:
            credentials = await stack.enter_async_context(signed_in(url, given))
        else:
            credentials = await find_credentials(url, given)
        return await use(ServerAddress("kit", url, first_party=False, credentials=credentials), given)


@asynccontextmanager
async def signed_in(url: str, given: dict[str, Any]) -> AsyncGenerator[PersonSignIn]:
    """A person signs us in; the kit's authorisation server sends their browser back at once."""
    going: list[asyncio.Task[Any]] = []

    def visit(address: str) -> None:
        going.append(asyncio.create_task(asyncio.to_thread(httpx.get, address, follow_redirects=True)))

    known = {"client_id": given["client_id"]} if "client_id" in given else {"client_metadata": METADATA}
    if "client_secret" in given:
        known |= {"client_secret": given["client_secret"], "issuer": await find_issuer(url)}
    with TemporaryDirectory() as folder:
        async with open_storage("", Path(folder), open_test_vault(), 2) as transactions:
            kept = SignIns(transactions)
            await kept.save("kit", await sign_in(url, LoginSettings.model_validate(known), visit))
            yield PersonSignIn("kit", kept)


async def use(address: ServerAddress, given: dict[str, Any]) -> int:
    """Call what there is to call."""
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
    return ClientCredentials(given["client_id"], given["client_secret"], await find_issuer(url))


async def find_issuer(url: str) -> str:
    """The authorisation server that the resource names."""
    parts = urlsplit(url)
    async with httpx.AsyncClient(trust_env=False) as http:
        place = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-protected-resource{parts.path}"
        return (await http.get(place)).json()["authorization_servers"][0]


try:
    sys.exit(asyncio.run(main(sys.argv[-1])))
except BadRequest as error:
    sys.exit(str(error))
