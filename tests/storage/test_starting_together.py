"""Processes that start together on one new data folder."""

import subprocess
import sys
from pathlib import Path

CHILD = """
import asyncio, sys
from pathlib import Path
from storage.database import open_storage
from tests.vaults import open_test_vault

async def start():
    print("ready", flush=True)
    sys.stdin.readline()
    async with open_storage("", Path(sys.argv[1]), open_test_vault()):
        pass

asyncio.run(start())
"""
ROOT = Path(__file__).parents[2]


def test_one_makes_the_database_and_the_others_wait(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    children = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [child.stdout.readline() for child in children if child.stdout] == [b"ready\n"] * 4
    for child in children:
        assert child.stdin
        child.stdin.write(b"\n")
        child.stdin.flush()
    errors = [child.communicate(timeout=60)[1] for child in children]
    assert errors == [b""] * 4
    assert [child.returncode for child in children] == [0] * 4
