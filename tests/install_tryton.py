"""Get a Tryton server of its own into a folder, with two databases that hold its modules and nothing else.

`empty.sqlite` is for SQLite, `empty.dump` for PostgreSQL, where that is installed. Tryton is a tool of the tests alone:
nothing of it is imported, it is spoken to over its RPC.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import venv
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from tests.postgres_server import SUPERUSER, find_binaries, running_server

MODULES = ("sale_subscription", "sale_shipment_cost")
NAME = "empty"


def install(folder: Path) -> None:
    """Do it, or leave a folder that has it as it is."""
    if (folder / "empty.sqlite").exists() and ((folder / "empty.dump").exists() or not find_binaries()):
        return
    venv.create(folder, with_pip=True, symlinks=True)
    pip = [folder / "bin" / "pip", "install", "-q", "--require-hashes", "-r", "requirements/tryton.txt"]
    subprocess.run(pip, check=True)
    with ThreadPoolExecutor() as pool:
        for made in [pool.submit(make, folder) for make in (make_sqlite, make_dump)]:
            made.result()


def make_sqlite(folder: Path) -> None:
    """Write `empty.sqlite`, at once and whole."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        made = Path(place, f"{NAME}.sqlite")
        made.touch()
        _initialise(folder, Path(place), f"sqlite://\npath = {place}")
        with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(Path(place, "whole"))) as target:
            source.backup(target)
        shutil.move(Path(place, "whole"), folder / "empty.sqlite")


def make_dump(folder: Path) -> None:
    """Write `empty.dump`, at once and whole, where PostgreSQL is installed."""
    binaries = find_binaries()
    if binaries is None:
        return
    with tempfile.TemporaryDirectory(dir=folder) as place, running_server() as address:
        host, _, port = address.partition(":")
        where = ["-h", host, "-p", port, "-U", SUPERUSER]
        subprocess.run([binaries / "createdb", *where, NAME], check=True)
        _initialise(folder, Path(place), f"postgresql://{SUPERUSER}@{address}/")
        subprocess.run([binaries / "pg_dump", *where, "-Fc", "-f", Path(place, "whole"), NAME], check=True)
        shutil.move(Path(place, "whole"), folder / "empty.dump")


def _initialise(folder: Path, place: Path, uri: str) -> None:
    """Have Tryton create its tables and modules in the database `empty`; its user is `admin`, with that password."""
    config, password = place / "trytond.conf", place / "password"
    config.write_text(f"[database]\nuri = {uri}\n", "utf-8")
    password.write_text("admin", "utf-8")
    words = [folder / "bin" / "trytond-admin", "-c", config, "-d", NAME, "--all", "-u", *MODULES]
    subprocess.run(
        [*words, "--activate-dependencies", "--email", "admin@example.com"],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "TRYTONPASSFILE": str(password)},
    )


if __name__ == "__main__":
    install(Path(sys.argv[1]).resolve())
