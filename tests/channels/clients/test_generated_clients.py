"""Clients that public generators make from `/openapi.json` talk with the running service: the how-to's examples do."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.http_service import Service
from tests.channels.running_service import running

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs" / "how-to" / "examples"
GENERATOR = ROOT / ".tools" / "clients" / "bin" / "openapi-python-client"
MODULES = ROOT / ".tools" / "node-clients" / "node_modules"
TYPES = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "node"]
DESCRIPTION = ["openapi.json", "-o", "switchboard.d.ts", "--default-non-nullable=false"]
MISSING = "`make client-generators` has put nothing there"


@pytest.fixture
def described(tmp_path: Path) -> Iterator[Service]:
    """A service of one's own, whose description of itself lies in the folder."""
    (tmp_path / "data").mkdir()
    with running(tmp_path / "data") as service:
        (tmp_path / "openapi.json").write_bytes(service.call("GET", "/openapi.json").content)
        yield service


def run(folder: Path, *command: str | Path, **environment: str) -> str:
    done = subprocess.run(command, cwd=folder, env=environment or None, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def see_what_was_said(told: str) -> None:
    first, second, transcript = told.split("\n", 2)
    assert first == "payments.refund_payment succeeded"
    assert second == "text/plain with_representative"
    for words in ("I was charged twice for my last bill", "$39.99", "and here is my meter", "meter.txt"):
        assert words in transcript


@pytest.mark.skipif(not GENERATOR.is_file(), reason=MISSING)
def test_a_generated_python_client_has_a_whole_conversation(described: Service, tmp_path: Path) -> None:
    package = tmp_path / "switchboard_client"
    run(tmp_path, GENERATOR, "generate", "--path", "openapi.json", "--meta", "none", "--output-path", package)
    shutil.copy(EXAMPLES / "client.py", tmp_path)
    python = GENERATOR.with_name("python")
    see_what_was_said(run(tmp_path, python, "client.py", described.url, TOKEN=described.tokens["channel"]))


@pytest.mark.skipif(not MODULES.is_dir(), reason=MISSING)
def test_a_generated_typescript_client_has_a_whole_conversation_and_its_types_hold(
    described: Service, tmp_path: Path
) -> None:
    (tmp_path / "node_modules").symlink_to(MODULES)
    shutil.copy(MODULES.parent / "package.json", tmp_path)
    run(tmp_path, MODULES / ".bin" / "openapi-typescript", *DESCRIPTION)
    shutil.copy(EXAMPLES / "client.ts", tmp_path)
    run(tmp_path, MODULES / ".bin" / "tsc", *TYPES, "client.ts")
    node = shutil.which("node")
    assert node is not None
    see_what_was_said(run(tmp_path, node, "client.js", described.url, TOKEN=described.tokens["channel"]))
