"""`switchboard mcp new crm`: what it writes is a server that keeps every promise of the contract, as it stands."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from app.clock import tell_time
from app.conformance import Subject, examine
from app.main import cli
from policy.keys import generate_private_key, public_key_of

ROOT = Path(__file__).parents[2]
MODULES = ROOT / ".tools" / "node"
"""Where `make node-modules` put what the TypeScript server needs."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def started(command: list[str], folder: Path, port: int, **variables: str) -> Iterator[str]:
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **variables})
    try:
        for _ in range(300):
            try:
                httpx.get(f"http://127.0.0.1:{port}/", timeout=1)
                break
            except httpx.TransportError:
                assert process.poll() is None, "the server ended by itself"
                wait_shortly(process)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(10)


def wait_shortly(process: subprocess.Popen[bytes]) -> None:
    """Give it a tenth of a second, or less if it ends."""
    try:
        process.wait(0.1)
    except subprocess.TimeoutExpired:
        return


def written(folder: Path, language: str) -> bytes:
    """A server from the template, beside the key that it believes; the private key."""
    done = CliRunner().invoke(cli, ["mcp", "new", "crm", "--folder", str(folder), "--language", language])
    assert done.exit_code == 0, done.output
    key = generate_private_key()
    (folder / "data").mkdir()
    (folder / "data" / "grant_key.pub.pem").write_bytes(public_key_of(key))
    return key


def broken(url: str, key: bytes) -> list[str]:
    subject = Subject(url, "crm", "northwind-fibre", "C-1", "C-2", "USD")
    found = asyncio.run(examine(subject, key, tell_time))
    assert len(found) > 30
    return [f"{each.promise}: {each.seen}" for each in found if not each.kept]


def test_the_python_server_keeps_every_promise(tmp_path: Path) -> None:
    folder, port = tmp_path / "acme_crm", free_port()
    key = written(folder, "python")
    command = [sys.executable, "server.py", "--folder", "data", "--port", str(port)]
    with started(command, folder, port, PYTHONPATH=str(ROOT)) as url:
        assert broken(url, key) == []


@pytest.mark.skipif(not (MODULES / "node_modules").is_dir(), reason="`make node-modules` has put nothing there")
def test_the_typescript_server_keeps_every_promise(tmp_path: Path) -> None:
    folder, port = tmp_path / "acme_crm", free_port()
    key = written(folder, "typescript")
    assert (folder / "package.json").read_text("utf-8").count('"@modelcontextprotocol/') == 2
    (folder / "node_modules").symlink_to(MODULES / "node_modules")
    subprocess.run([str(MODULES / "node_modules" / ".bin" / "tsc")], cwd=folder, check=True, timeout=60)
    node = shutil.which("node")
    assert node
    with started([node, "dist/server.js"], folder, port, FOLDER="data", PORT=str(port)) as url:
        assert broken(url, key) == []


def test_what_is_there_is_kept_and_what_is_not_is_named(tmp_path: Path) -> None:
    (tmp_path / "acme_crm").mkdir()
    again = CliRunner().invoke(cli, ["mcp", "new", "crm", "--folder", str(tmp_path / "acme_crm")])
    assert again.exit_code == 1
    assert "there already; nothing was written" in " ".join(again.output.split())
    unknown = CliRunner().invoke(cli, ["mcp", "new", "crn", "--folder", str(tmp_path / "b")])
    assert unknown.exit_code == 2
    assert CliRunner().invoke(cli, ["mcp", "new", "crm", "--language", "typescrpt"]).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["acme_crm"]
