"""Walking procedures of billing to their end, on the seeded systems or on plain data, wording all that is said."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from agents.answers import find_answer
from agents.catalogue import Catalogue, load_catalogue
from agents.procedure import Ask, Call, Case, Consider, Delegate, End, Say, Step
from agents.replay import next_step
from agents.specialist import Saying
from agents.wording import Voice
from companies.northwind_fibre.seed.named import add_named
from companies.northwind_fibre.seed.price_list import add_price_list
from domain.conversation import LOCALES
from domain.understanding import Entity, Understanding
from mcp_servers.catalogue import find_toolsets
from mcp_servers.refusal import Refused
from mcp_servers.sandbox.database import CALLS
from mcp_servers.sandbox.draft import SeedDraft
from mcp_servers.sandbox.rows import Rows
from mcp_servers.sandbox.systems import SYSTEMS
from mcp_servers.work import Work

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
TENANT = "northwind-fibre"
MAX_STEPS = 80


@dataclass(frozen=True)
class Trouble:
    """Something other than a result comes back for a call: `refused`, `failed` or `withdrawn`."""

    kind: str
    data: dict[str, Any]


REFUSED = Trouble("refused", {"rules": ["area/rule"], "message": "The rules say no."})
FAILED = Trouble("failed", {"error": "the system is down"})
WITHDRAWN = Trouble("withdrawn", {"by": "customer", "reason": ""})
REJECTED = Trouble("withdrawn", {"by": "supervisor", "reason": "no"})


@dataclass(frozen=True)
class Words:
    """A customer's words as the answer to a question, read as the specialists read them."""

    text: str
    entities: tuple[Entity, ...] = ()
    answer: Any = "other"


@dataclass
class Walked:
    """What a journey did and how it ended."""

    end: End
    steps: list[Step] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def calls(self, tool: str) -> list[dict[str, Any]]:
        return [step.arguments for step in self.steps if isinstance(step, Call) and step.tool == tool]

    @property
    def tools(self) -> list[str]:
        return [step.tool for step in self.steps if isinstance(step, Call)]

    @property
    def asked(self) -> list[str]:
        return [step.slot for step in self.steps if isinstance(step, Ask)]

    @property
    def said(self) -> list[str]:
        return [step.reply for step in self.steps if isinstance(step, Say)]

    @property
    def delegated(self) -> list[tuple[str, dict[str, Any]]]:
        return [(step.procedure, step.facts) for step in self.steps if isinstance(step, Delegate)]


Systems = Callable[[str, dict[str, Any]], Any]


class Seeded:
    """The business systems with the named customers of the seed, called as the servers call them."""

    def __init__(self, customer_id: str) -> None:
        self.customer_id = customer_id
        rows = Rows(TENANT, NOW)
        add_price_list(rows)
        add_named(rows)
        rows.add("tenants", currency="USD", country="US")
        draft = SeedDraft(rows.tables())
        self._databases = {name: sqlite3.connect(":memory:") for name in SYSTEMS}
        for name, database in self._databases.items():
            database.executescript(CALLS + SYSTEMS[name].schema)
            draft.store(SYSTEMS[name], database)

    def __call__(self, tool: str, arguments: dict[str, Any]) -> Any:
        server, _, name = tool.partition(".")
        entry = next(entry for entry in find_toolsets()[server].entries if entry.name == name)
        days = {key: date.fromisoformat(value) for key, value in arguments.items() if key == "first_due_on"}
        work = Work(self._databases[server], TENANT, self.customer_id, NOW)
        try:
            answer = entry.function(work, **arguments | days).model_dump(mode="json", by_alias=True)
        except Refused as refused:
            return Trouble("failed", {"error": str(refused)})
        for source in ("crm", "payments", "network", "erp"):
            self._pass_on(source)
        return answer

    def _pass_on(self, source: str) -> None:
        """Let the other systems hear what one has told."""
        told = self._databases[source].execute("DELETE FROM events RETURNING topic, facts").fetchall()
        for topic, facts in told:
            for name, system in SYSTEMS.items():
                if take := system.takes.get(source, {}).get(topic):
                    take(Work(self._databases[name], TENANT, self.customer_id, NOW), json.loads(facts))


def plain(**tools: Any) -> Systems:
    """Systems that answer with plain data by the tool's bare name: a result, trouble, or one of a list per call."""
    left = {name: list(result) if isinstance(result, list) else result for name, result in tools.items()}

    def answer(tool: str, arguments: dict[str, Any]) -> Any:
        result = left[tool.partition(".")[2]]
        result = result.pop(0) if isinstance(result, list) else result
        return result(arguments) if callable(result) else result

    return answer


def except_for(systems: Systems, **troubles: Any) -> Systems:
    """The same systems, but some tools answer otherwise."""
    other = plain(**troubles)
    return lambda tool, arguments: (
        other(tool, arguments) if tool.partition(".")[2] in troubles else systems(tool, arguments)
    )


def reference(value: str) -> Entity:
    return Entity("reference", value, value)


def amount(minor: int) -> Entity:
    return Entity("amount", minor, str(minor / 100))


def open_case(name: str, text: str = "", *named: Entity, customer_id: str = "C-1", **changes: Any) -> Case:
    """A case as the router opens it; `changes` are fields of the case."""
    return replace(Case(f"billing.{name}", 1, customer_id, "en", "chat", text, NOW, {}, named, named), **changes)


def walk(case: Case, systems: Systems, answers: Mapping[str, Any] | None = None, delegated: str = "resolved") -> Walked:
    """Take a case to its end, feeding back what the systems and the customer say, as plain JSON all the way."""
    function = catalogue().procedure(case.procedure).function  # pyright: ignore[reportOptionalMemberAccess]
    steps: list[Step] = []
    texts: list[str] = []
    left = {slot: list(said) if isinstance(said, list) else [said] for slot, said in (answers or {}).items()}
    while isinstance(step := next_step(function, case), Call | Consider | Ask | Say | Delegate):
        assert len(steps) < MAX_STEPS, f"{case.procedure} never ends"
        steps.append(step)
        match step:
            case Call():
                case = _record(case, step, systems(step.tool, _json(step.arguments)))
            case Consider():
                case = case.took(step, "value", data=True)
            case Ask():
                texts.append(word(case, step.reply, step.facts | {"choices": _shown(step)}))
                case = _record(case, step, _answer(step, case, left[step.slot].pop(0)))
            case Say():
                texts.append(word(case, step.reply, step.facts))
                case = case.took(step, "value")
            case Delegate():
                _json(step.facts)
                case = case.took(step, "ended", {"kind": delegated, "reply": "", "facts": {}})
    if step.reply:
        texts.append(word(case, step.reply, step.facts))
    return Walked(step, steps, texts)


def _answer(step: Ask, case: Case, said: Any) -> Any:
    if not isinstance(said, Words):
        return said
    reply = Understanding(said.text, "en", entities=said.entities, answer=said.answer)
    found = find_answer(step, (*said.entities, *case.entities), reply)
    assert found is not None or step.optional, f"{said.text!r} does not answer {step.slot}"
    return found.value if found else None


def _record(case: Case, step: Step, result: Any) -> Case:
    if isinstance(result, Trouble):
        return case.took(step, result.kind, result.data)
    return case.took(step, "value", _json(result))


def _json(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


def _shown(step: Ask) -> list[dict[str, Any]]:
    return [{"value": each.value, "label": each.label, "date": each.date, "time": each.time} for each in step.choices]


def word(case: Case, reply: str, facts: dict[str, Any]) -> str:
    """A reply as the customer reads it, after making sure that it reads well in every language."""
    texts = {
        locale: catalogue().word(Saying(reply, _json(facts), case.procedure), Voice(locale, "USD", "UTC"))
        for locale in LOCALES
    }
    for locale, text in texts.items():
        assert text, (reply, locale)
        assert not [sign for sign in ("None", "{", "}", "  ", "..", " .", " ,", "Undefined") if sign in text], (
            locale,
            text,
        )
    return texts[case.locale]


@cache
def catalogue() -> Catalogue:
    return load_catalogue()
