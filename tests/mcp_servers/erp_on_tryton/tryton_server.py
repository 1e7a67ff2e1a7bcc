"""A real Tryton server of this machine, with the demonstration's database; `make tryton` gets it."""

import asyncio
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from mcp_servers.erp.backends.tryton.rpc import TrytonDatabase
from tests.postgres_server import SUPERUSER, find_binaries, free_port

ROOT = Path(__file__).parents[3]
TRYTON = ROOT / ".tools" / "tryton"
DEMONSTRATION = ROOT / "docs" / "how-to" / "examples" / "tryton_demonstration.py"
SQLITE, POSTGRESQL = "empty.sqlite", "empty.dump"
DATABASE = "northwind-fibre"
ADMIN = "admin"
CONFIG = """
[database]
uri = {uri}
[web]
listen = 127.0.0.1:{port}
"""
PATIENCE_S = 60


def require_tryton(database: str) -> None:
    """Skip where there is no server with that empty database, unless this is CI."""
    if not (TRYTON / database).exists() and not os.environ.get("CI"):
        pytest.skip("NO TRYTON HERE: the ERP on Tryton was not tested. `make tryton` gets it.")


@contextmanager
def serving_tryton(folder: Path, postgres: str | None = None) -> Iterator[str]:
    """A server's address; its database is empty, on the PostgreSQL at this address or on SQLite in the folder."""
    uri = _restore(postgres) if postgres else _copy(folder)
    port = free_port()
    config = folder / "trytond.conf"
    config.write_text(CONFIG.format(uri=uri, port=port), "utf-8")
    command = [str(TRYTON / "bin" / "trytond"), "-c", str(config), "-d", DATABASE]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            _wait(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _copy(folder: Path) -> str:
    shutil.copy(TRYTON / SQLITE, folder / f"{DATABASE}.sqlite")
    return f"sqlite://\npath = {folder}"


def _restore(postgres: str) -> str:
    binaries = find_binaries()
    assert binaries
    host, _, port = postgres.partition(":")
    where = ["-h", host, "-p", port, "-U", SUPERUSER]
    subprocess.run([binaries / "createdb", *where, DATABASE], check=True)
    subprocess.run([binaries / "pg_restore", *where, "-d", DATABASE, TRYTON / POSTGRESQL], check=True)
    return f"postgresql://{SUPERUSER}@{postgres}/"


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            httpx.get(address, timeout=2)
        except httpx.HTTPError as error:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError("Tryton did not start") from error
            time.sleep(0.1)
        else:
            return


def settings_for(address: str) -> dict[str, str]:
    """What the ERP on that server is opened with."""
    page = "https://my.northwind.example/invoices/{invoice_id}"
    given = {"url": address, "user": ADMIN, "password": ADMIN, "invoice_page": page}
    return given | {"patience_s": str(PATIENCE_S)}


def demonstrate(address: str, sandbox: Path, customers: Sequence[str]) -> None:
    """Run the how-to's script on a server's empty database."""
    spec = importlib.util.spec_from_file_location("tryton_demonstration", DEMONSTRATION)
    assert spec
    assert spec.loader
    script: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    async def write() -> None:
        tryton = TrytonDatabase(address, DATABASE, ADMIN, ADMIN, PATIENCE_S)
        await script.demonstrate(tryton, sandbox, customers)
        await tryton.close()

    asyncio.run(write())
