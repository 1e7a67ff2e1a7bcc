"""Walking a procedure from its opening to its end on plain data, wording everything it says in all five languages."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from agents.catalogue import Catalogue, load_catalogue
from agents.procedure import Ask, Call, Case, Consider, Declined, Delegate, End, HandOff, Resolved, Say, Step
from agents.replay import next_step
from agents.specialist import Saying
from agents.wording import Voice
from domain.conversation import LOCALES
from domain.understanding import Entity

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""A Friday morning in New York."""
CUSTOMER = {"customer_id": "C-1", "timezone": "America/New_York", "flags": []}
MAX_STEPS = 80


@dataclass(frozen=True)
class Trouble:
    """Something other than a result: `refused`, `failed` or `withdrawn`, by `customer` or `supervisor`."""

    kind: str
    by: str = "customer"

    @property
    def data(self) -> dict[str, Any]:
        return {"rules": ["area/rule"], "message": "not allowed", "error": "it broke", "by": self.by, "reason": ""}


REFUSED, FAILED, WITHDRAWN = Trouble("refused"), Trouble("failed"), Trouble("withdrawn")
REJECTED = Trouble("withdrawn", "supervisor")


@dataclass
class Walked:
    """What a journey did: its calls, what it asked, said and delegated, and how it ended."""

    end: End
    steps: list[Step] = field(default_factory=list)

    @property
    def calls(self) -> list[str]:
        return [step.tool for step in self.steps if isinstance(step, Call)]

    def arguments(self, tool: str) -> dict[str, Any]:
        return next(step.arguments for step in reversed(self.steps) if isinstance(step, Call) and step.tool == tool)

    @property
    def said(self) -> list[str]:
        return [step.reply for step in self.steps if isinstance(step, Say | Ask)]

    @property
    def asked(self) -> list[str]:
        return [step.slot for step in self.steps if isinstance(step, Ask)]

    def facts(self, reply: str) -> dict[str, Any]:
        return next(step.facts for step in self.steps if isinstance(step, Say | Ask) and step.reply == reply)

    def question(self, slot: str) -> Ask:
        return next(step for step in self.steps if isinstance(step, Ask) and step.slot == slot)

    @property
    def delegated(self) -> list[tuple[str, dict[str, Any]]]:
        return [(step.procedure, step.facts) for step in self.steps if isinstance(step, Delegate)]


Result = Any | Trouble | Callable[..., Any]


def open_case(name: str, text: str = "", *entities: Entity, **facts: Any) -> Case:
    """A case as the router opens it."""
    return Case(name, 1, "C-1", "en", "chat", text, NOW, facts, entities, entities)


def walk(case: Case, tools: Mapping[str, Result], answers: Mapping[str, Any] | None = None, **delegated: Any) -> Walked:
    """Take a case to its end.

    `tools` gives each tool's result: plain, trouble, a function of the arguments, or a list of these, one per call.
    `answers` gives each slot's value likewise; `delegated` how procedures of that name end: resolved or declined.
    """
    given, told = _copied(tools), _copied(answers or {})
    function = _catalogue().procedure(case.procedure).function  # pyright: ignore[reportOptionalMemberAccess]
    steps: list[Step] = []
    while isinstance(step := next_step(function, case), Call | Consider | Ask | Say | Delegate):
        assert len(steps) < MAX_STEPS, f"{case.procedure} never ends"
        steps.append(step)
        case = _take(case, step, given, told, delegated)
    _word(case.procedure, step.reply, step.facts)
    return Walked(step, steps)


def _take(case: Case, step: Step, tools: Any, answers: Mapping[str, Any], delegated: Mapping[str, str]) -> Case:
    match step:
        case Call():
            return _record(case, step, _result(tools, step))
        case Consider():
            return case.took(step, "value", tools.get("consider", True))
        case Ask():
            shown = [{"value": c.value, "label": c.label, "date": c.date, "time": c.time} for c in step.choices]
            _word(case.procedure, step.reply, {**step.facts, "choices": shown})
            return _record(case, step, case.facts[step.slot] if step.slot in case.facts else _next(answers[step.slot]))
        case Say():
            _word(case.procedure, step.reply, step.facts)
            return case.took(step, "value")
        case Delegate():
            kind = delegated[step.procedure.partition(".")[2]]
            return case.took(step, "ended", {"kind": kind, "reply": "", "facts": {}})


def _result(tools: Any, step: Call) -> Any:
    result = _next(tools[step.tool])
    return result(**step.arguments) if callable(result) else result


def _copied(results: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(result) if isinstance(result, list) else result for name, result in results.items()}


def _next(result: Any) -> Any:
    return result.pop(0) if isinstance(result, list) else result


def _record(case: Case, step: Step, result: Any) -> Case:
    if isinstance(result, Trouble):
        return case.took(step, result.kind, result.data)
    return case.took(step, "value", json.loads(json.dumps(result)))


def _word(procedure: str, reply: str, facts: dict[str, Any]) -> None:
    if not reply:
        return
    for locale in LOCALES:
        said = _catalogue().word(Saying(reply, facts, procedure), Voice(locale, "USD", "America/New_York"))
        assert said, f"{procedure}: {reply} says nothing in {locale}"
        assert "None" not in said.split(), f"{procedure}: {reply} says None in {locale}"


@cache
def _catalogue() -> Catalogue:
    return load_catalogue()


def items(*entries: Any) -> dict[str, Any]:
    """A listing tool's result."""
    return {"items": list(entries)}


def resolved(walked: Walked, reply: str) -> bool:
    return isinstance(walked.end, Resolved) and walked.end.reply == reply


def declined(walked: Walked, reply: str) -> bool:
    return isinstance(walked.end, Declined) and walked.end.reply == reply


def handed_off(walked: Walked, reason: str, queue: str = "") -> bool:
    return isinstance(walked.end, HandOff) and (walked.end.reason, walked.end.queue) == (reason, queue)


def subscription(number: int = 1, **changes: Any) -> dict[str, Any]:
    entry = {
        "subscription_id": f"SUB-{number}",
        "plan_id": "fibre-300",
        "plan_name": "Fibre 300",
        "monthly_minor": 3999,
        "status": "active",
        "site_id": f"S-{number}",
        "device_id": f"D-{number}",
        "started_on": "2024-01-01",
        "contract_ends_on": None,
        "promotion": None,
        "cancellation": {"effective_on": "2026-12-20", "final_bill_minor": 1999},
    }
    return {**entry, **changes}
