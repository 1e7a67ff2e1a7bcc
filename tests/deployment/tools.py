"""The tools that judge what lies in `deploy/`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def require_tool(name: str) -> str:
    """Where a tool is; without it the test is skipped, and in CI it fails."""
    found = shutil.which(name, path=f"{ROOT / '.tools' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        reason = f"{name} IS NOT INSTALLED: what it judges was not checked (`make deployment-tools` gets it)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return found


def judge(tool: str, *arguments: str | Path) -> str:
    """Run a tool in `deploy/`; its findings are the test's."""
    command = [require_tool(tool), *map(str, arguments)]
    done = subprocess.run(command, cwd=DEPLOY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
