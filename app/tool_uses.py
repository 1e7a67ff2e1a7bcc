"""What procedures call, held against policy data and servers; pins, held against what somebody else's servers list."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import agents
from agents.catalogue import Catalogue, load_catalogue
from agents.declared import FILE, DeclaredProcedure, LookUpStep, inspect_declared, line_at, tool_of
from agents.remote import list_agents
from agents.specialist import Procedure
from agents.tools_used import find_tools
from app.company.source import Mistake, line_of
from app.company.tool_words import missing_of
from app.opened_company import open_company
from app.other_servers import other_servers
from app.pins import tools_file
from app.policy_bundle import read_bundle
from app.server_sign_in import sign_ins_for
from app.settings import Settings, config_file
from app.stanza_variables import unset_variables
from domain.company import CompanyFolder
from domain.errors import Misconfigured
from domain.names import suggest
from mcp_servers.catalogue import find_toolsets
from policy.engines.bundle import Bundle
from policy.tools.drift import find_drift
from policy.tools.servers import ToolServers
from policy.tools.tool_data import parse_tool_data


def check_uses(settings: Settings) -> Iterator[Mistake]:
    """Tools that procedures name and that do not exist, are not granted, or are called otherwise than they want it;
    words that somebody else's tools lack; variables that stanzas refer to and that are not set.

    Raises:
        Misconfigured: the company's folder or policy data cannot be read; the checks of the folder say why.
    """
    company, bundle = open_company(settings), read_bundle(settings)
    catalogue = load_catalogue(company)
    servers = {*find_toolsets(company), *settings.mcp_servers, *(each.name for each in list_agents(company))}
    for specialist in catalogue.specialists.values():
        for procedure in (*specialist.procedures.values(), *specialist.unasked.values()):
            yield from check_procedure(company, procedure, bundle, servers)
    others = {name for name, each in settings.mcp_servers.items() if not each.first_party}
    yield from _check_words(company, catalogue, bundle, others)
    text = config_file().read_text("utf-8") if config_file().is_file() else ""
    for unset in unset_variables(settings):
        yield Mistake(config_file(), line_of(text, unset.stanza.split(".")), str(unset))


async def check_pins(settings: Settings) -> tuple[list[Mistake], list[str]]:
    """Pins that are not what somebody else's servers list now, or of servers that there are not; and who is down."""
    bundle, file = read_bundle(settings), tools_file(settings)
    async with sign_ins_for(settings) as kept:
        servers = ToolServers(other_servers(settings, kept), parse_tool_data(bundle.tools))
        try:
            down = await servers.start()
            reached = {address.name for address in other_servers(settings, kept)} - set(down)
            drifts = find_drift(servers.tools(), bundle.tools, reached)
        finally:
            await servers.stop()
    stale = [
        Mistake(file, _line_of(file, each.tool), f"{each.tool}: its pin is stale: {_told(each.kind, each.tool)}")
        for each in drifts
        if each.kind != "new"
    ]
    company = open_company(settings)
    there = {*find_toolsets(company), *settings.mcp_servers, *(each.name for each in list_agents(company))}
    for tool, entry in bundle.tools.items():
        server = tool.partition(".")[0]
        if entry.get("digest") and server not in there:
            told = f"{tool} is pinned, and there is no server {server}: `switchboard mcp remove {server}` takes it out"
            stale.append(Mistake(file, _line_of(file, tool), told))
    return stale, [f"{why}; its pins were not compared" for why in down.values()]


def _told(kind: str, tool: str) -> str:
    if kind == "gone":
        return "its server does not list it any more; take its entry out, or mend it there"
    return f"it has changed; `switchboard mcp drift` shows how, `switchboard mcp pin {tool}` takes it"


def check_procedure(
    company: CompanyFolder, procedure: Procedure, bundle: Bundle, servers: set[str]
) -> Iterator[Mistake]:
    """What one procedure calls and cannot, named with the file that it lies in."""
    specialist, _, name = procedure.name.partition(".")
    folder = company.path / "procedures" / specialist / name
    places = (folder / FILE, folder / "procedure.py", *shipped_files(specialist, name))
    own = next((file for file in places if file.is_file()), company.path)
    declared = inspect_declared(own)[0] if own.name == FILE else None
    try:
        tools = sorted(find_tools(procedure.function))
    except Misconfigured as error:
        yield Mistake(own, 0, str(error))
        return
    for tool in tools:
        line = _line_of(own, tool)
        server, entry = tool.partition(".")[0], bundle.tools.get(tool)
        if server not in servers:
            known = suggest(server, sorted(servers), len(servers))
            yield Mistake(own, line, f"{procedure.name} calls {tool}: there is no server {server}{known}")
        elif entry is None:
            known = suggest(tool, sorted(bundle.tools))
            # A pin is for what somebody else's server lists; our own tools are written down.
            mend = "add it to tools.json" if server in find_toolsets(company) else f"`switchboard mcp pin {tool}`"
            told = f"policy data has no such tool, so that every call is denied{known}; {mend}"
            yield Mistake(own, line, f"{procedure.name} calls {tool}: {told}")
        elif entry["group"] not in _groups_of(bundle, specialist):
            told = f"{specialist} does not have its group {entry['group']}: grant it in roles.json"
            yield Mistake(own, line, f"{procedure.name} calls {tool}: {told}")
        elif not _may_be_allowed(bundle, tool, entry["group"]):
            told = f"no rule allows its group {entry['group']}, so that every call is denied; write one"
            yield Mistake(own, line, f"{procedure.name} calls {tool}: {told}")
    if declared is not None:
        yield from _check_arguments(own, declared, bundle.tools)


def shipped_files(specialist: str, name: str) -> tuple[Path, ...]:
    """Where the platform has a procedure of that name, if it has one."""
    folder = Path(agents.__file__).parent / specialist
    return tuple(folder / kind / name / "procedure.py" for kind in ("procedures", "unasked"))


def _may_be_allowed(bundle: Bundle, tool: str, group: str) -> bool:
    """Whether a rule that allows anything names the tool, its group or its server; without one nothing can allow it."""
    allowing = [text for text in bundle.sources.values() if '"allow"' in text]
    names = (f'"{name}"' for name in (tool, group, tool.partition(".")[0]))
    return any(name in text for name in names for text in allowing)


def _groups_of(bundle: Bundle, specialist: str) -> set[str]:
    """The groups that a specialist has anywhere; another team's agent as a specialist asks by a grant of its own."""
    roles: Mapping[str, Any] = bundle.data["roles"]
    each = (roles["default"], *roles.get("tenants", {}).values())
    return {group for one in each for group in one.get("specialists", {}).get(specialist, ())}


def _check_arguments(file: Path, declared: DeclaredProcedure, tools: Mapping[str, Any]) -> Iterator[Mistake]:
    """Arguments that a pinned tool does not take, or cannot do without."""
    text = file.read_text("utf-8")
    for place, step in declared.calls:
        entry: Mapping[str, Any] = tools.get(tool_of(step), {})
        line = line_at(text, ("steps", place))
        if isinstance(step, LookUpStep) and entry.get("kind") == "write":
            yield Mistake(file, line, f"look_up: policy data says that {tool_of(step)} changes something: write `call`")
        schema: Mapping[str, Any] = entry.get("pinned", {}).get("input_schema", {})
        properties: Mapping[str, Any] = schema.get("properties", {})
        given = {*step.facts, *step.values}
        for name in sorted(given - set(properties)) if properties else ():
            told = f"{tool_of(step)} takes no {name}{suggest(name, sorted(properties), len(properties))}"
            yield Mistake(file, line, told)
        for name in sorted({*schema.get("required", ())} - given):
            yield Mistake(file, line, f"{tool_of(step)} cannot do without {name}: write it under facts or values")


def _check_words(company: CompanyFolder, catalogue: Catalogue, bundle: Bundle, others: set[str]) -> Iterator[Mistake]:
    """Somebody else's tools that may be used and change something, and of which nobody can speak."""
    granted = {group for each in catalogue.specialists for group in _groups_of(bundle, each)}
    for tool, entry in sorted(bundle.tools.items()):
        if tool.partition(".")[0] in others and entry["kind"] == "write" and entry["group"] in granted:
            yield from missing_of(tool, company.path / "voice", catalogue, bundle, writes=True)


def _line_of(file: Path, name: str) -> int:
    """The first line of a file that names it; 0 for none."""
    lines: Sequence[str] = file.read_text("utf-8").splitlines() if file.is_file() else ()
    return next((number for number, line in enumerate(lines, 1) if name in line), 0)
