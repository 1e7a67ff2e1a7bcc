"""Questions to the policy from the command line, with or without a running service."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.clock import tell_time
from app.installation import open_installation, require_tenant
from app.policy_bundle import read_bundle
from app.settings import Settings
from domain.errors import NotFound
from domain.names import require_known
from policy.control.accepted_bundles import AcceptedBundles
from policy.engines.bundle import load_bundle
from policy.engines.embedded import EmbeddedEngine
from policy.journal.journal import HashChainedJournal
from policy.journal.recorded_decisions import DecisionFilter, RecordedDecision, RecordedDecisions
from policy.review.comparison import Comparison, compare
from policy.review.explanation import Explanations
from policy.review.shadow import Difference, Tally, read_shadow
from storage.transactions import Transactions

Progress = Callable[[int], Callable[[], None]]
"""Told how many there are, gives what to call for each."""


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """The settings' database, opened for questions."""

    transactions: Transactions
    decisions: RecordedDecisions
    accepted: AcceptedBundles


@asynccontextmanager
async def open_record(settings: Settings) -> AsyncGenerator[OpenedRecord]:
    """Open the record of the settings' database.

    Raises:
        UnknownName: there is none.
    """
    async with open_installation(settings) as opened:
        journal = HashChainedJournal(opened.transactions, tell_time)
        decisions = RecordedDecisions(opened.transactions, journal)
        yield OpenedRecord(opened.transactions, decisions, AcceptedBundles(opened.transactions))


async def explain(settings: Settings, wanted: DecisionFilter, *, reads: bool, last: bool) -> list[dict[str, Any]]:
    """Explain the wanted decisions in order; without `reads` only those about calls that change something.

    Raises:
        UnknownName: there is no such decision or conversation on the record.
        NotFound: the record holds none of the wanted.
    """
    bundle = read_bundle(settings)
    async with open_record(settings) as record:
        await _require_recorded(record, wanted)
        explanations = Explanations(record.decisions, record.accepted, EmbeddedEngine(bundle))
        found: list[RecordedDecision] = []
        for tenant, conversation_id in await record.decisions.conversations(wanted):
            decisions = await record.decisions.of_conversation(tenant, conversation_id, wanted)
            changing = [one for one in decisions if reads or bundle.tools.get(one.entry.tool, {}).get("kind") != "read"]
            found += changing[-1:] if last else changing
            if last and found:
                break
        if not found:
            raise NotFound("the record holds no decision about a call that changes something; --reads shows the others")
        return [await explanations.explain_recorded(one) for one in found]


async def _require_recorded(record: OpenedRecord, wanted: DecisionFilter) -> None:
    decision, conversation = wanted.decision_id, wanted.conversation_id
    asked = (
        ("decision_id", decision, DecisionFilter(decision_id=decision)),
        ("conversation_id", conversation, DecisionFilter(conversation_id=conversation)),
    )
    for column, name, alone in asked:
        if name and not await record.decisions.conversations(alone):
            kind = f"recorded {column.removesuffix('_id')}"
            require_known(kind, name, await record.decisions.names(column))


async def read_shadows(settings: Settings, tenant: str, revision: str) -> tuple[list[Tally], list[Difference]]:
    """What shadow bundles came to so far.

    Raises:
        UnknownName: there is no such tenant, or no such bundle was asked.
    """
    if tenant:
        require_tenant(settings, tenant)
    async with open_record(settings) as record:
        if revision:
            asked, _ = await read_shadow(record.transactions, tenant, "")
            require_known("shadow revision", revision, {one.shadow_revision for one in asked})
        return await read_shadow(record.transactions, tenant, revision)


async def diff(
    settings: Settings, changed: Path, wanted: DecisionFilter, *, limit: int, against_live: bool, progress: Progress
) -> Comparison:
    """Decide recorded inputs again by a changed bundle, which needs no signature: it decides nothing here.

    Raises:
        Misconfigured: the bundle is malformed or was not compiled.
        UnknownName: neither bundle knows the tool, or there is no such tenant.
    """
    bundle = load_bundle(changed)
    if wanted.tool:
        require_known("tool", wanted.tool, {*bundle.tools, *read_bundle(settings).tools})
    if wanted.tenant:
        require_tenant(settings, wanted.tenant)
    engine = EmbeddedEngine(bundle)
    live = EmbeddedEngine(read_bundle(settings)) if against_live else None
    async with open_record(settings) as record:
        recorded = [one async for one in record.decisions.all(wanted, limit)]

        async def each() -> AsyncGenerator[RecordedDecision]:
            for one in recorded:
                yield one

        return await compare(each(), engine, live, progress(len(recorded)))
