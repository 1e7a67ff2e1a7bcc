"""One tool called from the command line: decided, explained and executed by the same gate as any, and on record."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from getpass import getuser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from prometheus_client import CollectorRegistry

from app.clock import tell_time
from app.keys import read_grant_key
from app.other_servers import other_servers
from app.places import DATABASE
from app.policy_bundle import open_policy
from app.sandbox import open_systems
from app.settings import Settings
from app.telemetry.metrics import PrometheusMetrics
from app.vault import open_vault
from domain.calls import CallContext, CallProgress, CallResult, ToolCall
from domain.digest import digest
from domain.errors import BadRequest
from domain.grant import GrantClaims
from domain.ids import CallId, ConversationId, CustomerId, DecisionId, TenantId, TurnId
from domain.names import require_known
from domain.principal import Agent, AuthLevel, Customer, Principal
from policy.assembly import Control, GateDependencies, assemble
from policy.gate.decisions import decision_json
from policy.gate.grants import GrantMint
from policy.tools.servers import ToolServers
from policy.tools.sign_ins import SignIns
from router.events import MOST_SAID
from storage.database import open_storage
from understanding.screening.foreign_words import clean_line


@dataclass(frozen=True, slots=True)
class Request:
    """Which call is to be made, and in whose name. `agent` is a specialist, by default one that has the tool."""

    tool: str
    arguments: dict[str, Any]
    customer: str = ""
    tenant: str = ""
    agent: str = ""
    strong: bool = False
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class OpenGate:
    """A gate with its servers; `down` names those that do not answer."""

    control: Control
    servers: ToolServers
    data: Mapping[str, Any]
    down: Mapping[str, str]


async def call_tool(settings: Settings, request: Request, say: Callable[[str], None]) -> dict[str, Any]:
    """Propose the call, with the operator's yes where that was said, and tell what was decided and what came of it.

    `say` is told how it gets on, where it takes long.

    Where there is no installation it is made on a fresh sandbox, of which nothing is kept.

    Raises:
        UnknownName: there is no such tool, specialist or tenant; the message gives the nearest.
        BadRequest: the tool's server does not answer.
    """
    require_known("tenant", request.tenant or settings.tenant, settings.currencies)
    kept = bool(settings.database_url) or (settings.data / DATABASE).is_file()
    with nullcontext() if kept else TemporaryDirectory(prefix="switchboard-") as folder:
        where = settings if folder is None else settings.model_copy(update={"data": Path(folder)})
        async with _open_gate(where) as gate:
            gate.control.progress.follow(lambda progress: say(_spell_progress(progress)))
            await _require_tool(gate, request.tool)
            context = _context(gate, settings, request)
            result = await _propose(gate, context, request)
    return {**_told(result), "agent": context.principal.agent.id, "conversation": context.conversation_id, "kept": kept}


def mint_token(settings: Settings, request: Request, seconds: float) -> str:
    """A grant for exactly this call of one of our own servers, as the gate would mint it.

    Raises:
        BadRequest: outside development: there only the gate mints grants.
    """
    if settings.environment != "development":
        raise BadRequest("grants are minted by hand in development alone; elsewhere the gate does it, after a decision")
    server, _, tool = request.tool.partition(".")
    claims = GrantClaims(
        decision_id=DecisionId(f"cli_{uuid4().hex}"),
        server=server,
        tool=tool,
        arguments_digest=digest(request.arguments),
        tenant=TenantId(request.tenant or settings.tenant),
        customer=request.customer,
        idempotency_key=f"cli_{uuid4().hex}",
    )
    lasting = timedelta(seconds=seconds)
    return GrantMint(read_grant_key(settings), lambda: datetime.now(UTC), lasting).mint(claims)


@asynccontextmanager
async def _open_gate(settings: Settings) -> AsyncGenerator[OpenGate]:
    """The gate alone: no understanding, no specialists, no interfaces."""
    async with AsyncExitStack() as stack:
        vault = open_vault(settings)
        opened = open_storage(settings.database_url, settings.data, vault, 2)
        transactions = await stack.enter_async_context(opened)
        metrics = PrometheusMetrics(CollectorRegistry())
        policy = await stack.enter_async_context(open_policy(settings, transactions, tell_time, metrics))
        key = read_grant_key(settings)
        systems = open_systems(settings, key, tell_time, lambda _: None)
        stack.push_async_callback(systems.close)
        servers = ToolServers(
            (*systems.addresses, *other_servers(settings, SignIns(transactions))), policy.tools, metrics
        )
        stack.push_async_callback(servers.stop)
        down = await servers.start()
        control = assemble(
            GateDependencies(
                transactions=transactions,
                engine=policy,
                servers=servers,
                grant_key=key,
                tools=policy.tools,
                describe=_describe,
                clock=tell_time,
                currencies=settings.currencies,
            )
        )
        yield OpenGate(control, servers, policy.edition.bundle.data, down)


async def _require_tool(gate: OpenGate, name: str) -> None:
    server = name.partition(".")[0]
    if server in gate.down:
        raise BadRequest(gate.down[server])
    require_known("tool", name, [tool.name for tool in gate.servers.tools()])


def _context(gate: OpenGate, settings: Settings, request: Request) -> CallContext:
    granted: Mapping[str, list[str]] = gate.data["roles"]["default"]["specialists"]
    group = gate.data["tools"].get(request.tool, {}).get("group", "")
    having = [name for name, groups in granted.items() if group in groups]
    agent = request.agent or next(iter(having), next(iter(granted)))
    require_known("specialist", agent, granted)
    level = AuthLevel.STRONG if request.strong else AuthLevel.AUTHENTICATED
    since = tell_time() if request.strong else None
    customer = Customer(CustomerId(request.customer), level, since) if request.customer else None
    tenant = TenantId(request.tenant or settings.tenant)
    principal = Principal(tenant, customer, Agent(agent), operator=f"cli:{getuser()}")
    return CallContext(ConversationId(f"CLI-{uuid4().hex[:20]}"), TurnId(f"T-{uuid4().hex[:20]}"), principal)


async def _propose(gate: OpenGate, context: CallContext, request: Request) -> CallResult:
    call = ToolCall(CallId(f"{context.turn_id}/1"), request.tool, request.arguments)
    control = gate.control
    async with control.work.open(context.conversation_id):
        result = await control.gate.call(context, call)
        if request.confirmed and result.pending is not None and result.pending.kind == "confirm":
            await control.gate.confirm(context, result.pending.id)
            result = await control.gate.call(context, call)
        control.gate.finish(context.conversation_id)
    return result


def _spell_progress(progress: CallProgress) -> str:
    share = f"{min(100, int(100 * progress.done / progress.total))} %" if progress.total else f"{progress.done:g}"
    return f"{share} {clean_line(progress.message, MOST_SAID)}".rstrip()


def _told(result: CallResult) -> dict[str, Any]:
    outcome = result.outcome
    came = {"status": outcome.status, "data": outcome.data, "error": outcome.error} if outcome is not None else None
    waits = {"kind": result.pending.kind, "summary": result.pending.summary} if result.pending else None
    return {
        "tool": result.call.tool,
        "arguments": result.call.arguments,
        "decision": decision_json(result.decision),
        "waits_for": waits,
        "outcome": came,
    }


def _describe(context: CallContext, call: ToolCall, resource: Mapping[str, Any], locale: str) -> str:
    del context, resource, locale
    listed = ", ".join(f"{name} {value}" for name, value in sorted(call.arguments.items()))
    return f"{call.tool} ({listed})"
