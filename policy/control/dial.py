"""The dial's overrides: what operators hold back while the service runs. Every process looks once a second."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, func, insert, select

from domain.autonomy import EVERY_TENANT, Holding, Override, RunningProcess, Scope, Stage, Turned
from domain.caller import Caller
from domain.errors import BadRequest, RecordBroken, Unavailable
from domain.ids import ConversationId, TenantId, TurnId
from domain.names import require_known
from policy.journal.journal import Draft, HashChainedJournal, recordable
from storage.completeness import look_complete
from storage.processes import list_running
from storage.tables.control import autonomy_overrides, journal_heads
from storage.tagged_rows import see_vouched
from storage.transactions import Transactions

log = structlog.get_logger()

LOOK_EVERY_S = 1.0
STALE_AFTER_S = 5.0
"""A process that could not look for longer than this acts as if it had been told to stop."""
PATIENCE_S = 2.0
RANKS = {stage: rank for rank, stage in enumerate(Stage)}
CHAIN = "autonomy:{}"
"""The journal's chain of a tenant's dial, as a conversation of its own."""

_VERSION = select(func.count(), func.max(autonomy_overrides.c.number))
_ALL = select(autonomy_overrides).order_by(autonomy_overrides.c.number)


@dataclass(frozen=True, slots=True)
class DialPosition:
    """Where a call stands on the dial. `bucket` is the customer's hundredth, 0 to 99."""

    tenant: str
    procedure: str
    channel: str
    cohorts: frozenset[str]
    bucket: int

    def met_by(self, holding: Holding) -> bool:
        """Whether a holding is about this call."""
        if holding.tenant not in (self.tenant, EVERY_TENANT):
            return False
        match holding.scope:
            case "all":
                return True
            case "procedure":
                return holding.name == self.procedure
            case "channel":
                return holding.name == self.channel
            case "cohort":
                return holding.name in self.cohorts


@dataclass(frozen=True, slots=True)
class DialNames:
    """What there is to turn the dial for; `of` names the procedures, channels or cohorts of a tenant."""

    tenants: Collection[str]
    of: Callable[[Scope, str], Collection[str]]


class Dial:
    """Reads, and turns, the overrides; what they say of a call becomes facts for the policy."""

    def __init__(
        self,
        transactions: Transactions,
        journal: HashChainedJournal,
        clock: Callable[[], datetime],
        ticks: Callable[[], float] = time.monotonic,
        names: DialNames | None = None,
    ) -> None:
        self._transactions = transactions
        self._journal = journal
        self._clock = clock
        self._ticks = ticks
        self._names = names
        self._lock = asyncio.Lock()
        self._version: tuple[int, int] = (-1, -1)
        self._holdings: tuple[Holding, ...] = ()
        self._looked_at = float("-inf")

    async def facts(self, place: DialPosition) -> dict[str, Any]:
        """What the policy is told of the dial; at most once a second this looks into the database."""
        await self._look()
        if self._ticks() - self._looked_at > STALE_AFTER_S:
            return {"kill_switch": True}
        return hold_back(self._holdings, place)

    async def is_stopped(self, tenant: str) -> bool:
        """Whether everything of a tenant is stopped, or may be without this process knowing."""
        await self._look()
        if self._ticks() - self._looked_at > STALE_AFTER_S:
            return True
        meant = (tenant, EVERY_TENANT)
        return any(held.stopped and held.scope == "all" and held.tenant in meant for held in self._holdings)

    async def holdings(self, tenant: str) -> list[Holding]:
        """What holds now for a tenant, what holds for every tenant included."""
        found = combine(await self._transactions.snapshot(self._load))
        return [holding for holding in found if holding.tenant in (tenant, EVERY_TENANT)]

    async def history(self, tenant: str, limit: int = 100) -> list[Override]:
        """The last turns of the dial, newest first."""
        columns = autonomy_overrides.c
        query = select(autonomy_overrides).where(columns.tenant.in_([tenant, EVERY_TENANT]))
        query = query.order_by(columns.number.desc()).limit(limit)
        return await self._transactions.glance(
            lambda connection: [_override(row) for row in connection.execute(query).mappings()]
        )

    async def turn(self, caller: Caller, wish: Turned) -> Override:
        """Turn the dial for the caller's tenant, on the record.

        Raises:
            BadRequest: the scope and the name do not go together, or there is no reason.
            UnknownName: there is no such procedure, channel, cohort or tenant; nothing was recorded.
        """
        _check(wish)
        await self._check_names(caller.tenant, wish)
        turned = await self._transactions.write(lambda connection: self._turn(connection, caller, wish))
        self._looked_at = float("-inf")
        return turned

    def _turn(self, connection: Connection, caller: Caller, wish: Turned) -> Override:
        now = self._clock()
        row = {**asdict(wish), "tenant": caller.tenant, "by": caller.subject, "at": now}
        row["reason"] = recordable(wish.reason)
        chain = ConversationId(CHAIN.format(caller.tenant))
        payload = {"autonomy": {**row, "at": now.isoformat()}}
        entry = Draft(
            chain,
            TurnId(""),
            TenantId(caller.tenant),
            now,
            "note",
            sentence(caller, wish),
            payload=payload,
            sealed="nothing",
        )
        self._journal.append(connection, [entry])
        number = connection.execute(insert(autonomy_overrides).values(**row)).inserted_primary_key
        assert number is not None
        return _override({**row, "number": number[0]})

    async def processes(self) -> Sequence[RunningProcess]:
        """See `AutonomyDial`."""
        return await self._transactions.glance(list_running)

    async def follow(self) -> int:
        """Look now, if a second has passed; returns the number of the last turn that this process obeys."""
        await self._look()
        return self._version[1]

    async def _check_names(self, tenant: str, wish: Turned) -> None:
        """Refuse names that do not exist; what is held back under an old name can still be let go."""
        if self._names is None:
            return
        require_known("tenant", tenant, {*self._names.tenants, EVERY_TENANT})
        held = [each.name for each in await self.holdings(tenant) if each.scope == wish.scope]
        if wish.scope != "all" and wish.name not in held:
            require_known(wish.scope, wish.name, self._names.of(wish.scope, tenant))

    async def _look(self) -> None:
        """Look whether the dial was turned, once a second at most; what cannot be read stays as it was known."""
        if self._ticks() - self._looked_at < LOOK_EVERY_S:
            return
        async with self._lock:
            if self._ticks() - self._looked_at < LOOK_EVERY_S:
                return
            began = self._ticks()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self._take_over()
            except (Unavailable, RecordBroken, TimeoutError) as error:
                log.error("autonomy_unread", error=str(error), seconds=began - self._looked_at)
                return
            self._looked_at = began

    def _load(self, connection: Connection) -> list[Override]:
        """All turns of the dial, each seen to be ours, and none of them missing."""
        tags, columns = self._transactions.vault.tags, autonomy_overrides.c
        rows = connection.execute(_ALL).mappings().all()
        for row in rows:
            see_vouched(tags, "autonomy_overrides", row)
        scopes = select(journal_heads.c.conversation_id, journal_heads.c.tenant)
        for chain, tenant in connection.execute(scopes.where(journal_heads.c.conversation_id.like(CHAIN.format("%")))):
            look_complete(connection, tags, chain, autonomy_overrides, columns.tenant == tenant)
        return [_override(row) for row in rows]

    async def _take_over(self) -> None:
        row: Any = await self._transactions.glance(lambda connection: connection.execute(_VERSION).one())
        version = (int(row[0]), int(row[1] or 0))
        if version != self._version:
            self._holdings = tuple(combine(await self._transactions.snapshot(self._load)))
            if (self._version[0] >= 0 or self._holdings) and version[0]:
                log.warning("autonomy_obeyed", turns=version[0], holdings=[_line(held) for held in self._holdings])
            self._version = version


def hold_back(holdings: Iterable[Holding], place: DialPosition) -> dict[str, Any]:
    """The facts that holdings make of a call: the strictest stage, and whether anything stopped it."""
    met = [holding for holding in holdings if place.met_by(holding)]
    stages = [holding.stage if place.bucket < holding.percent else holding.rest for holding in met]
    strictest = min(stages, key=RANKS.__getitem__, default=Stage.AUTO)
    return {"kill_switch": any(holding.stopped for holding in met), "autonomy_stage": strictest.value}


def combine(overrides: Iterable[Override]) -> list[Holding]:
    """What holds after all turns so far: stopping does not forget the stage, and resuming goes back to it."""
    found: dict[tuple[str, Scope, str], Holding] = {}
    for turned in overrides:
        key = (turned.tenant, turned.scope, turned.name)
        held = found.get(key) or Holding(*key, False, Stage.AUTO, 100, Stage.APPROVE, turned)
        if turned.act == "set":
            found[key] = Holding(*key, held.stopped, turned.stage, turned.percent, turned.rest, turned)
        else:
            found[key] = Holding(*key, turned.act == "stop", held.stage, held.percent, held.rest, turned)
    return [held for held in found.values() if held.stopped or not _is_free(held)]


def sentence(caller: Caller, wish: Turned) -> str:
    """The record's line about one turn of the dial."""
    meant = wish.scope if wish.scope == "all" else f"{wish.scope} {wish.name}"
    done = {"stop": "stopped", "resume": "resumed", "set": f"set to {wish.stage.value}"}[wish.act]
    share = f" for {wish.percent} % of customers, {wish.rest.value} for the rest" if wish.percent < 100 else ""
    return f"Autonomy of {meant} was {done}{share} by {caller.subject}: {recordable(wish.reason)}"


def _line(held: Holding) -> str:
    state = "stopped" if held.stopped else held.stage.value
    return f"{held.tenant} {held.scope} {held.name}: {state} {held.percent} % {held.rest.value}"


def _is_free(held: Holding) -> bool:
    return held.stage is Stage.AUTO and held.percent >= 100


def _check(wish: Turned) -> None:
    if not wish.reason.strip():
        raise BadRequest("reason: say why")
    if (wish.scope == "all") != (not wish.name):
        raise BadRequest("name: needed for a procedure, a channel and a cohort, and for nothing else")
    if not 0 <= wish.percent <= 100:
        raise BadRequest("percent: from 0 to 100")


def _override(row: Mapping[Any, Any]) -> Override:
    values: dict[str, Any] = {name: value for name, value in row.items() if name != "mac"}
    values |= {"stage": Stage(values["stage"]), "rest": Stage(values["rest"])}
    return Override(**values)
