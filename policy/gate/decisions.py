"""Taking the engine's answer as a decision, exactly or not at all."""

from typing import Any, TypeGuard, cast
from uuid import uuid4

from domain.decision import Decision, Effect, Obligation, Reason, Reserve
from domain.errors import PolicyUnavailable
from domain.ids import DecisionId

_KEYS = {"effect", "reasons", "obligations", "reserve", "policy_revision"}
_OBLIGATIONS = {"mask", "notify", "disclose", "approvals"}


def new_decision_id() -> DecisionId:
    """Make an id for one decision."""
    return DecisionId(f"dec_{uuid4().hex}")


def refuse(rule: str, message: str) -> Decision:
    """A denial by the gate itself, for what the policy need not or cannot be asked about."""
    return Decision(new_decision_id(), Effect.DENY, (Reason(rule, message),))


def parse_decision(answer: Any) -> Decision:
    """Read one answer of an engine.

    Raises:
        PolicyUnavailable: it is not exactly a decision.
    """
    try:
        return _parse(answer)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PolicyUnavailable(f"the policy's answer is not a decision: {error!r}") from error


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision as it is kept."""
    return {
        "id": decision.id,
        "effect": decision.effect.value,
        "reasons": [{"rule": reason.rule, "message": reason.message} for reason in decision.reasons],
        "obligations": [_obligation_json(obligation) for obligation in decision.obligations],
        "reserve": reserve_json(decision.reserve),
        "policy_revision": decision.policy_revision,
    }


def read_decision(kept: dict[str, Any]) -> Decision:
    """A decision from how it was kept."""
    parsed = _parse({name: value for name, value in kept.items() if name != "id"})
    return _with_id(parsed, DecisionId(kept["id"]))


def reserve_json(reserve: Reserve | None) -> dict[str, Any] | None:
    """What a decision reserves, as it is kept."""
    if reserve is None:
        return None
    return {
        "bucket": reserve.bucket,
        "amount_minor": reserve.amount_minor,
        "limit_minor": reserve.limit_minor,
        "window_days": reserve.window_days,
        "limit_count": reserve.limit_count,
    }


def _parse(answer: Any) -> Decision:
    if not isinstance(answer, dict) or set(cast(dict[str, Any], answer)) != _KEYS:
        raise TypeError("it does not have exactly a decision's fields")
    given = cast(dict[str, Any], answer)
    return Decision(
        id=new_decision_id(),
        effect=Effect(given["effect"]),
        reasons=tuple(Reason(_text(reason["rule"]), _text(reason["message"])) for reason in _list(given["reasons"])),
        obligations=tuple(_obligation(obligation) for obligation in _list(given["obligations"])),
        reserve=_reserve(given["reserve"]),
        policy_revision=_text(given["policy_revision"]),
    )


def _with_id(decision: Decision, decision_id: DecisionId) -> Decision:
    return Decision(
        decision_id,
        decision.effect,
        decision.reasons,
        decision.obligations,
        decision.reserve,
        decision.policy_revision,
    )


def _obligation(given: dict[str, Any]) -> Obligation:
    if given["type"] not in _OBLIGATIONS:
        raise ValueError("unknown obligation")
    fields = tuple(_text(field) for field in _list(given.get("fields", [])))
    return Obligation(given["type"], fields, _text(given.get("text", "")), _natural(given.get("count", 0)))


def _obligation_json(obligation: Obligation) -> dict[str, Any]:
    kept: dict[str, Any] = {"type": obligation.type, "fields": list(obligation.fields), "text": obligation.text}
    return {**kept, "count": obligation.count} if obligation.count else kept


def _reserve(given: Any) -> Reserve | None:
    if given is None:
        return None
    count = given.get("limit_count")
    return Reserve(
        bucket=_text(given["bucket"]),
        amount_minor=_natural(given["amount_minor"]),
        limit_minor=_natural(given["limit_minor"]),
        window_days=_natural(given["window_days"]),
        limit_count=None if count is None else _natural(count),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _list(value: Any) -> list[Any]:
    if not _is_list(value):
        raise TypeError("list expected")
    return value


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _natural(value: Any) -> int:
    """A whole number from 0 on: Rego's 3999.0 is one, true is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value != int(value):
        raise ValueError("whole number expected")
    return int(value)
