"""Customers from a CSV file: a report a line, nothing in a dry run, what does not fit is refused with the reason."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.main import cli

HEAD = "customer_id,name,email,phone,address,locale,flags\n"
GOOD = "N-1,Ada Quinn,ADA@Example.org,(212) 555-0143,12 Elm Street,en,vulnerable;vip\n"
BAD = {
    "N-2,,a@b.org,(212) 555-0143,12 Elm Street,en,\n": "name: is missing",
    "N-3,Bo,no-address,(212) 555-0143,12 Elm Street,en,\n": "not an e-mail address",
    "N-4,Bo,a@b.org,12,12 Elm Street,en,\n": "phone number",
    "N-5,Bo,a@b.org,(212) 555-0143,here,en,\n": "street and a number",
    "N 6,Bo,a@b.org,(212) 555-0143,12 Elm Street,en,\n": "customer_id: ",
    "N-7,Bo,a@b.org\n": "more or fewer fields",
    "N-1,Bo,a@b.org,(212) 555-0143,12 Elm Street,en,\n": "further up",
}


@pytest.fixture
def folder(seeded_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seeded_folder, tmp_path / "data"))


def run(folder: Path, text: str, *more: str) -> tuple[int, Any]:
    file = folder / "customers.csv"
    file.write_text(text, "utf-8")
    done = CliRunner().invoke(cli, ["customers", "import", str(file), "--data", str(folder), "--json", *more])
    return done.exit_code, json.loads(done.stdout) if done.stdout.startswith("{") else done.output


def test_a_dry_run_changes_nothing_and_a_second_import_finds_everything_as_it_is(folder: Path) -> None:
    assert run(folder, HEAD + GOOD, "--dry-run") == run(folder, HEAD + GOOD, "--dry-run")
    code, added = run(folder, HEAD + GOOD)
    assert (code, added["counts"]) == (0, {"added": 1})
    assert run(folder, HEAD + GOOD)[1]["counts"] == {"unchanged": 1}
    assert run(folder, HEAD + GOOD.replace("Elm", "Oak"))[1]["counts"] == {"changed": 1}


def test_every_line_that_does_not_fit_is_refused_with_its_number_and_the_reason(folder: Path) -> None:
    code, found = run(folder, HEAD + GOOD + "".join(BAD))
    assert code == 1
    assert found["counts"] == {"added": 1, "refused": len(BAD)}
    refused = [each for each in found["items"] if each["outcome"] == "refused"]
    assert [each["line"] for each in refused] == list(range(3, 3 + len(BAD)))
    assert all(reason in each["reason"] for each, reason in zip(refused, BAD.values(), strict=True))


def test_a_head_line_a_tenant_or_a_folder_that_does_not_fit_is_said(folder: Path, tmp_path: Path) -> None:
    assert run(folder, "customer_id,name\n")[0] == 2
    assert run(folder, HEAD, "--tenant", "northwind-fiber")[0] == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run(empty, HEAD + GOOD)[0] == 2
    assert [each.name for each in empty.iterdir()] == ["customers.csv"]
