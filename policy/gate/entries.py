"""The record's lines about tool calls."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.calls import CallContext, Outcome, ToolCall
from domain.decision import Decision
from policy.control.evidence import Evidence
from policy.gate.decisions import decision_json
from policy.gate.proposal import AuthorizedCall, Proposal
from policy.gate.redaction import redact_document
from policy.journal.journal import Draft
from storage.tables.control import dump

OWN_RULES = "gate/"
"""The gate's own refusals repeat what was proposed; the policy's rules say what is so for everybody."""


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """A decision with everything it was made from."""

    decision: Decision
    document: dict[str, Any]
    held: tuple[Evidence, ...] = ()

    @property
    def resource(self) -> dict[str, Any]:
        """What the gate read to decide."""
        return self.document.get("resource", {})


def decided(proposal: Proposal, decision_context: DecisionContext, at: datetime) -> Draft:
    """A decision after which nothing executes: refused, handed off, or waiting for evidence."""
    return _about(proposal, decision_context, at, "decision")


def rehearsed(proposal: Proposal, decision_context: DecisionContext, rehearsal: Decision | None, at: datetime) -> Draft:
    """A call that the dial left to people, with what it would have come to."""
    draft = decided(proposal, decision_context, at)
    if rehearsal is None:
        return draft
    draft.payload["rehearsal"] = decision_json(rehearsal)
    would_be = f"It would have come to: {rehearsal.effect.value} ({', '.join(rehearsal.rules)})."
    return replace(draft, rationale=f"{draft.rationale} {would_be}")


def considered(proposal: Proposal, decision_context: DecisionContext, at: datetime) -> Draft:
    """What the policy would have said to a call that was not proposed yet."""
    return _about(proposal, decision_context, at, "note")


def intended(proposal: Proposal, decision_context: DecisionContext, at: datetime) -> Draft:
    """A decision to allow a write, written before it executes."""
    return _about(proposal, decision_context, at, "intent")


def read_done(proposal: Proposal, decision_context: DecisionContext, outcome: Outcome, at: datetime) -> Draft:
    """A decision to allow a read, and what came of it in one line: the result itself is not the record's business."""
    draft = _about(proposal, decision_context, at, "decision", outcome.status)
    draft.payload["result_digest"] = fingerprint(outcome.data)
    return draft


def finished(authorized: AuthorizedCall, outcome: Outcome, at: datetime) -> Draft:
    """What a server answered to a write."""
    payload = {"key": authorized.key, "data": outcome.data, "error": outcome.error}
    draft = _after(authorized, outcome.status, f"{authorized.call.tool} {outcome.status}.", payload, at)
    return replace(draft, sealed="payload")


def left_open(authorized: AuthorizedCall, error: str, at: datetime) -> Draft:
    """No usable answer to a write: it may or may not have happened."""
    rationale = f"It is not known whether {authorized.call.tool} happened: {error}."
    return _after(authorized, "unknown", rationale, {"key": authorized.key}, at)


def refused_unasked(context: CallContext, call: ToolCall, decision: Decision, at: datetime) -> Draft:
    """A refusal by the gate itself, before the policy was asked; unchecked arguments stay out of the record."""
    return Draft(
        context.conversation_id,
        context.turn_id,
        context.principal.tenant,
        at,
        "decision",
        decision.rationale,
        tool=call.tool,
        decision_id=decision.id,
        effect=decision.effect.value,
        rules=decision.rules,
        payload={"call_id": call.id, "agent": context.principal.agent.id, **_whose(context)},
    )


def _whose(context: CallContext) -> dict[str, str]:
    """For whom the call was proposed, where no input to the policy says so."""
    customer = context.principal.customer
    return {"customer": customer.id} if customer else {}


def fingerprint(data: Any) -> str:
    """Name a result, whatever a server put into it."""
    return "sha256:" + hashlib.sha256(dump(data).encode()).hexdigest()


def _about(proposal: Proposal, decision_context: DecisionContext, at: datetime, kind: Any, outcome: str = "") -> Draft:
    decision, context = decision_context.decision, proposal.context
    kept = redact_document(decision_context.document) if decision_context.document else {}
    return Draft(
        context.conversation_id,
        context.turn_id,
        context.principal.tenant,
        at,
        kind,
        decision.rationale,
        tool=proposal.call.tool,
        decision_id=decision.id,
        effect=decision.effect.value,
        outcome=outcome,
        rules=decision.rules,
        payload={
            "key": proposal.key,
            "input": kept,
            "digests": _digests(kept),
            "model": context.model,
            "decision": decision_json(decision),
            "evidence": _evidence_ids(decision_context.held),
            **({} if kept else _whose(context)),
        },
        sealed="all" if any(rule.startswith(OWN_RULES) for rule in decision.rules) else "payload",
    )


def _digests(kept: dict[str, Any]) -> dict[str, str]:
    """What was decided on, as digests: of the whole input as it is kept, of what was read, and of the facts."""
    parts = {"input": kept, "resource": kept.get("resource"), "facts": kept.get("facts")}
    return {name: fingerprint(part) for name, part in parts.items()} if kept else {}


def _evidence_ids(held: Sequence[Evidence]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for piece in held:
        ids[piece.kind] = f"{ids[piece.kind]} {piece.id}" if piece.kind in ids else piece.id
    return ids


def _after(authorized: AuthorizedCall, outcome: str, rationale: str, payload: dict[str, Any], at: datetime) -> Draft:
    return Draft(
        authorized.conversation_id,
        authorized.turn_id,
        authorized.tenant,
        at,
        "outcome",
        rationale,
        tool=authorized.call.tool,
        decision_id=authorized.decision.id,
        effect=authorized.decision.effect.value,
        outcome=outcome,
        rules=authorized.decision.rules,
        payload=payload,
    )
