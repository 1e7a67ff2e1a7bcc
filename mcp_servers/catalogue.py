"""The catalogue: all first-party MCP servers, found by folder scan, built together or served alone."""

import asyncio
import importlib
import pkgutil
import traceback
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import uvicorn
from mcp.server import MCPServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import mcp_servers
from domain.company import CompanyFolder
from domain.errors import Misconfigured
from mcp_servers.backend import Backend, unserved_by
from mcp_servers.grants import read_public_key
from mcp_servers.sandbox.files import Sandbox
from mcp_servers.sandbox.own_database import OwnDatabase
from mcp_servers.sandbox.systems import SYSTEMS
from mcp_servers.toolset import Toolset
from mcp_servers.work import Clock

SANDBOX = "sandbox"


def find_toolsets(company: CompanyFolder | None = None) -> dict[str, Toolset]:
    """Every folder with a `server.py` that offers `tools`, by the server's name: the platform's, and a company's own.

    Raises:
        Misconfigured: a `server.py` cannot be imported, or offers no `tools`, or under another name than its folder's.
    """
    folders = (module.name for module in pkgutil.iter_modules(mcp_servers.__path__) if module.ispkg)
    places = {name: f"mcp_servers.{name}.server" for name in folders if find_spec(f"mcp_servers.{name}.server")}
    if company is not None:
        own = sorted(path.parent.name for path in company.path.glob("mcp_servers/*/server.py"))
        places |= {name: f"{company.package}.mcp_servers.{name}.server" for name in own}
    return {name: _load(name, places[name]) for name in sorted(places)}


def _load(name: str, module: str) -> Toolset:
    try:
        tools = getattr(importlib.import_module(module), "tools", None)
    except Exception as error:
        *_, place = traceback.extract_tb(error.__traceback__)
        raise Misconfigured(f"{place.filename}: cannot be imported (line {place.lineno}): {error}") from error
    if not isinstance(tools, Toolset) or tools.name != name:
        raise Misconfigured(f"mcp_servers/{name}/server.py must offer `tools`, a Toolset named {name}")
    return tools


def find_systems(server: str) -> tuple[str, ...]:
    """The real systems that one of our servers can run on: `mcp_servers/<server>/backends/<system>.py`."""
    package = f"mcp_servers.{server}.backends"
    if find_spec(f"mcp_servers.{server}") is None or find_spec(package) is None:
        return ()
    folders = importlib.import_module(package).__path__
    return tuple(sorted(module.name for module in pkgutil.iter_modules(folders)))


def list_unserved(server: str, system: str) -> frozenset[str]:
    """The tools, as `server.tool`, that one of a server's real systems does not serve."""
    if system not in find_systems(server):
        return frozenset()
    module = importlib.import_module(f"mcp_servers.{server}.backends.{system}")
    return frozenset(f"{server}.{tool}" for tool in unserved_by(module.SYSTEM))


def list_backends(server: str) -> tuple[str, ...]:
    """Everything that a server can be said to run on."""
    return (SANDBOX, "remote", *(["none"] if server == "network" else []), *find_systems(server))


def build_servers(
    sandbox: Sandbox,
    public_key_pem: str | bytes,
    clock: Clock,
    company: CompanyFolder | None = None,
    backends: Mapping[str, Backend] | None = None,
) -> dict[str, MCPServer[Any]]:
    """Build all servers, by name; each can be called in memory by `mcp.Client(server)`.

    One that `backends` does not name acts on its own file in the sandbox's folder.

    Raises:
        Misconfigured: the key is not an Ed25519 public key, or a server folder is not whole.
    """
    key = read_public_key(public_key_pem)
    chosen = dict(backends or {})
    return {
        name: tools.build(chosen.get(name) or own_database(tools, sandbox, company), key, clock)
        for name, tools in find_toolsets(company).items()
    }


def own_database(tools: Toolset, sandbox: Sandbox, company: CompanyFolder | None) -> OwnDatabase:
    """The backend of a server that keeps its records itself."""
    articles = company.path / "articles" if company else None
    if tools.name not in sandbox:
        return OwnDatabase(tools.name, sandbox.beside(tools.name, tools.schema), articles)
    customers = SYSTEMS[tools.name].customers
    return OwnDatabase(tools.name, sandbox[tools.name], articles, customers, sandbox.exchange)


def find_toolset(name: str, company: CompanyFolder | None = None) -> Toolset:
    """The tools of one server.

    Raises:
        Misconfigured: there is no such server.
    """
    toolsets = find_toolsets(company)
    if name not in toolsets:
        raise Misconfigured(f"there is no MCP server {name}; there are {', '.join(toolsets)}")
    return toolsets[name]


def build_app(
    tools: Toolset, backend: Backend, public_key_pem: str | bytes, clock: Clock, *, host: str = "127.0.0.1"
) -> Starlette:
    """One server as a web application: MCP over streamable HTTP at `/mcp`, and `/healthz`.

    `host` is the address that it will listen on: on a loopback address, foreign Host headers are refused.

    Raises:
        Misconfigured: the key is not an Ed25519 public key.
    """
    server = tools.build(backend, read_public_key(public_key_pem), clock)

    @server.custom_route("/healthz", methods=["GET"], include_in_schema=False)
    async def report_health(request: Request) -> Response:
        await backend.check()
        return JSONResponse({"status": "ok", "server": tools.name})

    # Answers stay SSE-capable: with plain JSON answers a client's time-out would not be noticed here.
    return server.streamable_http_app(host=host, json_response=False, stateless_http=True)


class ReturningServer(uvicorn.Server):
    """A server that returns when it is told to stop: uvicorn would raise the signal again, and nothing were closed."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """See `uvicorn.Server.capture_signals`."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def serve(application: Starlette, host: str, port: int, close: Callable[[], None]) -> None:
    """Serve one server alone over streamable HTTP until the process is told to stop; then close what it worked on."""
    try:
        config = uvicorn.Config(
            application, host=host, port=port, log_level="warning", log_config=None, timeout_graceful_shutdown=3
        )
        asyncio.run(ReturningServer(config).serve())
    finally:
        close()
