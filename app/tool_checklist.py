"""The checklist of a tool of our own servers: whatever one lacks, with the file and what to write there."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import agents
import mcp_servers
from agents.catalogue import Catalogue, load_catalogue
from app.company.source import Mistake
from app.company.tool_words import missing_of
from app.granted_groups import lack_of
from app.journeys.judge import FOOTPRINTS, footprints
from domain.conversation import LOCALES
from domain.errors import Misconfigured
from domain.names import suggest
from mcp_servers.backend import ToolEntry, misfit, unserved_by
from mcp_servers.catalogue import find_systems, find_toolsets
from mcp_servers.contracts.contract import contract_file, find_breaches
from mcp_servers.sandbox.systems import SYSTEMS
from mcp_servers.toolset import Toolset
from policy.engines.bundle import BUNDLE, Bundle, load_bundle
from policy.engines.compilation import DATA_FILE
from policy.engines.embedded import read_module
from policy.engines.files import read_files
from policy.engines.release import check_served_data

ROOT = Path(agents.__file__).parents[1]
SERVERS = ROOT / "mcp_servers"
WORDS = ROOT / "agents"
SAMPLES = ROOT / "tests" / "mcp_servers" / "samples.py"
"""A call of every tool; not there where Switchboard is installed without its tests."""


_TABLE = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+)")


def check_tools() -> list[Mistake]:
    """Everything that a tool of the platform's servers lacks, in the order of the servers."""
    catalogue, bundle = load_catalogue(), load_bundle()
    found: list[Mistake] = [*check_release()]
    for tools in find_toolsets().values():
        found += _check_contract(tools)
        found += _check_systems(tools)
        for entry in tools.entries:
            found += check_tool(f"{tools.name}.{entry.name}", entry, catalogue, bundle)
    return found


def check_release(folder: Path = BUNDLE) -> Iterator[Mistake]:
    """A bundle whose data or rules were changed and not compiled; an OPA sidecar would decide by what was before."""
    bundle = load_bundle(folder)
    try:
        read_module(bundle)
        check_served_data(bundle, read_files(folder))
    except Misconfigured:
        yield Mistake(folder / DATA_FILE, 0, "was made from other data or rules: run `make policy`")


def _check_contract(tools: Toolset) -> Iterator[Mistake]:
    file = contract_file(tools.name)
    if not file.is_file():
        yield Mistake(file, 0, f"is not there: run `switchboard mcp contract {tools.name} --write`")
        return
    lines = file.read_text("utf-8").splitlines()
    for tool, message in find_breaches(tools):
        line = next((number for number, text in enumerate(lines, 1) if text.startswith(f'  "{tool}":')), 0)
        yield Mistake(file, line, f"{tools.name}.{tool} {message}")


def _check_systems(tools: Toolset) -> Iterator[Mistake]:
    """Real systems that cannot serve a tool of their server."""
    for name in find_systems(tools.name):
        module = import_module(f"{mcp_servers.__name__}.{tools.name}.backends.{name}")
        for entry in tools.entries:
            if entry.name in unserved_by(module.SYSTEM):
                continue
            if problem := misfit(getattr(module.SYSTEM, entry.name, None), entry):
                yield Mistake(Path(module.__file__ or name), 0, f"{tools.name}.{entry.name}: {problem}")


def check_tool(tool: str, entry: ToolEntry, catalogue: Catalogue, bundle: Bundle) -> Iterator[Mistake]:
    """What one tool lacks: a policy group that somebody has, words in every language, a footprint, a sample."""
    server = SERVERS / tool.partition(".")[0] / "server.py"
    yield from missing_of(tool, server, catalogue, bundle, writes=entry.writes, entry=entry)
    group = bundle.tools.get(tool, {}).get("group", "")
    if group and (lack := lack_of(group, bundle.data["roles"])):
        file = BUNDLE / "data" / "roles.json"
        yield Mistake(file, 0, f"{tool}: {lack}; grant it to a specialist, or nobody can call it")
    for name, texts in (("tools", catalogue.tools), ("done", catalogue.done), ("effects", catalogue.effects)):
        missing = [locale for locale in LOCALES if tool in texts and not texts[tool].get(locale)]
        if missing:
            yield Mistake(WORDS / f"{name}.yaml", 0, f"{tool} has no {', '.join(missing)}")
    yield from _check_footprint(tool) if entry.writes else ()
    if SAMPLES.is_file() and f'"{tool}"' not in SAMPLES.read_text("utf-8"):
        yield Mistake(SAMPLES, 0, f"{tool} has no sample: add a call of it that succeeds on a fresh sandbox")


def _check_footprint(tool: str) -> Iterator[Mistake]:
    """No footprint, or one in a table that no system of the sandbox has."""
    left = footprints().get(tool)
    if left is None:
        told = f"{tool} has no footprint: add `{tool}: {{row: TABLE}}`, the table that it changes"
        yield Mistake(FOOTPRINTS, 0, told)
        return
    tables = {name for system in SYSTEMS.values() for name in _TABLE.findall(system.schema)}
    for table in dict.fromkeys((left.row, *left.also)):
        if table not in tables:
            told = f"{tool}: no system of the sandbox has a table {table}{suggest(table, sorted(tables))}"
            yield Mistake(FOOTPRINTS, 0, told)
