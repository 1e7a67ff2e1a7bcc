"""Pinning tools from the command line: what the servers list now, held against policy data, and written into it."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.clock import tell_time
from app.installation import require_database
from app.other_servers import other_servers
from app.policy_bundle import read_bundle
from app.sandbox import address_servers
from app.server_sign_in import sign_ins_for
from app.settings import Settings
from domain.errors import BadRequest, Misconfigured
from domain.names import require_known
from mcp_servers.sandbox.files import Sandbox
from policy.engines.bundle import BUNDLE, load_bundle
from policy.engines.company_policy import FOLDER
from policy.engines.compilation import write_data
from policy.keys import generate_private_key
from policy.tools.drift import Drift, compare, find_drift, pinned_entry
from policy.tools.pins import Tool
from policy.tools.servers import ToolServers
from policy.tools.tool_data import parse_tool_data

TOOLS = Path("data") / "tools.json"


@dataclass(frozen=True, slots=True)
class Listing:
    """What the servers list now; `down` names those that do not answer, and why."""

    tools: tuple[Tool, ...]
    down: Mapping[str, str]


async def drift(settings: Settings) -> dict[str, Any]:
    """Every difference between the listed tools and their pins, and every server that does not answer.

    Raises:
        UnknownName: no servers are configured, and no installation is there whose they would be.
    """
    if not settings.mcp_servers:
        require_database(settings)
    data = read_bundle(settings).tools
    async with list_servers(settings) as found:
        reached = {tool.name.partition(".")[0] for tool in found.tools}
        drifts = find_drift(found.tools, data, reached)
        looked_at = sorted(reached | {*found.down})
        return {"items": [asdict(each) for each in drifts], "down": dict(found.down), "servers": looked_at}


async def look_at(settings: Settings, name: str) -> list[tuple[Tool, Drift | None]]:
    """The listed tools of a server, or the one of a `server.tool` name, each with how it differs from its pin.

    Raises:
        UnknownName: no such tool or server is listed; the message gives the nearest.
        BadRequest: its server does not answer.
    """
    data = read_bundle(settings).tools
    async with list_servers(settings) as found:
        server = name.partition(".")[0]
        if server in found.down:
            raise BadRequest(f"{server} does not answer: {found.down[server]}")
        meant = [tool for tool in found.tools if tool.name == name or tool.name.partition(".")[0] == name]
    if not meant:
        listed = {tool.name for tool in found.tools}
        require_known("server or tool", name, {*listed, *(each.partition(".")[0] for each in listed)})
    if unusable := [tool.name for tool in meant if not (tool.digest and tool.check.usable)]:
        raise BadRequest(f"{', '.join(unusable)}: a schema that cannot be used cannot be pinned")
    return [(tool, compare(tool, data.get(tool.name, {}))) for tool in meant]


def write_pins(settings: Settings, tools: list[Tool], judged: Mapping[str, dict[str, Any]] | None = None) -> str:
    """Pin tools as they were listed, in policy data, with what a model is told of them; returns the revision.

    `judged` holds, by name, what else the data is to say of a tool; else it says what it said before.

    Raises:
        Misconfigured: see `tools_file`.
    """
    known = read_bundle(settings).tools
    fresh = {tool.name: pinned_entry(tool, (judged or {}).get(tool.name) or known.get(tool.name)) for tool in tools}
    return change_entries(settings, lambda entries: {**entries, **fresh})


def tools_file(settings: Settings) -> Path:
    """Where pins are written: into the bundle that the settings name, else into the company's folder.

    Raises:
        Misconfigured: the bundle is an archive, which is signed as a whole and not changed in place.
    """
    policy = settings.policy
    if policy.bundle is None and policy.verification_key is None:
        return settings.company_folder / FOLDER / TOOLS
    folder = policy.bundle or BUNDLE
    if not folder.is_dir():
        raise Misconfigured(f"{folder} is an archive: pin in the folder that it is made from, and sign that again")
    return folder / TOOLS


def change_entries(settings: Settings, change: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
    """Change the entries of `tools_file`; returns the policy's revision.

    Raises:
        Misconfigured: see `tools_file`.
    """
    file = tools_file(settings)
    document: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {"tools": {}}
    document["tools"] = dict(sorted(change(document["tools"]).items()))
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    part.replace(file)
    if file.is_relative_to(settings.company_folder / FOLDER):
        return read_bundle(settings).revision
    bundle = load_bundle(file.parents[1])
    write_data(bundle)
    return bundle.revision


@asynccontextmanager
async def list_servers(settings: Settings) -> AsyncGenerator[Listing]:
    """Connect to every configured server, list, and leave; our own are asked on an empty sandbox, made for that."""
    tool_data = parse_tool_data(read_bundle(settings).tools)
    with TemporaryDirectory(prefix="switchboard-") as folder, closing(Sandbox(Path(folder))) as sandbox:
        addresses = address_servers(settings, sandbox, generate_private_key(), tell_time, {})
        async with sign_ins_for(settings) as kept:
            servers = ToolServers((*addresses, *other_servers(settings, kept)), tool_data)
            try:
                down = await servers.start()
                yield Listing(tuple(servers.tools()), down)
            finally:
                await servers.stop()
