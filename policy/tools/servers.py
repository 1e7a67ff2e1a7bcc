"""The MCP servers: which tools there are, and calling them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, cast

import httpx2
import structlog
from mcp import Client
from mcp.client.session import ElicitationFnT, IncomingMessage, LoggingFnT, MessageHandlerFnT
from mcp.client.sse import sse_client
from mcp.server.mcpserver import MCPServer
from mcp_types import (
    CallToolResult,
    ElicitRequestParams,
    ElicitResult,
    LoggingMessageNotificationParams,
    ToolListChangedNotification,
)
from mcp_types import Tool as ListedTool

from domain.calls import Outcome
from domain.errors import ToolNotReached, ToolUnavailable
from domain.grant import META_KEY
from domain.metrics import Metrics, Unmeasured
from policy.tools.connection import CONNECT_TIMEOUT_S, HearProgress, ToolConnection, ToolRefused, Ways
from policy.tools.contents import read_contents, read_data
from policy.tools.further_questions import ANSWERS, CallUnderWay
from policy.tools.local_process import Command, ErrorOutput, explain_start, local_streams
from policy.tools.pins import Pins, Tool, ToolStatus, describe_listed
from policy.tools.signing_in import Credentials
from policy.tools.steady_transport import Trouble, make_http_client, steady_streams
from policy.tools.tool_data import ToolData

log = structlog.get_logger()
MAX_ERROR = 500
GRAVE = frozenset({"warning", "error", "critical", "alert", "emergency"})
LISTING_LASTS_S = 5.0
"""Somebody else's tools are looked at again after this long: a server can be replaced without a connection breaking."""
RETRIED_AFTER_S = 30.0
"""How long somebody else's server that is down is left alone, unless it is needed."""
WHAT_TO_DO = "start it, or mend its stanza; `switchboard mcp list` says whether it answers"
SDK_ERROR = "Error executing tool {}"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server is: an object in this process, a streamable HTTP URL, or a program to start.

    `first_party` servers demand grants and get them; others get the `bearer_token` and the `headers`, or sign in with
    `credentials`, and no grant. `connect_s` is how long connecting may take. `sse` says that the URL is one of the
    older transport, HTTP with server-sent events. `unusable` says after its name why it cannot be reached at all.
    """

    name: str
    target: MCPServer[Any] | str | Command
    first_party: bool = True
    bearer_token: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    connect_s: float = CONNECT_TIMEOUT_S
    credentials: Credentials | None = None
    sse: bool = False
    unusable: str = ""


@dataclass(slots=True)
class _Server:
    address: ServerAddress
    connection: ToolConnection
    http_client: httpx2.AsyncClient | None
    listed_at: float = 0.0
    trouble: str = ""
    tried_at: float = 0.0
    under_way: list[CallUnderWay] = field(default_factory=list[CallUnderWay])


class ToolServers:
    """All servers behind one catalogue. A server that is down at start is connected when it is first needed."""

    def __init__(
        self, addresses: Sequence[ServerAddress], tool_data: Mapping[str, ToolData], metrics: Metrics | None = None
    ) -> None:
        self._metrics = metrics or Unmeasured()
        self._pins = Pins(*_pinned(tool_data))
        self._catalogue: dict[str, dict[str, Tool]] = {}
        self._servers = {address.name: self._prepare(address) for address in addresses}

    def repin(self, tool_data: Mapping[str, ToolData]) -> None:
        """Hold every listed tool against the pins of changed policy data."""
        self._pins.renew(*_pinned(tool_data))
        for server, tools in self._catalogue.items():
            self._catalogue[server] = {name: self._pins.judge(tool) for name, tool in tools.items()}

    async def start(self) -> dict[str, str]:
        """Connect to every server at once and list the tools; returns which are down, and why."""
        return await self._connect_all(list(self._servers))

    async def change(self, before: Sequence[ServerAddress], now: Sequence[ServerAddress]) -> dict[str, str]:
        """Have these servers instead of those, the others stay; returns which of the new ones are down, and why.

        Calls that are under way at a server which goes end as they would have.
        """
        gone = {each.name for each in before if each not in now}
        left = [self._servers.pop(name) for name in gone if name in self._servers]
        for name in gone:
            self._catalogue.pop(name, None)
        fresh = [each for each in now if each not in before and each.name not in self._servers]
        self._servers |= {each.name: self._prepare(each) for each in fresh}
        down = await self._connect_all([each.name for each in fresh])
        for server in left:
            await server.connection.drain()
            if server.http_client is not None:
                await server.http_client.aclose()
        return down

    async def retry(self) -> None:
        """Try somebody else's servers again that could not be reached, each after a while."""
        now = asyncio.get_running_loop().time()
        late = [name for name, each in self._servers.items() if each.trouble and now - each.tried_at > RETRIED_AFTER_S]
        await self._connect_all(late)

    async def stop(self) -> None:
        """Close all connections."""
        for server in self._servers.values():
            await server.connection.close()
            if server.http_client is not None:
                await server.http_client.aclose()

    def tell_quarantined(self) -> str:
        """What operators should know: which pinned tools are not what was pinned; else nothing."""
        found = [tool.name for tool in self.tools() if tool.status is ToolStatus.QUARANTINED]
        return f"not what was pinned: {', '.join(found)}; `switchboard mcp drift` shows what changed" if found else ""

    def tell_down(self) -> str:
        """What operators should know: which of somebody else's servers could not be reached, and why; else nothing."""
        found = [each.trouble for _, each in sorted(self._servers.items()) if each.trouble]
        return f"{'; '.join(found)}; {WHAT_TO_DO}" if found else ""

    def tools(self) -> list[Tool]:
        """Every tool that was listed, by name."""
        return [tools[name] for _, tools in sorted(self._catalogue.items()) for name in sorted(tools)]

    async def find(self, name: str) -> Tool | None:
        """The tool of a `server.tool` name as last listed; None where there is no such tool.

        Raises:
            ToolUnavailable: its server has not been reached so far.
        """
        server = self._servers.get(name.partition(".")[0])
        if server is None:
            return None
        if server.address.name not in self._catalogue:
            await self._reach(server, server.connection.connect)
        elif not server.address.first_party and _age(server) > LISTING_LASTS_S:
            await self._reach(server, server.connection.relist)
        return self._catalogue.get(server.address.name, {}).get(name)

    async def call(
        self,
        tool: Tool,
        arguments: dict[str, Any],
        grant: str,
        timeout_s: float,
        hear: HearProgress | None = None,
    ) -> Outcome:
        """Call a tool once and take its answer, be it a tool error, as the outcome; `hear` is told how it gets on.

        Raises:
            ToolUnavailable: there was no usable answer in time; the effect may have happened.
        """
        began, ended = perf_counter(), "unavailable"
        try:
            outcome, ended = await self._call(tool, arguments, grant, timeout_s, hear)
        finally:
            self._metrics.tool_called(tool.name, ended, perf_counter() - began)
        return outcome

    async def _call(
        self, tool: Tool, arguments: dict[str, Any], grant: str, timeout_s: float, hear: HearProgress | None
    ) -> tuple[Outcome, str]:
        """The outcome of one call, and its kind: that of a server which refused the request itself is `refused`."""
        server, _, name = tool.name.partition(".")
        meta = cast(Any, {META_KEY: grant}) if tool.first_party else None
        answers = arguments.get(ANSWERS) if tool.asks else None
        sent = {key: value for key, value in arguments.items() if not (tool.asks and key == ANSWERS)}
        call = CallUnderWay(tool.asks, answers or {})
        held = self._servers.get(server)
        if held is None:
            raise ToolNotReached(f"{server} was taken out meanwhile")
        held.under_way.append(call)
        try:
            answer = await held.connection.call(name, sent, meta, timeout_s, hear)
            outcome = _with_questions(server, _outcome(name, answer), call)
            return outcome, outcome.status
        except ToolRefused as refusal:
            return Outcome("failed", error=f"{server} refused the request: {refusal}"[:MAX_ERROR]), "refused"
        finally:
            held.under_way[:] = [each for each in held.under_way if each is not call]

    async def _connect_all(self, names: Sequence[str]) -> dict[str, str]:
        """Connect to these servers at once; returns which are down, and why."""
        servers = [self._servers[name] for name in names]
        found = await asyncio.gather(
            *(self._reach(each, each.connection.connect) for each in servers), return_exceptions=True
        )
        return {name: str(error) for name, error in zip(names, found, strict=True) if error is not None}

    async def _reach(self, server: _Server, attempt: Callable[[], Awaitable[None]]) -> None:
        """Connect or list anew; of somebody else's server it is kept, and said in the log once, that it is down."""
        server.tried_at = asyncio.get_running_loop().time()
        try:
            await attempt()
        except ToolUnavailable as error:
            if not server.address.first_party and server.trouble != str(error):
                server.trouble = str(error)
                log.warning("mcp_server_down", server=server.address.name, error=server.trouble, do=WHAT_TO_DO)
            raise
        if server.trouble:
            server.trouble = ""
            log.info("mcp_server_back", server=server.address.name)

    def _prepare(self, address: ServerAddress) -> _Server:
        def take(listed: list[ListedTool]) -> None:
            self._take_listing(address, listed)

        if address.unusable:
            ways = Ways(explain=lambda _: address.unusable)
            return _Server(address, ToolConnection(address.name, _no_client, take, ways), None)
        if isinstance(address.target, Command):
            return self._prepare_program(address, address.target, take)
        if not isinstance(address.target, str):
            target = address.target
            connection = ToolConnection(address.name, lambda: Client(target, cache=None), take, Ways())
            return _Server(address, connection, None)
        return self._prepare_url(address, address.target, take)

    def _prepare_url(self, address: ServerAddress, url: str, take: Callable[[list[ListedTool]], None]) -> _Server:
        trouble = Trouble()
        sign_in = address.credentials.sign_in(url) if address.credentials is not None else None
        http_client = make_http_client(address.bearer_token, address.headers, trouble, sign_in)
        ways = Ways(address.connect_s, lambda _: trouble.sentence, lambda: trouble.refused, not address.first_party)

        def make_client() -> Client:
            streams = _older_streams(address, url) if address.sse else steady_streams(url, http_client)
            return Client(streams, cache=None, **self._heard(address.name))

        return _Server(address, ToolConnection(address.name, make_client, take, ways), http_client)

    def _prepare_program(
        self, address: ServerAddress, command: Command, take: Callable[[list[ListedTool]], None]
    ) -> _Server:
        errors = ErrorOutput(address.name)
        ways = Ways(address.connect_s, lambda error: explain_start(command, error, errors), resources=True)

        def ended() -> None:
            connection.end()

        def make_client() -> Client:
            streams = local_streams(command, errors, ended)
            return Client(streams, cache=None, **self._heard(address.name))

        connection = ToolConnection(address.name, make_client, take, ways)
        return _Server(address, connection, None)

    def _heard(self, name: str) -> dict[str, Any]:
        """What a client does with what its server says by itself."""
        callbacks = {"message_handler": self._watch(name), "elicitation_callback": self._answer(name)}
        return {**callbacks, "logging_callback": _log_words(name), "log_level": "info"}

    def _answer(self, name: str) -> ElicitationFnT:
        """What answers a server that asks a person something in the middle of a call: what was said beforehand, or no.

        Which call it is about is known where only one is under way; where several are, none is answered for.
        """

        async def answer(context: Any, params: ElicitRequestParams) -> ElicitResult:
            del context
            calls = self._servers[name].under_way if name in self._servers else []
            given = calls[0].answer(params) if len(calls) == 1 else None
            if given is not None:
                return ElicitResult(action="accept", content=given)
            for each in calls if len(calls) > 1 else ():
                each.asked.append("")
            return ElicitResult(action="decline")

        return answer

    def _watch(self, name: str) -> MessageHandlerFnT:
        """What hears the server: where it says that its tools changed, they are listed before the next one is used."""

        async def hear(message: IncomingMessage) -> None:
            if isinstance(message, ToolListChangedNotification) and name in self._servers:
                self._servers[name].listed_at = -LISTING_LASTS_S

        return hear

    def _take_listing(self, address: ServerAddress, listed: list[ListedTool]) -> None:
        if address.name not in self._servers:
            return
        tools = [describe_listed(address.name, one, self._pins, first_party=address.first_party) for one in listed]
        before = self._catalogue.get(address.name, {})
        self._catalogue[address.name] = {tool.name: tool for tool in tools}
        _tell_changes(before, self._catalogue[address.name])
        self._servers[address.name].listed_at = asyncio.get_running_loop().time()


def _no_client() -> Client:
    """The client of a server that cannot be reached at all."""
    raise LookupError


def _tell_changes(before: Mapping[str, Tool], now: Mapping[str, Tool]) -> None:
    """Say in the log which tools of a connected server may not be used any more, and which command shows why."""
    for name, tool in before.items():
        found = now.get(name)
        if tool.status is ToolStatus.READY and (found is None or found.status is not ToolStatus.READY):
            status = found.status.value if found else "gone"
            log.warning("tool_withdrawn", tool=name, status=status, look="switchboard mcp drift")


def _log_words(name: str) -> LoggingFnT:
    """What hears a server's own log lines: they are kept among ours, as what somebody else said."""

    async def hear(params: LoggingMessageNotificationParams) -> None:
        said = params.data if isinstance(params.data, str) else json.dumps(params.data, default=str)
        write = log.warning if params.level in GRAVE else log.debug
        write("mcp_server_says", server=name, level=params.level, line=said[:MAX_ERROR])

    return hear


def _age(server: _Server) -> float:
    """Seconds since the server's tools were last listed."""
    return asyncio.get_running_loop().time() - server.listed_at


def _older_streams(address: ServerAddress, url: str) -> Any:
    """MCP's streams over HTTP with server-sent events, as servers of 2024 speak it."""
    bearer = {"Authorization": f"Bearer {address.bearer_token}"} if address.bearer_token else {}
    return sse_client(url, {**bearer, **address.headers}, timeout=address.connect_s)


def _with_questions(server: str, outcome: Outcome, call: CallUnderWay) -> Outcome:
    """An outcome with what the server wanted to know meanwhile, which nobody was asked."""
    if not call.asked:
        return outcome
    if outcome.succeeded:
        return replace(outcome, data={**outcome.data, "declined_questions": call.asked})
    return replace(outcome, error=f"{server} {call.explain()}. {outcome.error}"[:MAX_ERROR])


def _pinned(tool_data: Mapping[str, ToolData]) -> tuple[dict[str, str], dict[str, Mapping[str, Any]]]:
    """What policy data says of listed tools: their digests, and what their servers may be told."""
    digests = {name: data.digest for name, data in tool_data.items() if data.digest}
    return digests, {name: data.asks for name, data in tool_data.items() if data.asks}


def _outcome(tool: str, result: CallToolResult) -> Outcome:
    """What the tool answered; whatever is no text comes along as attachments."""
    contents = read_contents(result.content)
    if result.is_error:
        return Outcome("failed", error=_error(tool, contents.text))
    return Outcome("succeeded", data=read_data(contents, result.structured_content))


def _error(tool: str, text: str) -> str:
    """A tool error's reason. The SDK names the tool first, and names nothing else where the tool broke midway."""
    if text == SDK_ERROR.format(tool):
        raise ToolUnavailable(f"{tool} broke while it was done")
    return text.removeprefix(SDK_ERROR.format(tool) + ": ")[:MAX_ERROR] or "the tool gave no reason"
