"""Every command, found by walking the command line: what does not exist is refused, wherever a command takes a name."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from app.main import cli
from policy.engines.bundle import BUNDLE

RUN = CliRunner()
MISTYPED = "nosuch-zz"
FREE = frozenset({"by", "host", "into", "opa", "out", "output", "page", "reason", "save", "target", "to", "url"})
"""Parameters that say something new, or where to write; every other one names what exists."""
MAKING = frozenset(
    {
        "serve",
        "chat",
        "demo",
        "identity serve",
        "agents check",
        "mcp serve",
        "mcp list",
        "mcp pin",
        "mcp add",
        "mcp remove",
        "mcp login",
        "partners add",
        "partners remove",
    }
)
"""Commands that make a data folder where there is none, or need none."""
ANYWHERE = frozenset({"connectors list", "eval", "mcp call", "mcp conform", "policy show"})
"""Commands that have an answer without an installation, though a data folder that is named has to be there."""


NEW_NAMES = {
    ("company new", "name"),
    ("mcp add", "name"),
    ("tokens issue", "name"),
    ("keys create", "folder"),
    ("chat", "customer"),
}
"""What is to be made under a name of one's own; a chat's customer is looked for in the CRM once it is needed."""


def walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command with its name; of several with the same parameters in a group, one."""
    seen: set[tuple[str, ...]] = set()
    for name, each in getattr(command, "commands", {}).items():
        shape = tuple(parameter.name for parameter in each.params)
        if hasattr(each, "commands"):
            yield from walk(each, (*path, name))
        elif path != ("eval",) or shape not in seen:
            yield " ".join((*path, name)), each
        seen.add(shape)


COMMANDS = dict(walk(typer.main.get_command(cli)))


def takes_a_name(parameter: Any) -> bool:
    named = parameter.name not in ("help", "data", *FREE) and not getattr(parameter, "is_flag", False)
    return named and parameter.type_descriptor.annotation not in (int, float)


@pytest.fixture(scope="module")
def folder(seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = Path(shutil.copytree(seeded_folder, tmp_path_factory.mktemp("every") / "data"))
    (there / "rows.jsonl").write_text('{"text": "hi", "label": "yes", "asked": "?", "source": "s", "lang": "en"}\n')
    return there


def typed(command: str, there: Path, **given: str) -> list[str]:
    """A command with what it needs, and with what is given."""
    right = {
        "file": str(there / "rows.jsonl"),
        "place": str(there / "rows.jsonl"),
        "key": str(there / "grant_key.pem"),
        "changed": str(BUNDLE),
        "data": str(there),
        "customer": "C-1001",
        "stranger": "C-1002",
        "url": "http://127.0.0.1:1/mcp",
        "contract": "payments",
        "name": "billing.pay_bill",
        "role": "supervisor",
        "stage": "off",
        "port": "0",
        "reason": "T-1",
        "output": "/nowhere/x.tar.gz",
        "out": "/nowhere/x.json",
    }
    arguments = command.split()
    for parameter in COMMANDS[command].params:
        name = parameter.name
        if name in given or parameter.required or name == "data":
            value = given.get(name, right.get(name, "x"))
            arguments += [value] if parameter.param_type_name == "argument" else [parameter.opts[0], value]
    return arguments


def run(arguments: list[str]) -> Result:
    return RUN.invoke(cli, arguments, input="n\n")


def test_every_name_that_does_not_exist_is_refused_by_every_command(folder: Path) -> None:
    tried = [
        (command, parameter.name)
        for command, found in COMMANDS.items()
        for parameter in found.params
        if takes_a_name(parameter) and (command, parameter.name) not in NEW_NAMES
    ]
    assert len(tried) > 40
    for command, name in tried:
        done = run(typed(command, folder, **{name: MISTYPED}))
        assert done.exit_code == 2, (command, name, done.output)
        assert not isinstance(done.exception, Exception) or isinstance(done.exception, SystemExit), done.exception


def test_every_command_that_needs_an_installation_says_where_there_is_none(tmp_path: Path) -> None:
    empty, nowhere = tmp_path / "empty", tmp_path / "nowhere"
    empty.mkdir()
    (tmp_path / "rows.jsonl").touch()
    for command, found in COMMANDS.items():
        needed = {parameter.name for parameter in found.params if parameter.required}
        right = {name: str(tmp_path / "rows.jsonl") for name in ("file", "place") if name in needed}
        right |= {"name": "anchoring"} if command == "jobs run" else {}
        if command in MAKING or "data" not in [parameter.name for parameter in found.params]:
            continue
        anywhere = command in ANYWHERE or command.split()[0] in ANYWHERE
        for wrong in (nowhere,) if anywhere else (nowhere, empty):
            arguments = [*typed(command, wrong, **right), *ENOUGH.get(command, ())]
            done = run(arguments)
            assert done.exit_code == 2, (command, wrong, done.output)
            assert f"there is no Switchboard in {wrong}" in done.stderr, (command, done.stderr)
        assert not nowhere.exists(), command
        assert not list(empty.iterdir()), command


ENOUGH = {
    "train": ("--list",),
    "follow-ups cancel": ("fu_1",),
    "policy explain": ("--last",),
}
"""What a command asks for before it looks anywhere, though no single parameter is required."""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["autonomy", "stop", "", "-m", "x"], "argument 3 is empty"),
        (["autonomy", "stop", "-m", " "], "-m is empty"),
        (["autonomy", "show", "--tenant="], "--tenant is empty"),
        (["privacy", "export", "--customer", "", "--out", "x"], "--customer is empty"),
        (["journal", "verify", "--data", ""], "--data is empty"),
    ],
)
def test_an_empty_value_is_no_value(arguments: list[str], told: str) -> None:
    done = run(arguments)
    assert done.exit_code == 2
    assert told in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["autonomy", "stp"], "Did you mean 'stop'"),
        (["autonomy", "show", "--tenat", "x"], "--tenant"),
        (["customers", "import", "{data}/rows.jsnl", "--data", "{data}"], "did you mean rows.jsonl"),
        (["autonomy", "show", "--data", "{data}x"], "did you mean {data}?"),
        (["mcp", "pin", "payment"], "did you mean payments"),
        (["mcp", "pin", "payments.refund_paymen"], "did you mean payments.refund_payment"),
        (["eval", "journeys", "--journey", "billing.pay_bil"], "did you mean billing.pay_bill"),
        (["chat", "--locale", "ed"], "there is de, en, es, fr, hi"),
        (["jobs", "run", "anchorin", "--data", "{data}"], "did you mean anchoring"),
    ],
)
def test_what_was_meant_is_offered(folder: Path, arguments: list[str], told: str) -> None:
    done = run([each.format(data=folder) for each in arguments])
    assert done.exit_code == 2
    assert told.format(data=folder) in done.stderr


HEAVY = ("fastapi", "sqlalchemy", "langgraph", "mcp", "wasmtime", "numpy", "httpx", "uvicorn", "a2a")


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        (["--version"], {}),
        (["--help"], {}),
        (["autonomy", "--help"], {}),
        (["serve"], {"SWITCHBOARD_PROT": "1"}),
        (["serve"], {"SWITCHBOARD_PORT": "eighty"}),
        (["serve"], {"SWITCHBOARD_COMPANY": "/nowhere"}),
        (["serve"], {"SWITCHBOARD_PORT": "{busy}"}),
    ],
    ids=str,
)
def test_what_can_be_said_at_once_loads_nothing_heavy(
    arguments: list[str], settings: dict[str, str], tmp_path: Path
) -> None:
    """A wrong setting is said within a second because of this; a time would depend on the machine."""
    import socket

    program = (
        "import sys, atexit; from app.main import main; sys.argv = ['switchboard', *sys.argv[1:]]\n"
        f"atexit.register(lambda: print('LOADED', [each for each in {HEAVY!r} if each in sys.modules]))\nmain()"
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        busy = str(listener.getsockname()[1])
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
        environment |= {name: value.format(busy=busy) for name, value in settings.items()}
        environment |= {"SWITCHBOARD_CONFIG": str(tmp_path / "none.toml")}
        command = [sys.executable, "-c", program, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines()[-1] == "LOADED []", done.stderr
    assert done.returncode == (0 if arguments[-1].startswith("--") else done.returncode)
    assert "Traceback" not in done.stderr
