"""A PostgreSQL server that can be killed and frozen: what was committed survives, as on a machine of its own."""

import os
import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from tests.cluster.program import Program
from tests.postgres_server import SUPERUSER, as_server_user, find_binaries, free_port

USER = "postgres"
DATABASE = "switchboard"
SETTINGS = {"fsync": "off", "max_connections": "200", "listen_addresses": "127.0.0.1", "log_min_messages": "fatal"}
"""Without `fsync` a power cut would lose data; the end of its processes does not, which is all that happens here."""


class Postgres(Program):
    """One server with one empty database at `url`."""

    def __init__(self, binaries: Path, folder: Path, log: Path) -> None:
        self._dsn = f"postgresql://{SUPERUSER}@127.0.0.1:{(port := free_port())}/"
        self.url = f"{self._dsn}{DATABASE}"
        named = {**SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
        options = [word for name, value in named.items() for word in ("-c", f"{name}={value}")]
        super().__init__([str(binaries / "postgres"), "-D", str(folder / "data"), *options], log, self._serves, USER)

    async def create(self) -> None:
        """Start for the first time."""
        await self.start()
        await self.execute(f"CREATE DATABASE {DATABASE}", "postgres")

    async def execute(self, statement: str, database: str = DATABASE) -> None:
        """Run a statement."""
        connection = await asyncpg.connect(self._dsn + database, timeout=10)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def count(self, query: str) -> int:
        """The one number that a query gives."""
        connection = await asyncpg.connect(self.url, timeout=10)
        try:
            return int(await connection.fetchval(query))
        finally:
            await connection.close()

    async def _serves(self) -> bool:
        try:
            await self.execute("SELECT 1", "postgres")
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False
        return True


@asynccontextmanager
async def running_postgres(log: Path) -> AsyncGenerator[Postgres]:
    """A server in a folder of its own, both gone at the end.

    Raises:
        RuntimeError: PostgreSQL is not installed.
    """
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed (apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="switchboard-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    initdb = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]
    server = Postgres(binaries, folder, log)
    try:
        as_server_user([*initdb, "--no-sync"])
        await server.create()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
