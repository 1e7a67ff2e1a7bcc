"""A real PostgreSQL of this machine, started for the tests alone; its fixtures are everywhere (tests/conftest.py)."""

import os
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

SUPERUSER = "switchboard"
PROGRAMS = ("initdb", "pg_ctl", "createdb")
SETTINGS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


def find_binaries() -> Path | None:
    """The folder with the server's programs: Debian keeps it off PATH."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in candidates if all((folder / name).exists() for name in PROGRAMS)), None)


def as_server_user(command: list[str]) -> None:
    """Run a command as somebody who may run PostgreSQL, which root may not."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_server(binaries: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a server that ends, with its folder, when the returned process's input is closed.

    That happens also where this process is killed: the system closes the pipe, and the one who reads it cleans up.
    """
    data, settings = str(folder / "data"), f"-p {port} -h 127.0.0.1 -k {folder} {SETTINGS}"
    control = [str(binaries / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log")]
    as_server_user([str(binaries / "initdb"), "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync"])
    as_server_user([*control, "-o", settings, "start"])
    ending = shlex.join([*control, "-m", "immediate", "stop"])
    script = f"read _; {ending} >/dev/null 2>&1; rm -rf {shlex.quote(str(folder))}"
    user = "postgres" if os.geteuid() == 0 else None
    return subprocess.Popen(
        ["/bin/sh", "-c", script], stdin=subprocess.PIPE, cwd="/", user=user, start_new_session=True
    )


@contextmanager
def running_server() -> Iterator[str]:
    """A server's address, `127.0.0.1:port`, as long as it runs; it must be installed."""
    binaries = find_binaries()
    assert binaries
    folder = Path(tempfile.mkdtemp(prefix="switchboard-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    port = free_port()
    watchman = start_server(binaries, folder, port)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        watchman.communicate()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A running server's address, `127.0.0.1:port`."""
    if find_binaries() is None:
        pytest.skip("PostgreSQL IS NOT INSTALLED: nothing was tested against it (apt install postgresql)")
    with running_server() as address:
        yield address


@pytest.fixture(scope="session")
def new_postgres_url(postgres_server: str) -> Callable[..., str]:
    """Makes a database and gives its SQLAlchemy URL: a copy of the one whose URL is given, else an empty one."""
    binaries = find_binaries()
    assert binaries is not None
    host, _, port = postgres_server.partition(":")

    def make(template: str = "/template1") -> str:
        name = f"test_{uuid4().hex}"
        command = [
            binaries / "createdb",
            "-h",
            host,
            "-p",
            port,
            "-U",
            SUPERUSER,
            "-T",
            template.rpartition("/")[2],
            name,
        ]
        subprocess.run(command, check=True)
        return f"postgresql+asyncpg://{SUPERUSER}@{postgres_server}/{name}"

    return make


@pytest.fixture
def postgres_url(new_postgres_url: Callable[..., str]) -> str:
    """The SQLAlchemy URL of a new, empty database."""
    return new_postgres_url()
