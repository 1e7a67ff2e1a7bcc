"""The policy's input: built by the gate alone, except for the call's arguments."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.principal import AuthLevel, Customer
from policy.control.evidence import Binding, Evidence
from policy.gate.fact_reader import ACCOUNT
from policy.gate.proposal import Proposal
from policy.gate.redaction import REDACTED, has_secrets, redact_arguments


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the gate knows when it asks: facts of owning systems, of the ledger and record, and the evidence at hand."""

    resource: Mapping[str, Any] = field(default_factory=dict[str, Any])
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    evidence: tuple[Evidence, ...] = ()

    def for_call(self, binding: Binding, now: datetime) -> tuple[Evidence, ...]:
        """The newest confirmation and each supervisor's newest approval for exactly this call, newest last."""
        bound = {
            (piece.kind, piece.by if piece.kind == "approval" else ""): piece
            for piece in self.evidence
            if piece.speaks_for(binding, now)
        }
        return tuple(sorted(bound.values(), key=lambda piece: piece.at))

    def verification(self, customer: Customer | None, now: datetime) -> Evidence | None:
        """The newest verification of this customer in this conversation."""
        if customer is None:
            return None
        mine = (piece for piece in self.evidence if piece.kind == "verification" and piece.customer_id == customer.id)
        return max((piece for piece in mine if piece.expires_at > now), key=lambda piece: piece.at, default=None)


def build_document(proposal: Proposal, knowledge: Knowledge, policy_revision: str, now: datetime) -> dict[str, Any]:
    """Build the whole input document of one decision (design section 4)."""
    binding = proposal.binding(policy_revision)
    held = knowledge.for_call(binding, now)
    return {
        "call": _call(proposal),
        "principal": _principal(proposal, knowledge, held, now),
        "conversation": _conversation(proposal),
        "resource": dict(knowledge.resource),
        "facts": _facts(proposal, knowledge, now),
        "evidence": _evidence(proposal, knowledge, held, binding, now),
        "now": wire_time(now),
    }


def _facts(proposal: Proposal, knowledge: Knowledge, now: datetime) -> dict[str, Any]:
    """What the gate knows beyond the call's subject; partners act only with the customer's consent on file."""
    account: Any = knowledge.resource.get(ACCOUNT) or {}
    consents: Any = account.get("consents") or {}
    consent = consents.get("partners") is True
    bucket = canary_bucket(proposal)
    return {**knowledge.facts, **_local_time(knowledge, now), "delegated_consent": consent, "canary_bucket": bucket}


def canary_bucket(proposal: Proposal) -> int:
    """Where this customer stands among the hundredths: the same for ever, on every machine."""
    name = f"{proposal.context.principal.tenant}/{proposal.customer_id or proposal.context.conversation_id}"
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:8]) % 100


def _local_time(knowledge: Knowledge, now: datetime) -> dict[str, int]:
    """The minute of the day at the customer's place, where the account says which place that is."""
    account: Any = knowledge.resource.get("account")
    try:
        local = now.astimezone(ZoneInfo(account["timezone"]))
    except (LookupError, TypeError, ValueError, OSError):
        return {}
    return {"customer_local_minute": local.hour * 60 + local.minute}


def wire_time(moment: datetime) -> str:
    """A moment in RFC 3339, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _call(proposal: Proposal) -> dict[str, Any]:
    call = proposal.call
    return {
        "id": call.id,
        "server": call.server,
        "tool": call.name,
        "tool_digest": proposal.tool.digest,
        "arguments": redact_arguments(call.arguments),
        "arguments_digest": REDACTED if has_secrets(call.arguments) else proposal.arguments_digest,
    }


def _conversation(proposal: Proposal) -> dict[str, Any]:
    context = proposal.context
    return {
        "id": context.conversation_id,
        "channel": context.channel,
        "locale": context.locale,
        "sentiment": context.sentiment,
        "confidence": context.confidence,
    }


def _principal(proposal: Proposal, knowledge: Knowledge, held: Iterable[Evidence], now: datetime) -> dict[str, Any]:
    principal = proposal.context.principal
    agent = principal.agent
    return {
        "tenant": principal.tenant,
        "customer": _customer(principal.customer, knowledge, _as_of(held, now)),
        "agent": {"id": agent.id, "kind": agent.kind, "procedure": agent.procedure},
        "chain": list(principal.chain),
    }


def _as_of(held: Iterable[Evidence], now: datetime) -> datetime:
    """When the customer's sign-in is judged: while a supervisor thought about their request, it did not grow stale."""
    return min((piece.asked_at for piece in held if piece.kind == "approval"), default=now)


def _customer(customer: Customer | None, knowledge: Knowledge, as_of: datetime) -> dict[str, Any] | None:
    """The customer as the policy sees them; `flags` is missing where the account could not be read."""
    if customer is None:
        return None
    since = _strong_since(customer, knowledge, as_of)
    level = AuthLevel.STRONG if since is not None else customer.auth_level
    seen: dict[str, Any] = {"id": customer.id, "auth_level": level.value, "auth_age_s": None}
    if since is not None:
        seen["auth_age_s"] = max(0, int((as_of - since).total_seconds()))
    account = knowledge.resource.get("account")
    if account is not None:
        seen["flags"] = account.get("flags", [])
    return seen


def _strong_since(customer: Customer, knowledge: Knowledge, as_of: datetime) -> datetime | None:
    verification = knowledge.verification(customer, as_of)
    known = [verification.at] if verification else []
    if customer.auth_level is AuthLevel.STRONG and customer.strong_since is not None:
        known.append(customer.strong_since)
    return max(known, default=None)


def _evidence(
    proposal: Proposal, knowledge: Knowledge, held: Iterable[Evidence], binding: Binding, now: datetime
) -> dict[str, Any]:
    """The evidence that holds for this call; a verification holds for whatever its customer asks."""
    pieces = {piece.kind: _piece(piece, binding) for piece in held}
    if "approval" in pieces:
        pieces["approval"]["approvers"] = sorted(piece.by for piece in held if piece.kind == "approval")
    verification = knowledge.verification(proposal.context.principal.customer, now)
    return {
        "confirmation": pieces.get("confirmation"),
        "verification": _piece(verification, binding) if verification else None,
        "approval": pieces.get("approval"),
    }


def _piece(piece: Evidence, binding: Binding) -> dict[str, Any]:
    return {
        "at": wire_time(piece.at),
        "by": piece.by,
        "arguments_digest": binding.arguments_digest,
        "policy_revision": binding.policy_revision,
        "expires_at": wire_time(piece.expires_at),
    }
