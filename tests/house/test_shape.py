"""The house keeps its shape: sizes, names, and nobody else's top-level packages."""

import ast
import re
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "domain",
    "storage",
    "understanding",
    "policy",
    "mcp_servers",
    "agents",
    "router",
    "channels",
    "desk",
    "jobs",
    "app",
)
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
FORBIDDEN_ROOMS = {"core", "common", "shared", "utils", "util", "helpers", "helper", "misc", "lib"}
FORBIDDEN_NAMES = re.compile(r"(Manager|Helper|Util|Utils|Impl|Base)$|_v2$")
LIMITS = {"router/graph.py": 120}


def lines_of(path: Path) -> int:
    return path.read_text("utf-8").count("\n")


def limit_of(path: Path) -> int:
    return LIMITS.get(name_of(path), 400)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def definitions(path: Path) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_files_and_functions_stay_small() -> None:
    long = [f"{name_of(path)}: {lines} lines" for path in FILES if (lines := lines_of(path)) > limit_of(path)]
    long += [
        f"{name_of(path)}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in FILES
        for node in definitions(path)
        if not isinstance(node, ast.ClassDef) and node.end_lineno and node.end_lineno - node.lineno >= 60
    ]
    assert not long


def test_names_come_from_the_glossary() -> None:
    rooms = [name_of(path) for path in FILES if FORBIDDEN_ROOMS & set(path.relative_to(ROOT).with_suffix("").parts)]
    names = [
        f"{name_of(path)}: {node.name}"
        for path in FILES
        for node in definitions(path)
        if FORBIDDEN_NAMES.search(node.name)
    ]
    assert not rooms + names


def test_every_module_says_what_it_is() -> None:
    texts = {name_of(path): path.read_text("utf-8") for path in FILES}
    assert not [name for name, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))]


def test_rego_rules_stay_small_and_have_their_test_beside_them() -> None:
    rules = sorted((ROOT / "policy/bundle/contact_centre/rules").glob("*/*/*.rego"))
    assert rules
    for rule in rules:
        assert not rule.name.endswith("_test.rego") or rule.with_name("rule.rego").exists()
        if not rule.name.endswith("_test.rego"):
            assert rule.read_text("utf-8").count("\n") <= 60, name_of(rule)
            assert rule.with_name("rule_test.rego").exists(), f"{name_of(rule)} has no test beside it"


def test_no_installed_distribution_claims_our_top_level_names() -> None:
    claims: dict[str, set[str]] = {}
    for distribution in distributions():
        name = distribution.metadata["Name"]
        for file in distribution.files or ():
            first = file.parts[0].removesuffix(".py")
            if first in ROOMS and name != "switchboard-contact-centre":
                claims.setdefault(first, set()).add(name)
    assert not claims


def test_the_environment_is_read_in_the_app_alone() -> None:
    readers = [name_of(path) for path in FILES if re.search(r"os\.(environ|getenv)", path.read_text("utf-8"))]
    assert set(readers) <= {"app/settings.py"}


def test_no_committed_file_names_a_registry_a_machine_path_or_a_token() -> None:
    addresses = r"pypi\.org/simple|files\.pythonhosted|registry\.npmjs|proxy\.golang"
    pattern = re.compile(rf"({addresses}|/root/|/work/main|BEGIN [A-Z ]*PRIVATE KEY)")
    text = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".in", ".json", ".js", ".html", ".sh", ".rego", ""}
    skipped = {".git", ".venv", "var", ".tools", "node_modules", "__pycache__", ".ruff_cache", ".hypothesis"}
    guilty = [
        name_of(path)
        for path in ROOT.rglob("*")
        if path.is_file()
        and path.suffix in text
        and not skipped & set(path.relative_to(ROOT).parts)
        and path != Path(__file__)
        and pattern.search(path.read_text("utf-8", errors="ignore"))
    ]
    assert not guilty


def test_migrations_are_one_line() -> None:
    steps = [path.read_text("utf-8") for path in (ROOT / "storage/migrations/versions").glob("*.py")]
    after = [found[1] for step in steps if (found := re.search(r'^down_revision = "(\d+)"', step, re.MULTILINE))]
    assert len(after) == len(set(after)) == len(steps) - 1


def test_no_file_and_no_folder_below_a_room_imports_in_a_circle() -> None:
    modules = {name_of(path)[:-3].replace("/", ".").removesuffix(".__init__"): path for path in FILES}
    imports = {name: {to for to in imported(path) if to in modules} - {name} for name, path in modules.items()}
    folders: dict[str, set[str]] = {}
    for name, targets in imports.items():
        folders.setdefault(folder_of(name), set()).update(folder_of(to) for to in targets)
    assert circles(imports) == []
    assert circles({name: targets - {name} for name, targets in folders.items()}) == []


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def folder_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    return [sorted(part) for part in strongly_connected_components(graph) if len(part) > 1]


def strongly_connected_components(graph: dict[str, set[str]]) -> list[set[str]]:
    """What reaches each other, by looking from every name; small graphs need no better algorithm."""
    reach = {name: reachable(graph, name) for name in graph}
    parts = {frozenset({other for other in reach[name] if name in reach.get(other, set())} | {name}) for name in graph}
    return [set(part) for part in parts]


def reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for name in graph.get(waiting.pop(), set()) - seen:
            seen.add(name)
            waiting.append(name)
    return seen
