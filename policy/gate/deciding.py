"""Deciding one proposal: what the gate knows, put before the policy."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from domain.decision import Decision
from domain.errors import PolicyUnavailable
from policy.control.dial import Dial
from policy.control.evidence import Evidence, load_evidence
from policy.control.pending import find_refusal
from policy.engines.engine import PolicyEngine
from policy.gate.decisions import parse_decision, refuse
from policy.gate.documents import Knowledge, build_document, canary_bucket
from policy.gate.entries import DecisionContext
from policy.gate.fact_reader import ACCOUNT, FactReader
from policy.gate.ledger import Ledger
from policy.gate.proposal import Proposal, place_of
from policy.gate.recorded_calls import RecordedCall, contact_changed, find_call, find_reads
from policy.gate.turn_memory import TurnMemory
from policy.review.shadow import Observer
from storage.transactions import Transactions

DECISION_TIMEOUT_S = 1.0
"""An engine has its own, shorter time-out; this one holds even if it forgets it."""


ROUNDS = 3
"""How often a decision is taken afresh because the bundle changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Past:
    """What happened before: to this very call (`recorded`, `refusal`), and to the customer and conversation."""

    recorded: RecordedCall | None
    refusal: str | None
    facts: dict[str, Any]


class DecisionService:
    """Looks up the past, reads the facts and asks the policy."""

    def __init__(
        self,
        transactions: Transactions,
        ledger: Ledger,
        engine: PolicyEngine,
        reader: FactReader,
        dial: Dial,
        clock: Callable[[], datetime],
    ) -> None:
        self._transactions = transactions
        self._ledger = ledger
        self._engine = engine
        self._reader = reader
        self._dial = dial
        self._clock = clock
        self.observer: Observer | None = None

    async def look_back(self, proposal: Proposal, memory: TurnMemory) -> Past:
        """Look up what the database knows; a write looks every time, a read once a turn."""
        if proposal.is_write:
            return await self._look_back_on_write(proposal, memory)
        if not memory.loaded:
            await self._load(proposal, memory)
        return Past(memory.reads.get(proposal.key), None, {})

    async def rule(self, proposal: Proposal, past: Past, memory: TurnMemory) -> DecisionContext:
        """Read the facts and decide.

        Raises:
            ToolUnavailable: a system that must be asked does not answer.
            PolicyUnavailable: there is no usable decision.
        """
        for _ in range(ROUNDS):
            revision, proposal = self._engine.revision, self._reader.renew(proposal)
            resource = await self._reader.read(proposal, memory.facts)
            if self._reader.needs_account(proposal) and ACCOUNT not in resource:
                return DecisionContext(refuse("gate/account_unknown", "The customer's account cannot be found."), {})
            knowledge = Knowledge(resource, await self._facts(proposal, past, resource), memory.evidence)
            decision_context = await self._ask(proposal, knowledge, revision)
            if decision_context.decision.policy_revision == revision:
                return decision_context
        raise PolicyUnavailable("the answer is of another policy revision")

    async def rehearse(self, decision_context: DecisionContext) -> Decision | None:
        """What the policy would decide if the dial held nothing back; None where it does not answer."""
        document = {**decision_context.document, "facts": {**decision_context.document["facts"], "rehearsal": True}}
        try:
            async with asyncio.timeout(DECISION_TIMEOUT_S):
                return parse_decision(await self._engine.decide(document))
        except (PolicyUnavailable, TimeoutError):
            return None

    async def _facts(self, proposal: Proposal, past: Past, resource: dict[str, Any]) -> dict[str, Any]:
        """What happened before, and for a write how far the dial lets it go."""
        if not proposal.is_write:
            return past.facts
        return {**past.facts, **await self._dial.facts(place_of(proposal, resource, canary_bucket(proposal)))}

    async def is_stopped(self, proposal: Proposal) -> bool:
        """Whether operators stopped what this write belongs to; a representative's own is never dialled."""
        if proposal.context.principal.agent.kind == "representative":
            return False
        facts = await self._dial.facts(place_of(proposal, {}, canary_bucket(proposal)))
        return bool(facts["kill_switch"])

    async def suppose(self, proposal: Proposal, memory: TurnMemory) -> DecisionContext:
        """Decide as if the customer had said yes to exactly this call; nothing of it is kept.

        Raises:
            ToolUnavailable: a system that must be asked does not answer.
            PolicyUnavailable: there is no usable decision.
        """
        past = await self.look_back(proposal, memory)
        yes = suppose_yes(proposal, self._engine.revision, self._clock())
        return await self.rule(proposal, past, replace(memory, evidence=(*memory.evidence, yes)))

    async def _ask(self, proposal: Proposal, knowledge: Knowledge, revision: str) -> DecisionContext:
        now = self._clock()
        document = build_document(proposal, knowledge, revision, now)
        try:
            async with asyncio.timeout(DECISION_TIMEOUT_S):
                answer = await self._engine.decide(document)
        except TimeoutError as error:
            raise PolicyUnavailable("the policy did not answer in time") from error
        decision_context = DecisionContext(
            parse_decision(answer), document, knowledge.for_call(proposal.binding(revision), now)
        )
        if self.observer is not None and decision_context.decision.policy_revision == revision:
            self.observer.observe(document, decision_context.decision)
        return decision_context

    async def _look_back_on_write(self, proposal: Proposal, memory: TurnMemory) -> Past:
        past, held = await self._transactions.glance(lambda connection: self._look_up(connection, proposal))
        memory.evidence = held
        return past

    def _look_up(self, connection: Connection, proposal: Proposal) -> tuple[Past, tuple[Evidence, ...]]:
        recorded = find_call(connection, self._transactions.vault, proposal.key)
        if recorded is not None:
            return Past(recorded, None, {}), ()
        context = proposal.context
        facts = self._ledger.facts(connection, context.principal.tenant, proposal.customer_id, proposal.subject)
        changed = contact_changed(connection, context.conversation_id)
        refusal = find_refusal(connection, self._transactions.vault.tags, proposal.key)
        past = Past(None, refusal, {**facts, "contact_changed_in_conversation": changed})
        return past, tuple(load_evidence(connection, self._transactions.vault.tags, context.conversation_id))

    async def _load(self, proposal: Proposal, memory: TurnMemory) -> None:
        conversation = proposal.context.conversation_id
        memory.evidence, kept = await self._transactions.glance(
            lambda connection: (
                tuple(load_evidence(connection, self._transactions.vault.tags, conversation)),
                find_reads(connection, self._transactions.vault, conversation),
            )
        )
        memory.kept_reads = memory.kept_reads or bool(kept)
        memory.reads = {**kept, **memory.reads}
        memory.loaded = True


def suppose_yes(proposal: Proposal, policy_revision: str, now: datetime) -> Evidence:
    """A confirmation that nobody gave, for asking what one would lead to. It has no row, so that no call can use it."""
    context = proposal.context
    return Evidence(
        id="supposed",
        kind="confirmation",
        tenant=context.principal.tenant,
        conversation_id=context.conversation_id,
        customer_id=proposal.customer_id,
        binding=proposal.binding(policy_revision),
        by="supposed",
        at=now,
        asked_at=now,
        expires_at=now + timedelta(minutes=1),
    )
