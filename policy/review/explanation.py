"""Why a decision was taken, in words: its rules, what they looked at, the limits in force, and what would change it."""

from dataclasses import asdict
from typing import Any, cast

from domain.errors import NotFound
from domain.ids import TenantId
from policy.control.accepted_bundles import AcceptedBundle, AcceptedBundles
from policy.engines.engine import PolicyEngine
from policy.journal.recorded_decisions import DecisionFilter, RecordedDecision, RecordedDecisions
from policy.review.alternatives import Boundary, find_boundaries, find_way
from policy.review.comparison import ask

Json = dict[str, Any]
EFFECTS = {
    "allow": "The call was allowed.",
    "confirm": "The call waited for the customer's yes.",
    "step_up": "The call waited for a fresh verification of the customer.",
    "approve": "The call waited for a supervisor's approval.",
    "deny": "The call was denied.",
    "handoff": "The case went to a person.",
}
PLUMBING = frozenset(
    {
        "call.server",
        "call.tool",
        "call.tool_digest",
        "call.arguments_digest",
        "call.arguments",
        "now",
        "facts",
        "principal.tenant",
    }
)
"""What nearly every rule looks at, or what is told anyway."""
PARTNERS = "partners.money_divisor"


class Explanations:
    """Explains recorded decisions. `engine` is today's policy: it says what would change, where it still agrees."""

    def __init__(self, recorded: RecordedDecisions, accepted: AcceptedBundles, engine: PolicyEngine) -> None:
        self._recorded = recorded
        self._accepted = accepted
        self._engine = engine

    async def explain(self, tenant: TenantId | str, decision_id: str) -> Json:
        """Explain one decision; a `tenant` that is empty may see every tenant's.

        Raises:
            NotFound: there is no such decision in the tenant's record.
        """
        async for one in self._recorded.all(DecisionFilter(tenant=tenant, decision_id=decision_id)):
            return await self.explain_recorded(one)
        raise NotFound("There is no such decision.")

    async def explain_recorded(self, one: RecordedDecision) -> Json:
        """Explain a decision that was read from the record."""
        bundle = await self._accepted.find(one.revision)
        entry = one.entry
        return {
            "decision_id": entry.decision_id,
            "at": entry.at.isoformat(timespec="seconds"),
            "conversation_id": entry.conversation_id,
            "turn_id": entry.turn_id,
            "customer_id": one.customer_id,
            "tool": entry.tool,
            "arguments": one.arguments,
            "proposed_by": _proposer(one),
            "effect": entry.effect,
            "summary": _summary(one),
            "outcome": one.outcome,
            "reasons": [_reason(one, reason, bundle) for reason in _reasons(one)],
            "evidence": _evidence(one),
            "reserve": one.decision.get("reserve"),
            "revision": one.revision,
            "bundle": _origin(bundle),
            "alternatives": await self._alternatives(one, bundle),
        }

    async def _alternatives(self, one: RecordedDecision, bundle: AcceptedBundle | None) -> Json | None:
        """What would have changed it, by today's policy, as far as that agrees with the recorded decision."""
        if not one.document:
            return None
        today = await ask(self._engine, one)
        found: Json = {"revision": self._engine.revision, "same_revision": self._engine.revision == one.revision}
        if today.effect != one.entry.effect:
            return {**found, "today": today.effect, "today_rules": list(today.rules)}
        limits: Json = bundle.data["limits"] if bundle else {}
        below, above = await find_boundaries(self._engine, one.document, limits)
        way = await find_way(self._engine, one.document)
        return {**found, "way": {**asdict(way), "words": way.words}, "below": _told(below), "above": _told(above)}


def _reasons(one: RecordedDecision) -> list[Json]:
    """The rules that spoke; where the input is gone, their names alone."""
    kept = one.decision.get("reasons")
    return cast(list[Json], kept) if kept else [{"rule": rule, "message": ""} for rule in one.entry.rules]


def _reason(one: RecordedDecision, reason: Json, bundle: AcceptedBundle | None) -> Json:
    words: Json = (bundle.rules.get(reason["rule"]) if bundle else None) or {}
    return {
        "rule": reason["rule"],
        "message": reason["message"],
        "title": words.get("title", ""),
        "description": words.get("description", ""),
        "facts": _facts(one.document, words.get("looks_at", ())),
        "limits": _limits(one, words.get("limits", ()), bundle),
    }


def _facts(document: Json, paths: Any) -> list[Json]:
    """What the rule could look at, with the values that it found; a missing one is null."""
    if not document:
        return []
    wanted = [path for path in paths if path not in PLUMBING and not any(o.startswith(path + ".") for o in paths)]
    return [{"name": path, "value": _at(document, path)} for path in wanted]


def _limits(one: RecordedDecision, names: Any, bundle: AcceptedBundle | None) -> list[Json]:
    """The limits that held for this tenant; partner agents' money limits are divided."""
    if bundle is None:
        return []
    limits: Json = bundle.data["limits"]
    own: Json = limits["tenants"].get(one.entry.tenant, {})
    divisor = _at(own, PARTNERS) or _at(limits["default"], PARTNERS) if _by_partner(one) else None
    return [
        {"name": name, "value": _divided(name, _first(_at(own, name), _at(limits["default"], name)), divisor)}
        for name in names
        if divisor or name != PARTNERS
    ]


def _divided(name: str, value: Any, divisor: Any) -> Any:
    shared = divisor and name.startswith("money_back.") and name.endswith("_minor") and isinstance(value, int)
    return value // divisor if shared else value


def _first(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _at(document: Any, path: str) -> Any:
    """The value at a dotted path, None where there is none."""
    for name in path.split("."):
        document = cast(Json, document).get(name) if isinstance(document, dict) else None
    return document


def _by_partner(one: RecordedDecision) -> bool:
    return bool(_at(one.document, "principal.chain")) or _at(one.document, "principal.agent.kind") == "partner"


def _proposer(one: RecordedDecision) -> str:
    agent: Json = _at(one.document, "principal.agent") or {}
    procedure = agent.get("procedure", "")
    return f"{agent.get('kind', '')} {agent.get('id', '')}".strip() + (f", procedure {procedure}" if procedure else "")


def _evidence(one: RecordedDecision) -> Json:
    """What was at hand, by kind; null is missing."""
    pieces: Json = one.document.get("evidence") or {}
    return {
        kind: {name: piece[name] for name in ("by", "at", "expires_at") if name in piece} if piece else None
        for kind, piece in pieces.items()
    }


def _origin(bundle: AcceptedBundle | None) -> Json | None:
    if bundle is None:
        return None
    return {"version": bundle.version or None, "signed_by": bundle.signer or None, "accepted_at": bundle.at.isoformat()}


def _summary(one: RecordedDecision) -> str:
    effect = EFFECTS.get(one.entry.effect, one.entry.effect)
    if one.entry.effect == "allow" and one.outcome:
        effect = f"{effect.removesuffix('.')}, and {one.outcome}."
    return effect if one.document else f"{effect} The record holds no input of this decision. {one.entry.rationale}"


def _told(boundary: Boundary | None) -> Json | None:
    if boundary is None:
        return None
    return {
        "from_minor": boundary.from_minor,
        "upto_minor": boundary.upto_minor,
        "needs": list(boundary.way.needs),
        "end": boundary.way.end,
        "words": boundary.way.words,
    }
