"""Whether what an engine answered is exactly a decision; anything else is no answer at all."""

from collections.abc import Callable
from typing import Any, cast

from domain.conversation import QUEUES
from domain.decision import Effect
from domain.errors import PolicyUnavailable

Check = Callable[[Any], bool]
MAX_AMOUNT = 2**53 - 1

EFFECTS = frozenset(effect.value for effect in Effect)
PRIORITIES = frozenset({"urgent", "high", "normal"})


class OtherRevision(PolicyUnavailable):
    """The answer is sound, and was made by other rules or data than expected."""

    def __init__(self, revision: str, expected: str) -> None:
        super().__init__(f"the policy answered with revision {revision}, not {expected}")
        self.revision = revision


def check_decision(answer: Any, revision: str) -> dict[str, Any]:
    """Return the answer if it is a decision of this revision.

    Raises:
        PolicyUnavailable: it is undefined, has another form, or was made by other rules or data (`OtherRevision`).
    """
    return _checked(answer, _is_decision, revision)


def check_escalation(answer: Any, revision: str) -> dict[str, Any]:
    """Return the answer if it says whether to hand off, under this revision.

    Raises:
        PolicyUnavailable: see `check_decision`.
    """
    return _checked(answer, _is_escalation, revision)


def revision_of(answer: Any) -> str:
    """The revision that made a decision, whichever it is.

    Raises:
        PolicyUnavailable: it is no decision.
    """
    if not _is_decision(answer):
        raise PolicyUnavailable("the policy's answer is undefined or malformed")
    return answer["policy_revision"]


def _checked(answer: Any, has_form: Check, revision: str) -> dict[str, Any]:
    if not has_form(answer):
        raise PolicyUnavailable("the policy's answer is undefined or malformed")
    if answer["policy_revision"] != revision:
        raise OtherRevision(answer["policy_revision"], revision)
    return answer


def _fields(value: Any, fields: dict[str, Check]) -> bool:
    """Whether the value is an object of exactly these fields, each of its form."""
    if not isinstance(value, dict):
        return False
    record = cast(dict[str, Any], value)
    return record.keys() == fields.keys() and all(check(record[name]) for name, check in fields.items())


def _all(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(item) for item in cast(list[Any], value))


def _one_of(words: frozenset[str]) -> Check:
    return lambda value: isinstance(value, str) and value in words


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_AMOUNT


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_obligation(value: Any) -> bool:
    kind = cast(dict[str, Any], value).get("type") if isinstance(value, dict) else None
    return isinstance(kind, str) and kind in OBLIGATIONS and _fields(value, OBLIGATIONS[kind])


def _is_reserve(value: Any) -> bool:
    return value is None or _fields(value, RESERVE)


def _is_decision(value: Any) -> bool:
    return _fields(value, DECISION) and bool(value["reasons"])


def _is_handoff(value: Any) -> bool:
    return value is None or _fields(value, HANDOFF)


def _is_escalation(value: Any) -> bool:
    return _fields(value, ESCALATION)


OBLIGATIONS: dict[str, dict[str, Check]] = {
    "mask": {"type": _is_text, "fields": _all(lambda field: _is_text(field) and field.startswith("/"))},
    "notify": {"type": _is_text},
    "disclose": {"type": _is_text, "text": _is_text},
    "approvals": {"type": _is_text, "count": lambda value: _is_count(value) and value > 1},
}
RESERVE: dict[str, Check] = {
    "bucket": _is_text,
    "amount_minor": lambda value: _is_count(value) and value > 0,
    "limit_minor": _is_count,
    "limit_count": lambda value: value is None or _is_count(value),
    "window_days": lambda value: _is_count(value) and value > 0,
}
DECISION: dict[str, Check] = {
    "effect": _one_of(EFFECTS),
    "reasons": _all(lambda reason: _fields(reason, {"rule": _is_text, "message": _is_text})),
    "obligations": _all(_is_obligation),
    "reserve": _is_reserve,
    "policy_revision": _is_text,
}
THRESHOLDS = ("route", "clarify", "margin", "with_answer", "person", "churn", "offer")
HANDOFF: dict[str, Check] = {"reason": _is_text, "queue": _one_of(frozenset(QUEUES)), "priority": _one_of(PRIORITIES)}
ESCALATION: dict[str, Check] = {
    "handoff": _is_handoff,
    "thresholds": lambda value: _fields(value, dict.fromkeys(THRESHOLDS, _is_share)),
    "policy_revision": _is_text,
}
