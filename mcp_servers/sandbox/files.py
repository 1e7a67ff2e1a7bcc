"""The sandbox: a folder in which each system, and each server with tables of its own, has a database of its own."""

from collections.abc import Iterator
from pathlib import Path

from mcp_servers.sandbox.database import Database
from mcp_servers.sandbox.exchange import Exchange
from mcp_servers.sandbox.shared_file import SHARED, take_over
from mcp_servers.sandbox.systems import SYSTEMS


class Sandbox:
    """The open sandbox: all its systems, or the one that runs in this process.

    Where the folder has a database that all systems shared, as those of version 0.2 do, each takes its part over once;
    `took_over` says that this happened, and the old file stays as it was.

    Raises:
        Misconfigured: the old file cannot be read.
    """

    def __init__(self, folder: Path, only: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._others: dict[str, Database] = {}
        names = [name for name in SYSTEMS if only in ("", name)]
        self._systems = {name: Database(folder / f"{name}.db", SYSTEMS[name].schema) for name in names}
        self.exchange = Exchange(folder, self._systems)
        try:
            self.took_over = take_over(folder / SHARED, self._systems)
        except BaseException:
            self.close()
            raise

    def __getitem__(self, name: str) -> Database:
        """The database of one system."""
        return self._systems[name]

    def __contains__(self, name: object) -> bool:
        """Whether that system is open here."""
        return name in self._systems

    def __iter__(self) -> Iterator[str]:
        """The names of the open systems."""
        return iter(self._systems)

    def beside(self, name: str, schema: str) -> Database:
        """The database of a server that is none of the systems, opened once and closed with the sandbox."""
        if name not in self._others:
            self._others[name] = Database(self.folder / f"{name}.db", schema)
        return self._others[name]

    def close(self) -> None:
        """Let changes under way end, then close all files."""
        self.exchange.close()
        for database in (*self._systems.values(), *self._others.values()):
            database.close()
