"""The only place that wires: settings in, a whole Switchboard out."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from agents.catalogue import Catalogue, load_catalogue
from agents.handoff.desk_words import DeskWords
from agents.language_model import LanguageModel
from agents.wording import Terms, Voice
from app.background import beside
from app.background_jobs import (
    ConversationWork,
    RecordWork,
    anchor_at_end,
    open_record_work,
    open_runner,
    policy_works,
    step_back_works,
)
from app.clock import tell_time
from app.company.examples import examples_of
from app.company.hours import read_hours
from app.connectors import OpenConnectors, desks_of, open_connectors
from app.desk_tools import OfferedTools
from app.dial_names import dial_names
from app.follow_ups import ToolGroups, day_begins
from app.health import check_database, check_disk, check_policy, check_servers
from app.intelligence import GrantedTools, open_model
from app.interfaces import ServedParts, open_interfaces
from app.keys import read_grant_key
from app.opened_company import open_company
from app.other_servers import other_servers
from app.outbox_delivery import open_notices
from app.partner_grants import PartnerGrants
from app.policy_bundle import (
    measure_policy,
    measure_shadow,
    open_policy,
    open_shadow_engine,
    tell_refusal,
)
from app.presence import DialWatch, attend
from app.remote_agents.servers import list_unavailable, open_agents, tell_unavailable
from app.sandbox import Systems, open_systems, outbox_of
from app.server_stanzas import ServerStanzas
from app.settings import Settings
from app.shared_models import SharedModels
from app.signing_keys import open_signing_keys
from app.telemetry.gate import WatchedGate
from app.telemetry.gauges import DatabaseGauges
from app.telemetry.metrics import PrometheusMetrics
from app.telemetry.model_counters import count_model
from app.telemetry.turns import WatchedTurns
from app.vault import open_vault
from channels.a2a.signing_keys import SigningKeys
from channels.http.operations import Health
from desk.approvals import ApprovalDesk
from desk.missed_targets import MissedTargets
from desk.queue import Desk, DeskDependencies
from desk.supervision import Supervision
from desk.targets import QueueTargets
from domain.calls import CallContext, ToolCall
from domain.ids import TenantId
from jobs.runner import Runner, Work
from jobs.step_back import StepBack, open_step_back
from policy.assembly import Control, GateDependencies, assemble
from policy.engines.bundle import Bundle
from policy.engines.live import LivePolicy
from policy.gate.gate import DESK
from policy.tools.servers import ToolServers
from policy.tools.sign_ins import SignIns
from router.consents import AT_START, ConsentFollowing
from router.conversations import Conversations
from router.events import EventFeed
from router.follow_ups.delivery import DeliveryDependencies
from router.graph import build_graph
from router.handoff_status import HandoffStatus
from router.idleness import IdleConversations, IdleLimits
from router.memory.follow_up_book import FollowUpBook
from router.memory.store import Store
from router.memory.waiting import DeskRecord
from router.services import Services
from router.turn import Turns
from storage.database import open_storage
from storage.session_keys import SessionKeys
from understanding.reader import Reader, build_reader

Report = Callable[[str], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Switchboard:
    """Everything that runs, wired. `down` names the MCP servers that did not answer at start, and why."""

    settings: Settings
    api: FastAPI
    turns: Turns
    conversations: Conversations
    control: Control
    policy: LivePolicy
    servers: ToolServers
    catalogue: Catalogue
    reader: Reader
    database: AsyncEngine
    jobs: Runner
    step_back: StepBack
    down: Mapping[str, str]
    connectors: OpenConnectors

    @property
    def bundle(self) -> Bundle:
        """The policy bundle that decides now."""
        return self.policy.edition.bundle


@asynccontextmanager
async def open_switchboard(
    settings: Settings, *, clock: Clock = tell_time, report: Report = lambda _: None
) -> AsyncGenerator[Switchboard]:
    """Wire everything, bring the data up to date, finish what a crash interrupted; closed in the reverse order.

    Raises:
        Misconfigured: settings, bundle or procedures cannot be served.
    """
    async with AsyncExitStack() as stack:
        settings.data.mkdir(parents=True, exist_ok=True)
        report("opening the database")
        vault = open_vault(settings)
        opened = open_storage(settings.database_url, settings.data, vault, settings.database_pool)
        transactions = await stack.enter_async_context(opened)
        catalogue = load_catalogue(company := open_company(settings))
        reader = await asyncio.to_thread(build_reader, examples_of(company), settings.data / "cache", report)
        metrics = PrometheusMetrics(CollectorRegistry())
        policy = await stack.enter_async_context(open_policy(settings, transactions, clock, metrics))
        grant_key = read_grant_key(settings)
        systems = await asyncio.to_thread(open_systems, settings, grant_key, clock, report)
        stack.push_async_callback(systems.close)
        model = await _prepare_model(settings, stack)
        others = (*other_servers(settings, SignIns(transactions)), *open_agents(company, settings.data, stack))
        servers = ToolServers((*systems.addresses, *others), policy.tools, metrics)
        policy.follow(lambda edition: servers.repin(edition.tools))
        down = await _connect(servers, stack, report) | list_unavailable(company, settings.data)
        control = assemble(
            GateDependencies(
                transactions=transactions,
                engine=policy,
                servers=servers,
                grant_key=grant_key,
                tools=policy.tools,
                describe=_describer(catalogue, settings),
                clock=clock,
                shadow=await asyncio.to_thread(open_shadow_engine, settings),
                names=dial_names(settings, catalogue, policy.edition.bundle),
                currencies=settings.currencies,
            )
        )
        await stack.enter_async_context(open_work(control))
        watch = await stack.enter_async_context(attend(control))
        await control.ledger.import_history(systems.past_bookings)
        record = await stack.enter_async_context(anchor_at_end(open_record_work(settings, control, vault, clock)))
        connectors = open_connectors(settings, control.transactions, clock)
        parts = _Parts(
            *(transactions.engine, catalogue, reader, policy, servers, systems, control, down, model, metrics, record),
            *(watch, await stack.enter_async_context(connectors), SessionKeys(vault.master.load)),
            open_signing_keys(settings, vault.master.load),
        )
        switchboard = await _open_router(settings, clock, parts)
        await stack.enter_async_context(switchboard.jobs.running())
        yield switchboard


async def _connect(servers: ToolServers, stack: AsyncExitStack, report: Report) -> dict[str, str]:
    """Connect to the MCP servers; which are down, and why."""
    report("connecting to the MCP servers")
    down = await servers.start()
    stack.push_async_callback(servers.stop)
    return down


@asynccontextmanager
async def open_work(control: Control) -> AsyncGenerator[None]:
    """Keep this process's leases, and hear of others' events; on SQLite an earlier process's leases end at once."""
    work = control.work
    if work.transactions.dialect == "sqlite":
        await work.transactions.write(work.leases.expire_all)
    async with beside(work.keep_leases), beside(work.notices.listen):
        yield
    if control.shadow is not None:
        await control.shadow.settle()


async def _prepare_model(settings: Settings, stack: AsyncExitStack) -> LanguageModel | None:
    """The configured language model, ready; None where none is configured."""
    model = open_model(settings)
    if model is not None:
        await model.prepare()
        stack.push_async_callback(model.close)
    return model


@dataclass(frozen=True, slots=True)
class _Parts:
    database: AsyncEngine
    catalogue: Catalogue
    reader: Reader
    policy: LivePolicy
    servers: ToolServers
    systems: Systems
    control: Control
    down: Mapping[str, str]
    model: LanguageModel | None
    metrics: PrometheusMetrics
    record: RecordWork
    watch: DialWatch
    connectors: OpenConnectors
    session_keys: SessionKeys
    signing_keys: SigningKeys


async def _open_router(settings: Settings, clock: Clock, parts: _Parts) -> Switchboard:
    """The router, the desk and the doors on top of what governs them."""
    store, work = Store(parts.control.transactions), parts.control.work
    feed, journal, grants = (
        _open_feed(store, parts.control),
        parts.control.journal,
        PartnerGrants(parts.policy, settings.address),
    )
    services = _services(settings, clock, parts, feed, grants)
    book = FollowUpBook(parts.control.transactions)
    lasting = settings.conversation
    patience = IdleLimits(timedelta(hours=lasting.idle_hours), timedelta(days=lasting.resume_days))
    begins, turns_at_once = day_begins(parts.policy), settings.limits.turns
    deliveries = DeliveryDependencies(services, store, work, feed, book, begins, patience.unfinished, turns_at_once)
    turns = WatchedTurns(build_graph(services), deliveries)
    idle = IdleConversations(turns, deliveries, patience)
    conversations = Conversations(services, turns, store, work, feed)
    desk_dependencies = DeskDependencies(
        *(services, turns, conversations, store, work, feed, journal), _targets(settings, services.waiting)
    )
    control = parts.control
    approvals = ApprovalDesk(control.approvals, turns)
    measure_policy(parts.policy, parts.metrics.registry)
    measure_shadow(control.shadow, parts.metrics.registry)
    consents = ConsentFollowing(turns, services, store, control.transactions)
    conversation_work = ConversationWork(turns, idle, approvals, consents, control, list(services.currencies), clock)
    step_back = open_step_back(control, parts.policy, clock, parts.metrics.registry)
    supervision = Supervision(Desk(desk_dependencies), desk_dependencies, timedelta(minutes=lasting.claim_minutes))
    missed = MissedTargets(desk_dependencies, control.transactions)
    works = {"stranded-claims": supervision.return_stranded, "queue-targets": missed.count}
    runner = _open_jobs(settings, parts, conversation_work, step_back, works)
    served = _served_parts(parts, approvals, _open_health(settings, clock, parts, runner), supervision)
    api = open_interfaces(settings, desk_dependencies, served)
    await control.recovery.complete_open_calls(_patience(parts.database))
    await turns.finish_interrupted()
    await conversation_work.follow_approvals()
    await consents.follow(AT_START)
    return Switchboard(
        *(settings, api, turns, conversations, control, parts.policy, parts.servers, parts.catalogue, parts.reader),
        *(parts.database, runner, step_back, parts.down, parts.connectors),
    )


def _open_feed(store: Store, control: Control) -> EventFeed:
    """What tells listeners what happens, also how far calls are that take long."""
    feed = EventFeed(store, control.work.notices)
    control.progress.follow(feed.tell_progress)
    return feed


def _services(settings: Settings, clock: Clock, parts: _Parts, feed: EventFeed, grants: PartnerGrants) -> Services:
    """What turns work with."""
    return Services(
        catalogue=parts.catalogue,
        gate=WatchedGate(parts.control.gate, parts.metrics),
        reader=parts.reader,
        judge=parts.policy,
        clock=clock,
        currencies={TenantId(tenant): currency for tenant, currency in settings.currencies.items()},
        waiting=_waiting(settings, parts.control),
        partners=grants,
        model=parts.model,
        offers=GrantedTools(parts.servers.tools, parts.policy) if parts.model else {},
        tell_call=feed.tell_call,
        groups=ToolGroups(parts.policy),
        count_model=count_model(parts.metrics.registry),
        metrics=parts.metrics,
        terms=_terms(settings),
        desks=desks_of(settings),
    )


def _served_parts(parts: _Parts, approvals: ApprovalDesk, health: Health, supervision: Supervision) -> ServedParts:
    """What callers reach beside conversations."""
    control, tools = parts.control, OfferedTools(parts.servers.tools, parts.policy)
    open_to = (approvals, control.dial, control.suggestions, outbox_of(parts.systems.sandbox), health)
    grants = PartnerGrants(parts.policy, "")
    keys = (parts.session_keys, parts.signing_keys)
    return ServedParts(*open_to, control.transactions, tools, supervision, parts.connectors, grants, *keys)


def _terms(settings: Settings) -> dict[TenantId, Terms]:
    """Each tenant's own words, with the names of its partners' companies."""
    known = settings.profile.tenants
    partners = {name: tuple(known[name].partners.items()) if name in known else () for name in settings.terms}
    return {
        TenantId(name): Terms(**given.model_dump(), partners=partners[name]) for name, given in settings.terms.items()
    }


def _waiting(settings: Settings, control: Control) -> HandoffStatus:
    """What customers who wait for people are told from."""
    hours = {TenantId(name): read_hours(tenant) for name, tenant in settings.profile.tenants.items()}
    return HandoffStatus(DeskRecord(control.transactions), hours)


def _targets(settings: Settings, waiting: HandoffStatus) -> QueueTargets:
    """Within how many minutes conversations are taken, at the desks that have targets."""
    tenants = settings.profile.tenants.items()
    minutes = {TenantId(name): each.desk.targets for name, each in tenants if each.desk.targets}
    return QueueTargets(minutes, waiting.hours)


def _open_jobs(
    settings: Settings, parts: _Parts, conversations: ConversationWork, step_back: StepBack, more: Mapping[str, Work]
) -> Runner:
    """All that is done between turns."""
    control = parts.control
    works = {
        **conversations.works,
        **parts.record.works,
        **parts.connectors.works,
        **open_notices(settings, parts.connectors, parts.systems.sandbox["crm"]),
        **more,
        **step_back_works(step_back, conversations.tenants),
        **policy_works(settings, parts.policy, control.shadow),
        "dial": parts.watch.look,
        "mcp-servers": ServerStanzas(settings, parts.servers, SignIns(control.transactions)).look,
    }
    if settings.database_url:
        works["understanding"] = SharedModels(control.transactions, settings.data / "cache").follow
    return open_runner(settings, control.transactions, control.work.leases.owner, works)


def _open_health(settings: Settings, clock: Clock, parts: _Parts, jobs: Runner) -> Health:
    """What operators see of this process."""
    checks = {
        "database": check_database(parts.database),
        "disk": check_disk(settings.data),
        "policy": check_policy(parts.policy),
        "mcp_servers": check_servers(parts.servers, parts.systems.addresses),
        "jobs": jobs.check,
    }
    silent = {name: backend.tell_trouble for name, backend in parts.systems.backends.items()}
    agents = partial(tell_unavailable, open_company(settings), settings.data)
    servers = {"tools": parts.servers.tell_quarantined, "third_party_servers": parts.servers.tell_down}
    notes = {"policy": partial(tell_refusal, parts.policy), **servers, "agents": agents, **silent}
    gauges, registry = (
        DatabaseGauges(parts.control.transactions, parts.database, jobs.assess, clock),
        parts.metrics.registry,
    )
    registry.register(gauges)
    return Health(checks, notes, registry, clock, gauges.refresh)


def _patience(database: AsyncEngine) -> timedelta:
    """How long an open call is left to whoever made it: not at all where no other process could have."""
    return timedelta(0) if database.dialect.name == "sqlite" else timedelta(minutes=1)


def _describer(catalogue: Catalogue, settings: Settings) -> Any:
    """Say what a call will do, for the customer and for supervisors."""
    terms = _terms(settings)

    def describe(context: CallContext, call: ToolCall, resource: Mapping[str, Any], locale: str) -> str:
        account: Mapping[str, Any] = resource.get("account") or {}
        tenant = context.principal.tenant
        currency, own = settings.currencies[tenant], terms.get(tenant, Terms())
        if locale == DESK:
            figures = Voice("en", currency, account.get("timezone") or "UTC", terms=own)
            return DeskWords(catalogue, figures).proposed(call.tool, call.arguments, resource)
        formats = context.formats if context.formats.partition("-")[0] == locale else locale
        voice = Voice(formats, currency, account.get("timezone") or "UTC", terms=own)
        return catalogue.phrase(call.tool, call.arguments, dict(resource), voice)

    return describe
