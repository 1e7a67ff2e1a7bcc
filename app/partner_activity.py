"""What was decided and done in a partner's name, read from the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.clock import tell_time
from app.installation import open_installation, require_tenant
from app.partner_onboarding import read_partners
from app.policy_bundle import read_bundle
from app.settings import Settings
from domain.ids import ConversationId, TenantId
from domain.names import require_known
from policy.journal.journal import HashChainedJournal
from policy.journal.recorded_decisions import DecisionFilter, RecordedDecision, RecordedDecisions
from storage.tables.partner_tasks import tasks
from storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class ActivityQuestion:
    """Whose activity, about which customer (anybody where empty), which decisions, and how many of the latest."""

    partner: str
    customer: str
    wanted: DecisionFilter
    limit: int


async def list_activity(settings: Settings, asked: ActivityQuestion) -> list[dict[str, Any]]:
    """The decisions that were made about a partner's calls, newest first; one that was taken off the list has them too.

    Raises:
        UnknownName: there is no such tenant, partner or tool; the message gives the nearest.
    """
    tenant = TenantId(asked.wanted.tenant)
    require_tenant(settings, tenant)
    if asked.wanted.tool:
        require_known("tool", asked.wanted.tool, read_bundle(settings).tools)
    async with open_installation(settings) as opened:
        held = await _read_conversations(opened.transactions, tenant)
        names = {each.name for each in read_partners(settings, ()) if each.tenant == tenant} | {*held}
        require_known("partner", asked.partner, names, of=tenant)
        record = RecordedDecisions(opened.transactions, HashChainedJournal(opened.transactions, tell_time))
        found: list[dict[str, Any]] = []
        for conversation in held.get(asked.partner, ()):
            decisions = await record.of_conversation(tenant, conversation, asked.wanted)
            found += [_describe(each) for each in decisions if _is_theirs(each, asked)]
    return sorted(found, key=lambda each: each["at"], reverse=True)[: asked.limit]


async def _read_conversations(transactions: Transactions, tenant: TenantId) -> Mapping[str, list[ConversationId]]:
    """Every partner's conversations, the latest first."""
    named = select(tasks.c.partner, tasks.c.conversation_id).where(tasks.c.tenant == tenant)
    query = named.group_by(tasks.c.partner, tasks.c.conversation_id).order_by(func.max(tasks.c.changed_at).desc())
    rows = await transactions.read(lambda connection: connection.execute(query).all())
    found: dict[str, list[ConversationId]] = {}
    for row in rows:
        found.setdefault(row.partner, []).append(ConversationId(row.conversation_id))
    return found


def _is_theirs(decision: RecordedDecision, asked: ActivityQuestion) -> bool:
    """Whether the partner acted, and not one of our people in its conversation; of an erased input nothing is known."""
    principal = decision.document.get("principal", {})
    hands = {principal.get("agent", {}).get("id"), *principal.get("chain", ())} if principal else {asked.partner}
    return asked.partner in hands and asked.customer in ("", decision.customer_id)


def _describe(decision: RecordedDecision) -> dict[str, Any]:
    entry = decision.entry
    return {
        "at": entry.at.isoformat(),
        "conversation_id": entry.conversation_id,
        "customer_id": decision.customer_id,
        "tool": entry.tool,
        "arguments": decision.arguments,
        "effect": entry.effect,
        "outcome": decision.outcome,
        "rules": list(entry.rules),
        "decision_id": entry.decision_id,
    }
