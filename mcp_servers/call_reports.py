"""What a client is told beside an answer: how a call gets on, and log messages from the level that it asked for."""

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, get_args
from weakref import WeakKeyDictionary

from mcp.server import MCPServer
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPDeprecationWarning
from mcp_types import EmptyResult, LoggingLevel, SetLevelRequestParams

from mcp_servers.scope import Report, report_to_nobody

LEVELS: tuple[LoggingLevel, ...] = get_args(LoggingLevel)
UNASKED: LoggingLevel = "info"
"""From which level those are told who never said one; revision 2026-07-28 has it with each request, and else none."""

warnings.filterwarnings(
    "ignore", "The logging capability is deprecated", MCPDeprecationWarning
)  # older clients want it
Request = ServerRequestContext[Any, Any]
_report: ContextVar[Report] = ContextVar("report", default=report_to_nobody)
_levels: WeakKeyDictionary[Any, LoggingLevel] = WeakKeyDictionary()


def current_report() -> Report:
    """Tells the caller of the call being served how it gets on; nobody, where the caller did not ask."""
    return _report.get()


@contextmanager
def reporting(request: Request) -> Generator[None]:
    """Within this, that request's caller is told how its call gets on."""

    async def report(done: float, total: float, message: str) -> None:
        await request.session.report_progress(done, total, message)

    reset = _report.set(report)
    try:
        yield
    finally:
        _report.reset(reset)


async def log_to_caller(request: Request, level: LoggingLevel, server: str, told: dict[str, str]) -> None:
    """Send a log message with a request's answer, if its client wants those of this level."""
    if LEVELS.index(level) < LEVELS.index(_levels.get(_connection(request), UNASKED)):
        return
    await request.session.send_log_message(  # pyright: ignore[reportDeprecated]
        level, told, server, related_request_id=request.request_id
    )


def offer_levels(server: MCPServer[Any]) -> None:
    """Let clients of the older revisions say from which level they are told (`logging/setLevel`), each for itself."""

    async def set_level(request: Request, params: SetLevelRequestParams) -> EmptyResult:
        _levels[_connection(request)] = params.level
        return EmptyResult()

    lowlevel = server._lowlevel_server  # pyright: ignore[reportPrivateUsage] - the SDK names no other way
    lowlevel.add_request_handler("logging/setLevel", SetLevelRequestParams, set_level)


def _connection(request: Request) -> Any:
    """One client's connection, which its requests share; over stateless HTTP each request has one of its own."""
    return request.session._connection  # pyright: ignore[reportPrivateUsage] - nothing else is the same
