"""Runs every command of docs/how-to/onboard-a-partner.md in one shell, against a service of a company's copy."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.company.profile import REFERENCE
from tests.channels.running_service import running

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "onboard-a-partner.md").read_text("utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)```$", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = (
    (),
    ("the card of acme shows it",),
    ("TASK_STATE_INPUT_REQUIRED", "$39.99", "TASK_STATE_AUTH_REQUIRED"),
    ("payments.list_payments", '"tool":"payments.refund_payment"', '"id":"acme"', '"kind":"partner"'),
)


@pytest.mark.timeout(600)  # programs are started one after the other, each with all its imports
def test_each_command_says_what_the_page_shows(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    company = shutil.copytree(REFERENCE, tmp_path / "northwind", ignore=shutil.ignore_patterns("__pycache__"))
    programs = Path(sys.executable).parent
    with running(tmp_path / "var", company=company) as service:
        script = "\necho '#####'\n".join(COMMANDS).replace("http://127.0.0.1:8080", service.url)
        script = script.replace(".venv/bin/", f"{programs}/").replace("docs/how-to", f"{ROOT}/docs/how-to")
        given = {**os.environ, "SWITCHBOARD_COMPANY": str(company)}
        done = subprocess.run(
            ["bash", "-eu"], input=script, cwd=tmp_path, capture_output=True, text=True, check=False, env=given
        )
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.split("#####\n")
    for printed, parts in zip(said, SHOWN, strict=True):
        assert [part for part in parts if part not in printed] == [], printed
