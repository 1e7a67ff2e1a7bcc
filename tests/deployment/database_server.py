"""A PostgreSQL of a test's own, which may be stopped, started again, backed up and restored."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres_server import SUPERUSER, as_server_user, find_binaries, free_port


class DatabaseServer:
    """One cluster on loopback, with a password for nobody."""

    def __init__(self, binaries: Path, folder: Path, connections: int) -> None:
        self.binaries, self.folder, self.port = binaries, folder, free_port()
        settings = f"-c fsync=off -c max_connections={connections}"
        self._options = f"-p {self.port} -h 127.0.0.1 -k {folder} {settings}"

    def url(self, database: str = "switchboard") -> str:
        """What `SWITCHBOARD_DATABASE_URL` is set to."""
        return f"postgresql://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start, and return once it answers."""
        self._control("-o", self._options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """Stop at once, as a crash of its machine would."""
        self._control("-m", "immediate", "stop")

    def run(self, program: str, *arguments: str) -> None:
        """One of PostgreSQL's own programs, against this server."""
        command = [str(self.binaries / program), "-h", "127.0.0.1", "-p", str(self.port), "-U", SUPERUSER, *arguments]
        subprocess.run(command, check=True, capture_output=True)

    def watch(self) -> subprocess.Popen[bytes]:
        """What stops the server and removes its folder once its input is closed, also where this process is killed."""
        ending = shlex.join([str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop"])
        script = f"read _; {ending} >/dev/null 2>&1; rm -rf {shlex.quote(str(self.folder))}"
        user = "postgres" if os.geteuid() == 0 else None
        command = ["/bin/sh", "-c", script]
        return subprocess.Popen(command, stdin=subprocess.PIPE, cwd="/", user=user, start_new_session=True)

    def _control(self, *arguments: str) -> None:
        as_server_user([str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *arguments])


@contextmanager
def database_server(connections: int = 100) -> Iterator[DatabaseServer]:
    """A running server with an empty database `switchboard`."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL IS NOT INSTALLED: nothing was tested against it (apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="switchboard-server-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    initdb = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", SUPERUSER, "-A", "trust", "--no-sync"]
    as_server_user([*initdb, "-E", "UTF8"])
    server = DatabaseServer(binaries, folder, connections)
    watchman = server.watch()
    try:
        server.start()
        server.run("createdb", "switchboard")
        yield server
    finally:
        watchman.communicate()
