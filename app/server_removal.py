"""Taking somebody else's MCP server out again: its stanza, its pins, its sign-in; and what still names it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.remote import AGENTS, list_agents
from app.opened_company import open_company
from app.pins import change_entries, tools_file
from app.policy_bundle import read_bundle
from app.server_sign_in import open_sign_ins, sign_out
from app.settings import Settings, config_file
from domain.errors import BadRequest, Misconfigured
from domain.names import require_known
from mcp_servers.catalogue import find_toolsets
from policy.engines.bundle import BUNDLE, Bundle

TABLE = re.compile(r"^\s*\[\[?[\w.\s\"'-]+\]\]?\s*(#.*)?$")
NAMING = {".yaml", ".py", ".json", ".rego", ".toml", ".md"}
"""Files of a company, and of policy, that may name a tool."""


@dataclass(frozen=True, slots=True)
class RemovedServer:
    """What was taken out; `named` says where its tools are still named, `groups` which groups have no tool any more."""

    stanza: bool
    pins: list[str]
    sign_in: str
    named: list[str]
    groups: list[str]


async def remove_server(settings: Settings, name: str) -> RemovedServer:
    """Take the server out of the settings' file and policy data, and sign out of it; nothing else is changed.

    Raises:
        UnknownName, BadRequest: see `require_removable`; or its stanza is not in the file.
        Misconfigured: the stanza cannot be taken out by a program, or the bundle is an archive.
    """
    require_removable(settings, name)
    before = read_bundle(settings)
    pins = [tool for tool in before.tools if tool.partition(".")[0] == name]
    file = tools_file(settings)
    stanza = _take_out(name) if name in settings.mcp_servers else False
    if pins:
        change_entries(settings, lambda entries: {tool: each for tool, each in entries.items() if tool not in pins})
    left = [tool for tool in read_bundle(settings).tools if tool in pins]
    named = list(_find_naming(settings, name, [file] if not left else []))
    return RemovedServer(stanza, pins, await _sign_out(settings, name), named, _idle_groups(before, pins))


def require_removable(settings: Settings, name: str) -> None:
    """See that it is somebody else's server.

    Raises:
        UnknownName: there is no such server, neither in a stanza nor in policy data.
        BadRequest: it is one of our own, or another team's agent.
    """
    company = open_company(settings)
    others = {each for each, server in settings.mcp_servers.items() if not server.first_party}
    ours = {*find_toolsets(company), *(set(settings.mcp_servers) - others)}
    if name in ours:
        raise BadRequest(f"{name} is one of our own servers")
    if name in (agents := {each.name for each in list_agents(company)}):
        raise BadRequest(f"{name} is another team's agent: take its folder out of {company.path / AGENTS}")
    pinned = {each.partition(".")[0] for each in read_bundle(settings).tools}
    require_known("MCP server", name, {*others, *pinned} - ours - agents)


def without_stanza(text: str, name: str) -> str:
    """The settings' file without the tables of one server, each with the remarks right above it.

    Raises:
        Misconfigured: what is left is not what the file said of everything else.
    """
    header = re.compile(rf"^\s*\[\s*mcp_servers\s*\.\s*[\"']?{re.escape(name)}[\"']?\s*[.\]]")
    kept: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        if TABLE.match(line):
            inside = header.match(line) is not None
            while inside and kept and kept[-1].lstrip().startswith("#"):
                kept.pop()
        if not inside:
            kept.append(line)
    rest = "".join(kept)
    wanted = _without(tomllib.loads(text), name)
    try:
        same = _without(tomllib.loads(rest), name) == wanted and name not in tomllib.loads(rest).get("mcp_servers", {})
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise Misconfigured(f"{config_file()}: take [mcp_servers.{name}] out by hand: it is not written as a table")
    return rest.rstrip() + "\n" if rest.strip() else ""


def _without(document: dict[str, Any], name: str) -> dict[str, Any]:
    servers = {each: server for each, server in document.get("mcp_servers", {}).items() if each != name}
    rest = {key: value for key, value in document.items() if key != "mcp_servers"}
    return {**rest, "mcp_servers": servers} if servers else rest


def _take_out(name: str) -> bool:
    file = config_file()
    text = file.read_text("utf-8") if file.is_file() else ""
    if name not in tomllib.loads(text).get("mcp_servers", {}):
        raise BadRequest(f"the stanza of {name} is not in {file}: it comes from the environment; take it out there")
    draft = file.with_name(f".{file.name}.part")
    draft.write_text(without_stanza(text, name), "utf-8")
    draft.replace(file)
    return True


async def _sign_out(settings: Settings, name: str) -> str:
    """What became of a person's sign-in; empty where there was none."""
    async with open_sign_ins(settings) as kept:
        if kept is None:
            return ""
        try:
            return "signed out" if await sign_out(kept, name) else ""
        except BadRequest as trouble:
            return str(trouble)


def _find_naming(settings: Settings, name: str, changed: list[Path]) -> Iterator[str]:
    """Each line of the company's folder and of policy that still names one of its tools."""
    mention = re.compile(rf"(?<![\w.]){re.escape(name)}\.[A-Za-z]\w")
    places = [settings.company_folder, settings.policy.bundle or BUNDLE]
    for file in sorted({each for place in places if place.is_dir() for each in place.rglob("*")} - set(changed)):
        if not file.is_file() or file.suffix not in NAMING or file.name == "data.json":
            continue
        for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1):
            if mention.search(line):
                yield f"{file}:{number}: {line.strip()[:100]}"


def _idle_groups(before: Bundle, pins: list[str]) -> list[str]:
    """The groups of its tools that no other tool has, with who is granted them."""
    granted: Mapping[str, list[str]] = before.data["roles"]["default"]["specialists"]
    used = {entry["group"] for tool, entry in before.tools.items() if tool not in pins}
    idle = sorted({before.tools[tool]["group"] for tool in pins} - used)
    whose = {group: [name for name, groups in granted.items() if group in groups] for group in idle}
    return [f"{group}: granted to {', '.join(having)}" for group, having in whose.items() if having]
