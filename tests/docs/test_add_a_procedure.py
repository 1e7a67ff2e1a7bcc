"""Follows docs/how-to/add-a-procedure.md to the letter, in a copy of the house."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.learnt import give_learnt

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "add-a-procedure.md").read_text("utf-8")
FILES = re.findall(r"^`([\w/.]+)`:\n\n```(?:python|yaml)\n(.*?)```$", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^```sh\n(.*?)```$", PAGE, re.MULTILINE | re.DOTALL)
ROOMS = ("agents", "app", "channels", "desk", "domain", "jobs", "mcp_servers", "policy", "router", "storage", "tests")
HOUSE = (*ROOMS, "understanding", "companies", "pyproject.toml")
SEE = (
    "from agents.catalogue import load_catalogue; from agents.wording import Voice; c = load_catalogue(); "
    "print(c.procedure('billing.stop_marketing').text.splitlines()[0]); "
    "print(c.title('billing.stop_marketing', Voice('de', 'USD')))"
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house with the page's folder and tests in it, nothing else touched."""
    copy = tmp_path_factory.mktemp("house")
    for name in HOUSE:
        place = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        place(ROOT / name, copy / name)
    assert COMMANDS[0].startswith("cp ")
    subprocess.run(["sh", "-ec", COMMANDS[0]], cwd=copy, check=True)
    for name, text in FILES:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, "utf-8")
    return copy


def run(house: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], check=False, cwd=house, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_the_page_touches_one_folder_and_its_tests() -> None:
    places = {Path(name).parent.as_posix() for name, _ in FILES}
    assert places == {"agents/billing/procedures/stop_marketing", "tests/agents/billing", "tests/journeys"}


def test_the_catalogue_finds_the_new_procedure_and_its_name(house: Path) -> None:
    seen = run(house, "-c", SEE)
    assert seen.startswith("Stop advertising messages")
    assert "Ihre Werbenachrichten" in seen


@pytest.mark.timeout(300)
def test_the_pages_own_tests_pass(house: Path) -> None:
    (command,) = COMMANDS[1:]
    assert command.startswith(".venv/bin/python -m pytest ")
    assert "5 passed" in run(house, *command.split()[1:])


@pytest.mark.timeout(300)
def test_the_pages_scenarios_are_passed(house: Path) -> None:
    (folder,) = re.findall(r"`\.venv/bin/switchboard eval journeys ([\w/]+)`", PAGE)
    played = ("-m", "app.main", "eval", "journeys", folder, "--trials", "1", "--workers", "1", "--json")
    give_learnt(house / "var" / "cache", learnt=house / ".tools" / "learnt")
    found = json.loads(run(house, *played, "--data", str(house / "var")))
    assert (found["scenarios"], found["pass^1"], found["failed"]) == (4, 1.0, [])


def test_nothing_else_has_to_know_the_new_procedure(house: Path) -> None:
    names = (
        "tests/agents/billing/test_words.py::test_every_procedure_has_a_name_in_every_language_and_no_name_is_left_over"
    )
    run(house, "-m", "pytest", names, "-k", "has_a_name_in_every_language")


def test_the_pages_code_is_in_the_houses_form(house: Path) -> None:
    written = [name for name, _ in FILES if name.endswith(".py")]
    run(house, "-m", "ruff", "check", *written)
    run(house, "-m", "ruff", "format", "--check", *written)
