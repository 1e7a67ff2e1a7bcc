"""What the record may not hold, and what the policy hides from a result."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from domain.calls import Outcome
from domain.decision import Decision

SECRET_ARGUMENTS = frozenset({"code"})
"""Arguments that are not kept."""

PERSONAL_FIELDS = frozenset({"name", "email", "phone", "address"})
"""Fields of a customer's account that no rule needs to be explained by."""

REDACTED = "[redacted]"
MASKED = "[masked]"


def has_secrets(arguments: Mapping[str, Any]) -> bool:
    """Whether their digest, too, must stay out of what is kept: a code of six digits is found by trying them all."""
    return not SECRET_ARGUMENTS.isdisjoint(arguments)


def redact_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as they may be kept."""
    return {name: REDACTED if name in SECRET_ARGUMENTS else value for name, value in arguments.items()}


def redact_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """A policy input as it may be kept: without secrets, and without the account's personal fields."""
    call = {**document["call"], "arguments": redact_arguments(document["call"]["arguments"])}
    if has_secrets(document["call"]["arguments"]):
        call["arguments_digest"] = REDACTED
    resource = dict(document["resource"])
    if isinstance(resource.get("account"), dict):
        account = cast(dict[str, Any], resource["account"])
        resource["account"] = {name: value for name, value in account.items() if name not in PERSONAL_FIELDS}
    return {**document, "call": call, "resource": resource}


def mask_outcome(outcome: Outcome, decision: Decision) -> Outcome:
    """Hide what the decision obliges to hide; fields are JSON pointers, where `*` stands for every item."""
    fields = [field for obligation in decision.obligations if obligation.type == "mask" for field in obligation.fields]
    data = outcome.data
    for field in fields:
        data = _mask(data, [_unescape(part) for part in field.split("/")[1:]])
    return replace(outcome, data=data)


def _mask(value: Any, path: Sequence[str]) -> Any:
    """A copy with the named part hidden; a part that is not there stays so."""
    if not path:
        return MASKED
    if isinstance(value, dict):
        items = cast(dict[str, Any], value)
        return {name: _mask(inner, path[1:]) if path[0] in ("*", name) else inner for name, inner in items.items()}
    if isinstance(value, list):
        entries = cast(list[Any], value)
        return [_mask(inner, path[1:]) if path[0] in ("*", str(n)) else inner for n, inner in enumerate(entries)]
    return value


def _unescape(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
