"""One kept connection to an MCP server, rebuilt when it breaks."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, cast

from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, METHOD_NOT_FOUND, PARSE_ERROR, REQUEST_TIMEOUT, CallToolResult, RequestParamsMeta
from mcp_types import Tool as ListedTool

from domain.errors import ToolNotReached, ToolUnavailable
from policy.tools.resources import find_resource_tools, reach
from policy.tools.steady_transport import NOT_SENT

CONNECT_TIMEOUT_S = 5.0
MAX_PAGES = 50
LONGEST_S = 60.0
"""How long a call may take whose server says again and again that it gets on."""
MAX_WORDS = 200


HearProgress = Callable[[float, float | None, str], None]
"""Is told how much is done, of how much in all where that is known, and the server's words."""


class ToolRefused(Exception):
    """The server refused the request itself, so that nothing happened."""


@dataclass(slots=True)
class _Session:
    """A connected client. It lives in a task of its own, since a transport's failure cancels the task it lives in."""

    client: Client
    tools: list[ListedTool]
    resource_tools: list[ListedTool]
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    in_flight: int = 0
    retired: bool = False

    def retire(self) -> None:
        """Take no more calls; close when the last one in flight has ended."""
        self.retired = True
        if not self.in_flight:
            self.closing.set()


@dataclass(frozen=True, slots=True)
class Ways:
    """What one kind of server needs: seconds until it has to be connected, and what a failure means.

    `explain` says in a sentence after the server's name what is wrong, empty where it does not know; `turned_away`
    whether its last answer shows that it did nothing; `resources` that its resources are reached as tools.
    """

    connect_s: float = CONNECT_TIMEOUT_S
    explain: Callable[[BaseException], str] = lambda _: ""
    turned_away: Callable[[], bool] = lambda: False
    resources: bool = False


class ToolConnection:
    """Calls tools of one server over one shared client.

    A broken client is left to its calls in flight and replaced at the next call, and the tools are listed again then.
    `listed` is told the server's tools after every connecting.
    """

    def __init__(
        self, name: str, make_client: Callable[[], Client], listed: Callable[[list[ListedTool]], None], ways: "Ways"
    ) -> None:
        self._name = name
        self._make_client = make_client
        self._listed = listed
        self._ways = ways
        self._session: _Session | None = None
        self._hosts: set[asyncio.Task[None]] = set()
        self._connecting = asyncio.Lock()
        self._attempts, self._failure = 0, ""

    async def connect(self) -> None:
        """Connect now if not connected.

        Raises:
            ToolUnavailable: the server does not answer.
        """
        await self._usable_session()

    async def relist(self) -> None:
        """List the tools again.

        Raises:
            ToolUnavailable: the server does not answer.
        """
        async with self._borrowed() as session:
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    session.tools = [*await _list_tools(session.client), *session.resource_tools]
            except Exception as error:
                session.retire()
                raise ToolUnavailable(f"{self._name} does not list its tools") from error
        self._listed(session.tools)

    async def call(
        self,
        tool: str,
        arguments: dict[str, Any],
        meta: RequestParamsMeta | None,
        timeout_s: float,
        hear: HearProgress | None = None,
    ) -> CallToolResult:
        """Call a tool once. With `hear`, each sign that it gets on gives it `timeout_s` anew, up to `LONGEST_S` in all.

        Raises:
            ToolNotReached: it was never sent, or turned away; nothing happened.
            ToolUnavailable: there was no usable answer in time; the effect may have happened.
            ToolRefused: the server refused the request as such; nothing happened.
        """
        async with self._borrowed() as session:
            if any(each.name == tool for each in session.resource_tools):
                read = reach(session.client, tool, arguments)
                return await self._within(session, read, CallPatience(timeout_s, None))
            patience = CallPatience(timeout_s, hear)
            answer = session.client.call_tool(
                tool,
                arguments,
                read_timeout_seconds=patience.client_s,
                progress_callback=patience.note if hear is not None else None,
                meta=meta,
            )
            return await self._within(session, answer, patience)

    async def close(self) -> None:
        """Close every client and wait for them."""
        if self._session is not None:
            self._session.retire()
            self._session.closing.set()
        await asyncio.gather(*self._hosts, return_exceptions=True)

    async def drain(self) -> None:
        """Take no more calls, and close when those in flight have ended."""
        self.end()
        await asyncio.gather(*self._hosts, return_exceptions=True)

    async def _within(
        self, session: _Session, answer: Awaitable[CallToolResult], patience: "CallPatience"
    ) -> CallToolResult:
        try:
            async with patience.waiting():
                return await answer
        except MCPError as error:
            raise self._judge(session, error) from error
        except TimeoutError as error:
            raise ToolUnavailable(f"{self._name} did not answer in time") from error
        except Exception as error:
            session.retire()
            raise ToolUnavailable(self._tell(error, "gave no usable answer")) from error

    def end(self) -> None:
        """Take note that the server is gone: the next call connects anew before it is sent."""
        if self._session is not None:
            self._session.retire()

    def _tell(self, error: BaseException, otherwise: str) -> str:
        return f"{self._name} {self._ways.explain(error) or otherwise}"

    def _judge(self, session: _Session, error: MCPError) -> Exception:
        """Tell a refusal, after which nothing happened, from silence; a client that failed otherwise is replaced."""
        if error.code in (INVALID_PARAMS, METHOD_NOT_FOUND):
            return ToolRefused(error.message)
        if error.code == REQUEST_TIMEOUT:
            return ToolUnavailable(f"{self._name} did not answer in time")
        session.retire()
        unsent = error.error.data == NOT_SENT or self._ways.turned_away()
        return (ToolNotReached if unsent else ToolUnavailable)(self._tell(error, "gave no usable answer"))

    @asynccontextmanager
    async def _borrowed(self) -> AsyncGenerator[_Session]:
        session = await self._usable_session()
        session.in_flight += 1
        try:
            yield session
        finally:
            session.in_flight -= 1
            if session.retired:
                session.retire()

    async def _usable_session(self) -> _Session:
        session = self._session
        if session is not None and not session.retired:
            return session
        before = self._attempts
        async with self._connecting:
            if self._session is None or self._session.retired:
                if self._attempts > before:  # who waited for an attempt that failed makes none of its own at once
                    raise ToolNotReached(self._failure)
                self._session = await self._attempt()
            return self._session

    async def _attempt(self) -> _Session:
        self._attempts += 1
        try:
            return await self._open()
        except ToolNotReached as error:
            self._failure = str(error)
            raise

    async def _open(self) -> _Session:
        opened: asyncio.Future[_Session] = asyncio.get_running_loop().create_future()
        host = asyncio.create_task(self._host(opened), name=f"mcp client of {self._name}")
        self._hosts.add(host)
        host.add_done_callback(self._hosts.discard)
        try:
            async with asyncio.timeout(self._ways.connect_s):
                session = await asyncio.shield(opened)
        except TimeoutError as error:
            late = f"is slow: it was not connected within {self._ways.connect_s:g} s"
            raise ToolNotReached(self._tell(error, late)) from error
        finally:
            if not opened.done():
                host.cancel()
        self._listed(session.tools)
        return session

    async def _host(self, opened: "asyncio.Future[_Session]") -> None:
        """Enter and leave the client in one task of its own, and keep whatever breaks within it."""
        session: _Session | None = None
        try:
            async with self._make_client() as client:
                tools = await _list_tools(client)
                resources = await find_resource_tools(client, tools) if self._ways.resources else []
                session = _Session(client, [*tools, *resources], resources)
                opened.set_result(session)
                await session.closing.wait()
        except BaseException as error:  # noqa: BLE001 a dying client raises groups of anything, cancellation included
            told = self._tell(error, _innermost(error))
            _report_failure(opened, ToolNotReached(told))
        finally:
            if session is not None:
                session.retired = True


class CallPatience:
    """How long one call is waited for; with `hear`, anew after each sign that its server gets on."""

    def __init__(self, timeout_s: float, hear: HearProgress | None) -> None:
        self._timeout_s = timeout_s
        self._hear = hear
        self._done = -1.0
        self._limit: asyncio.Timeout | None = None
        self._at_last = 0.0
        self.client_s = timeout_s if hear is None else max(timeout_s, LONGEST_S)

    @asynccontextmanager
    async def waiting(self) -> AsyncGenerator[asyncio.Timeout]:
        """Wait within; where nobody hears of progress, the client says by itself that the time is up."""
        self._at_last = asyncio.get_running_loop().time() + self.client_s
        try:
            async with asyncio.timeout(self._timeout_s + (0.5 if self._hear is None else 0.0)) as self._limit:
                yield self._limit
        finally:
            self._hear = self._limit = None

    async def note(self, progress: float, total: float | None, message: str | None) -> None:
        """Take note that the server gets on; what goes back, stands still or is no number is none."""
        if self._hear is None or self._limit is None or not isfinite(progress) or progress <= self._done:
            return
        self._done = progress
        if not self._limit.expired():
            self._limit.reschedule(min(asyncio.get_running_loop().time() + self._timeout_s, self._at_last))
        known = total if total is not None and isfinite(total) and total > 0 else None
        self._hear(progress, known, message or "")


def _innermost(error: BaseException) -> str:
    """What was wrong at first, as a sentence after the server's name."""
    if isinstance(error, BaseExceptionGroup):
        return _innermost(cast("BaseExceptionGroup[BaseException]", error).exceptions[0])
    if isinstance(error, MCPError):
        if error.error.code == PARSE_ERROR:
            return "does not speak MCP at its address: what it answers is no JSON-RPC"
        return f"answers with an error ({error.error.code}): {error.message[:MAX_WORDS]}"
    return f"cannot be reached: {type(error).__name__}"


def _report_failure(opened: "asyncio.Future[_Session]", error: ToolUnavailable) -> None:
    if not opened.done():
        opened.set_exception(error)
        opened.exception()  # mark it as seen: the one who waits may have given up


async def _list_tools(client: Client) -> list[ListedTool]:
    tools: list[ListedTool] = []
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        page = await client.list_tools(cursor=cursor, cache_mode="refresh")
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return tools
