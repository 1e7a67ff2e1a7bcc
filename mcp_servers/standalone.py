"""Serving a system of a company's own behind our tools: what a server written from the template is started with."""

from pathlib import Path

from mcp_servers.backend import System, SystemBackend
from mcp_servers.catalogue import build_app, find_toolset, serve
from mcp_servers.key_book import KeyBook
from mcp_servers.work import Clock


def serve_system(contract: str, system: System, folder: Path, clock: Clock, *, host: str, port: int) -> None:
    """Serve a system under a contract over streamable HTTP until the process is told to stop.

    `folder` holds `grant_key.pub.pem`, by which grants are believed, and the keys of calls that were made.

    Raises:
        Misconfigured: there is no such contract, the system lacks one of its tools, or there is no key.
    """
    tools = find_toolset(contract)
    backend = SystemBackend(contract, system, tools.entries, KeyBook(folder / f"{contract}.keys.db"))
    public_key = (folder / "grant_key.pub.pem").read_bytes()
    serve(build_app(tools, backend, public_key, clock, host=host), host, port, lambda: None)
