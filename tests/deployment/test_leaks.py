"""What an application opens it closes: opening and closing it again and again costs no thread and no file."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment.database_server import database_server
from tests.deployment.tools import ROOT

PROGRAM = """
import asyncio, gc, json, os, sys, threading
from pathlib import Path
from app.bootstrap import open_switchboard
from app.settings import load_settings
from tests.house_guest import Guest

def count():
    gc.collect()
    files = []
    for name in os.listdir("/proc/self/fd"):
        try:
            files.append(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:
            pass
    files = sorted(file for file in files if "/fd" not in file)
    return {"threads": sorted(each.name for each in threading.enumerate()), "files": len(files)}

async def once(folder, url):
    async with open_switchboard(load_settings(data=folder, database_url=url)) as house:
        tokens = json.loads((folder / "tokens.json").read_text("utf-8"))
        async with Guest(house, tokens) as guest:
            talk = await guest.customer("C-1001")
            await talk.says("what do I owe?")
            await guest.http.get("/metrics")
            await guest.http.get("/readyz")
            await guest.fetch("auditor", "/v1/journal/verify")

found = []
for _ in range(4):
    asyncio.run(once(Path(sys.argv[1]), sys.argv[2]))
    found.append(count())
print(json.dumps(found))
"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
def test_an_application_that_is_opened_again_leaks_nothing(kind: str, seeded_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    if kind == "SQLite":
        found = run(folder, "")
    else:
        with database_server() as server:
            found = run(folder, server.url())
    first, last = found[1], found[-1]
    assert last["threads"] == first["threads"]
    assert last["files"] == first["files"]


def run(folder: Path, url: str) -> list[dict[str, object]]:
    """What is open in a process of its own after each of several lives of the application."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM, str(folder), url]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return next(json.loads(line) for line in done.stdout.splitlines() if line.startswith("["))
