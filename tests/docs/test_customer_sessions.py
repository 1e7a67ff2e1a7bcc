"""Runs every command of docs/how-to/customer-sessions.md in one shell, against a running service."""

import re
import subprocess
from pathlib import Path

from tests.channels.running_service import running

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "customer-sessions.md").read_text("utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)```$", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = (
    ('"auth_level":"authenticated"', '"secret":null'),
    ('"channel":"chat"', " 200\n", '"kind":"confirm"', '"actions":[]', '"title":"Not permitted"'),
    ("True\n",),
    ('"customer":null',),
)
"""What each block after the first says."""


def test_each_command_says_what_the_page_shows(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    with running(tmp_path / "var") as service:
        script = "\necho '#####'\n".join(COMMANDS).replace("http://127.0.0.1:8080", service.url)
        done = subprocess.run(["bash", "-eu"], input=script, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.split("#####\n")[1:]
    assert len(said) == len(SHOWN)
    for printed, parts in zip(said, SHOWN, strict=True):
        assert [part for part in parts if part not in printed] == [], printed
