"""Shadow mode: a second bundle decides beside the live one; nobody waits for it, and only differences are kept."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.decision import Decision
from domain.errors import PolicyUnavailable
from policy.engines.engine import Document
from policy.journal.recorded_decisions import amount_of, rebind
from storage.tables.control import shadow_differences, shadow_tallies
from storage.transactions import Transactions

log = structlog.get_logger()
QUEUE = 1000
"""So many inputs may wait; beyond that they are dropped and counted, since the live policy goes first."""
BATCH = 100
COUNTS = ("compared", "differed", "failed", "dropped")


class Observer(Protocol):
    """Whoever looks on at decisions; it must neither raise nor take time."""

    def observe(self, document: Document, decision: Decision) -> None:
        """Take note of one decision and its input."""
        ...


class ShadowEngine(Protocol):
    """A bundle that is asked beside the live one."""

    @property
    def revision(self) -> str:
        """The digest of its rules and data."""
        ...

    def decide_now(self, document: Document) -> Document:
        """Decide one input, on any thread.

        Raises:
            PolicyUnavailable: there is no usable answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Seen:
    document: Document
    decision: Decision
    at: datetime

    @property
    def tool(self) -> str:
        call = self.document["call"]
        return f"{call['server']}.{call['tool']}"

    @property
    def tenant(self) -> str:
        return self.document["principal"]["tenant"]


@dataclass
class _Findings:
    """What a batch came to, on its way into the database."""

    revision: str
    counts: dict[tuple[str, str, str], Counter[str]] = field(default_factory=dict[tuple[str, str, str], Counter[str]])
    differences: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def count(self, seen: _Seen, name: str) -> None:
        key = (seen.tenant, seen.decision.policy_revision, seen.tool)
        self.counts.setdefault(key, Counter())[name] += 1

    def total(self, name: str) -> int:
        return sum(counts[name] for counts in self.counts.values())


class Shadow:
    """Asks the shadow engine off the turn's path. Its failure is a count, never the live decision's business."""

    def __init__(self, engine: ShadowEngine, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._transactions = transactions
        self._clock = clock
        self._waiting: asyncio.Queue[_Seen] = asyncio.Queue(QUEUE)
        self._dropped: list[_Seen] = []
        self._working = asyncio.Lock()
        self.totals: Counter[str] = Counter()

    def observe(self, document: Document, decision: Decision) -> None:
        """See `Observer.observe`."""
        seen = _Seen(document, decision, self._clock())
        try:
            self._waiting.put_nowait(seen)
        except asyncio.QueueFull:
            self._dropped.append(replace(seen, document=_labels(document)))
            self.totals["dropped"] += 1

    def renew(self, engine: ShadowEngine) -> None:
        """Ask another bundle from the next decision on."""
        self._engine = engine

    async def settle(self) -> None:
        """Return once everything that was observed so far is decided and kept."""
        async with self._working:
            while self._dropped or not self._waiting.empty():
                await self._work_off()

    async def _work_off(self) -> None:
        """Decide what waits, and keep what came of it; trouble is logged and counted."""
        batch = list[_Seen]()
        while len(batch) < BATCH and not self._waiting.empty():
            batch.append(self._waiting.get_nowait())
        dropped, self._dropped = self._dropped, []
        findings = await asyncio.to_thread(_compare_all, self._engine, batch)
        for seen in dropped:
            findings.count(seen, "dropped")
        self.totals.update({name: findings.total(name) for name in COUNTS if name != "dropped"})
        try:
            await self._transactions.write(lambda connection: self._keep(connection, findings), durable=False)
        except Exception as error:  # noqa: BLE001 - a shadow's trouble stays a shadow's
            log.error("shadow_not_kept", why=repr(error), decisions=len(batch))

    def _keep(self, connection: Connection, findings: _Findings) -> None:
        dialect_insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        for (tenant, revision, tool), counts in findings.counts.items():
            key = {"tenant": tenant, "live_revision": revision, "tool": tool, "shadow_revision": findings.revision}
            statement = dialect_insert(shadow_tallies).values(**key, **{name: counts[name] for name in COUNTS})
            sums = {name: shadow_tallies.c[name] + counts[name] for name in COUNTS}
            connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=sums))
        if findings.differences:
            connection.execute(insert(shadow_differences), findings.differences)


def _compare_all(engine: ShadowEngine, batch: Sequence[_Seen]) -> _Findings:
    findings = _Findings(engine.revision)
    for seen in batch:
        _compare(engine, seen, findings)
    return findings


def _compare(engine: ShadowEngine, seen: _Seen, findings: _Findings) -> None:
    try:
        answer = engine.decide_now(rebind(seen.document, engine.revision))
    except PolicyUnavailable:
        findings.count(seen, "failed")
        answer: Document = {"effect": "none", "reasons": []}
    except Exception as error:  # noqa: BLE001 - a shadow's crash stays a shadow's
        log.error("shadow_failed", why=repr(error))
        findings.count(seen, "failed")
        return
    findings.count(seen, "compared")
    if answer["effect"] != seen.decision.effect.value:
        findings.count(seen, "differed")
        findings.differences.append(_difference(seen, answer, engine.revision))


def _labels(document: Document) -> Document:
    """What a dropped input is counted by; the rest need not be kept."""
    call, tenant = document["call"], document["principal"]["tenant"]
    return {"call": {"server": call["server"], "tool": call["tool"]}, "principal": {"tenant": tenant}}


@dataclass(frozen=True, slots=True)
class Tally:
    """How a shadow bundle compared for one tool."""

    tenant: str
    live_revision: str
    shadow_revision: str
    tool: str
    compared: int
    differed: int
    failed: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One decision that the shadow bundle would have taken otherwise."""

    decision_id: str
    shadow_revision: str
    live_revision: str
    tenant: str
    conversation_id: str
    customer_id: str
    call_id: str
    tool: str
    amount_minor: int | None
    live_effect: str
    live_rules: Sequence[str]
    shadow_effect: str
    shadow_rules: Sequence[str]
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """Everything that is known of it."""
        return asdict(self) | {"at": self.at.isoformat(timespec="seconds")}


async def read_shadow(
    transactions: Transactions, tenant: str = "", shadow_revision: str = ""
) -> tuple[list[Tally], list[Difference]]:
    """What shadow bundles came to, the latest difference first; of one tenant and bundle, or of all."""

    def read(connection: Connection) -> tuple[list[Tally], list[Difference]]:
        tallies = _narrowed(shadow_tallies, tenant, shadow_revision).order_by(shadow_tallies.c.tool)
        differences = _narrowed(shadow_differences, tenant, shadow_revision).order_by(shadow_differences.c.at.desc())
        return (
            [Tally(**row) for row in connection.execute(tallies).mappings()],
            [Difference(**row) for row in connection.execute(differences).mappings()],
        )

    return await transactions.read(read)


def _narrowed(table: Any, tenant: str, shadow_revision: str) -> Any:
    query = select(table)
    if tenant:
        query = query.where(table.c.tenant == tenant)
    return query.where(table.c.shadow_revision == shadow_revision) if shadow_revision else query


def _difference(seen: _Seen, answer: Document, revision: str) -> dict[str, Any]:
    document, decision = seen.document, seen.decision
    customer: Document = document["principal"]["customer"] or {}
    return {
        "decision_id": decision.id,
        "shadow_revision": revision,
        "live_revision": decision.policy_revision,
        "tenant": seen.tenant,
        "conversation_id": document["conversation"]["id"],
        "customer_id": customer.get("id", ""),
        "call_id": document["call"]["id"],
        "tool": seen.tool,
        "amount_minor": amount_of(document),
        "live_effect": decision.effect.value,
        "live_rules": sorted(set(decision.rules)),
        "shadow_effect": answer["effect"],
        "shadow_rules": sorted({reason["rule"] for reason in answer["reasons"]}),
        "at": seen.at,
    }
