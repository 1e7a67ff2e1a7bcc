"""Procedures in YAML: a company's `procedure.yaml`, of a few steps, becomes the same generator as one in Python.

For a tool that somebody else's server offers. There are no expressions: an argument is a value or a named fact.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from agents.procedure import (
    Ask,
    Call,
    CallFailed,
    CallRefused,
    CallWithdrawn,
    Case,
    Choice,
    Consider,
    Declined,
    Facts,
    HandOff,
    Journey,
    Resolved,
    Say,
    Step,
)
from agents.replay import ProcedureFunction
from domain.conversation import LOCALES
from domain.errors import Misconfigured
from domain.names import suggest

FILE = "procedure.yaml"
GIVEN = ("customer_id", "today", "words")
"""The facts that every journey begins with: whose it is, the day (ISO), and what the customer said at first."""
RESERVED = frozenset(
    {*GIVEN, "kinds", "choices", "reply", "optional", "offers", "promise", "calls_off", "channel", "tool"}
)
"""What no fact of a procedure's own can be called."""
EXPECTED = {
    "missing": "is missing",
    "union_tag_not_found": "is no step: each begins with one of ask, look_up, say, call",
    "string_type": "must be text",
    "list_type": "must be a list: a line with a hyphen for each",
    "dict_type": "must be a mapping: a name, a colon, and what belongs to it",
    "model_type": "must be a mapping: a name, a colon, and what belongs to it",
    "bool_type": "must be true or false",
    "string_pattern_mismatch": "is no name: small letters, digits and _, a letter first (a tool: server.tool)",
}
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
ToolName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.\S+$")]
FactPath = Annotated[str, Field(pattern=r"^[a-z]\w*(\.\w+)*$")]
Kind = Literal[
    "text", "yes_no", "number", "date", "time", "availability", "amount", "reference", "ordinal", "email", "phone"
]


class DeclaredStep(BaseModel):
    """One step; what is not known is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class AskStep(DeclaredStep):
    """Asks for one slot by the reply `ask_<slot>`; the answer is a fact of that name.

    `choices` are values with how customers call them, by language.
    """

    ask: Name
    kind: Kind = "text"
    choices: dict[str, dict[str, str]] = {}
    optional: bool = False


class SayStep(DeclaredStep):
    """Says a reply, which may name every fact so far; as the last step it ends the journey."""

    say: Name


class ToolStep(DeclaredStep):
    """A call: `facts` are arguments by the name of a fact or of its field (`order.id`), `values` are as they stand.

    The result is kept as a fact, `keep`. Where the tool answers with an error the reply `otherwise` ends the journey;
    without one a person goes on.
    """

    facts: dict[str, FactPath] = {}
    values: dict[str, Any] = {}
    keep: Name | None = None
    otherwise: Name | None = None


class LookUpStep(ToolStep):
    """A call of a tool that only reads."""

    look_up: ToolName


class CallStep(ToolStep):
    """A call of any tool. Whether it needs a yes is for policy to say.

    Where it does, the reply `confirm`, which names all that the call would do, asks for it; else the tool's own words.
    Where policy denies the call the reply `refused` ends the journey.
    """

    call: ToolName
    confirm: Name | None = None
    refused: Name | None = None


STEPS: Mapping[str, type[DeclaredStep]] = {"ask": AskStep, "look_up": LookUpStep, "say": SayStep, "call": CallStep}


def _kind_of(step: Any) -> str | None:
    return next((name for name in STEPS if isinstance(step, dict) and name in step), None)


DeclaredSteps = Annotated[
    Annotated[AskStep, Tag("ask")]
    | Annotated[LookUpStep, Tag("look_up")]
    | Annotated[SayStep, Tag("say")]
    | Annotated[CallStep, Tag("call")],
    Discriminator(_kind_of),
]


class DeclaredProcedure(DeclaredStep):
    """A journey: what it does `about`, for people and for a language model, and its `steps`; the last one says."""

    about: Annotated[str, Field(min_length=1)]
    open_to_strangers: bool = False
    steps: Annotated[list[DeclaredSteps], Field(min_length=1)]

    @property
    def calls(self) -> list[tuple[int, LookUpStep | CallStep]]:
        """The steps that call a tool, each with its place."""
        return [(place, step) for place, step in enumerate(self.steps) if isinstance(step, LookUpStep | CallStep)]

    @property
    def sayings(self) -> list[tuple[int, str, str]]:
        """Every reply that it says: the step's place, the field that names it, and the reply."""
        return [(place, field, reply) for place, step in enumerate(self.steps) for field, reply in _replies(step)]

    def known_at(self, place: int) -> set[str]:
        """The facts that a step can name."""
        return {*GIVEN, *(name for step in self.steps[:place] if (name := _fact_of(step)))}


def tool_of(step: LookUpStep | CallStep) -> str:
    """The tool that a step calls."""
    return step.look_up if isinstance(step, LookUpStep) else step.call


def read_declared(file: Path) -> DeclaredProcedure:
    """The procedure that a file holds.

    Raises:
        Misconfigured: it does not fit; the message names file and line, and what is expected.
    """
    declared, misfits = inspect_declared(file)
    if declared is None or misfits:
        raise Misconfigured("; ".join(f"{file}:{line}: {message}" for line, message in misfits))
    return declared


def inspect_declared(file: Path) -> tuple[DeclaredProcedure | None, list[tuple[int, str]]]:
    """The procedure that a file holds, where it has the form of one, and everything that does not fit, by line."""
    text = file.read_text("utf-8")
    try:
        declared = DeclaredProcedure.model_validate(yaml.safe_load(text))
    except yaml.MarkedYAMLError as error:
        return None, [(error.problem_mark.line + 1 if error.problem_mark else 1, f"is no YAML: {error.problem}")]
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, [(line_at(text, _place(each["loc"])), _explain(each)) for each in found]
    return declared, [(line_at(text, place), message) for place, message in _misplaced(declared)]


def compile_declared(declared: DeclaredProcedure) -> ProcedureFunction:
    """The generator function that takes these steps."""

    def journey(case: Case) -> Journey:
        return (yield from _walk(declared.steps, case))

    journey.__doc__ = declared.about
    journey.tools = tuple(tool_of(step) for _, step in declared.calls)  # pyright: ignore[reportFunctionMemberAccess] - see agents.tools_used
    return journey


def line_at(text: str, place: Sequence[str | int]) -> int:
    """The line of a YAML document on which what has this place stands, or what is nearest around it."""
    node, line = yaml.compose(text, Loader=yaml.SafeLoader), 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pairs = cast("list[tuple[Any, Any]]", node.value)
            found = next(((key, value) for key, value in pairs if key.value == str(part)), None)
            if found is not None:
                line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = cast("list[Any]", node.value)[part]
            line = node.start_mark.line + 1
    return line


def _place(loc: Sequence[str | int]) -> list[str | int]:
    """Where in the file a problem is: without the kind of a step, which stands third in what pydantic says."""
    return [*loc[:2], *loc[3:]] if loc[:1] == ("steps",) else [*loc]


def _explain(found: Any) -> str:
    loc, place = found["loc"], _place(found["loc"])
    shown = ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "the file"
    meaning = EXPECTED.get(found["type"]) or str(found["msg"])
    if found["type"] == "extra_forbidden":
        kind = loc[2] if loc[0] == "steps" else ""
        fields = sorted(STEPS.get(kind, DeclaredProcedure).model_fields)
        meaning = f"is no field {f'of {kind}' if kind else 'here'}{suggest(str(place[-1]), fields, len(fields))}"
    return f"{shown} {meaning[:1].lower()}{meaning[1:]}"


def _misplaced(declared: DeclaredProcedure) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What has the right form and cannot be taken: facts that are not known by then, and an end that says nothing."""
    for place, step in enumerate(declared.steps):
        known = declared.known_at(place)
        name = _fact_of(step)
        if name and (name in RESERVED or name in known):
            yield ("steps", place), f"steps.{place + 1}: {name} is taken; call this fact otherwise"
        if isinstance(step, ToolStep):
            for argument, path in step.facts.items():
                if (fact := path.partition(".")[0]) not in known:
                    told = f"there is no fact {fact} by then{suggest(fact, sorted(known), len(known))}"
                    yield ("steps", place, "facts", argument), f"steps.{place + 1}.facts.{argument}: {told}"
        if isinstance(step, AskStep) and step.choices and step.kind != "text":
            yield ("steps", place, "kind"), f"steps.{place + 1}: kind and choices exclude each other"
        for value, words in step.choices.items() if isinstance(step, AskStep) else ():
            if not words or not set(words) <= set(LOCALES):
                told = f"steps.{place + 1}.choices.{value} must be words by language ({', '.join(LOCALES)})"
                yield ("steps", place, "choices", value), told
    if not isinstance(declared.steps[-1], SayStep):
        yield ("steps", len(declared.steps) - 1), "the last step must be `say`: what the customer is told at the end"


def _fact_of(step: DeclaredStep) -> str:
    """The fact that a step adds."""
    return step.ask if isinstance(step, AskStep) else (step.keep or "") if isinstance(step, ToolStep) else ""


def _replies(step: DeclaredStep) -> Iterator[tuple[str, str]]:
    if isinstance(step, AskStep):
        yield "ask", f"ask_{step.ask}"
    for field in ("say", "confirm", "otherwise", "refused"):
        if reply := getattr(step, field, None):
            yield field, reply


def _walk(steps: Sequence[DeclaredStep], case: Case) -> Journey:
    facts: Facts = {"customer_id": case.customer_id, "today": case.today.isoformat(), "words": case.text}
    for step in steps[:-1]:
        if isinstance(step, AskStep):
            facts[step.ask] = answer = yield from _ask(step, facts)
            if answer is None and not step.optional:
                return HandOff("not_understood")
        elif isinstance(step, SayStep):
            yield Say(step.say, **facts)
        elif isinstance(step, LookUpStep | CallStep):
            try:
                result = yield from _propose(step, case, facts)
            except CallFailed as failed:
                if failed.uncertain or not step.otherwise:
                    raise
                return Declined(step.otherwise, **facts)
            except CallRefused:
                if not (isinstance(step, CallStep) and step.refused):
                    raise
                return Declined(step.refused, **facts)
            facts |= {step.keep: result} if step.keep else {}
    return Resolved(cast(SayStep, steps[-1]).say, **facts)


def _ask(step: AskStep, facts: Facts) -> Generator[Step, Any, Any]:
    """The answer; None where there is none."""
    choices = tuple(
        Choice(value, next(iter(words.values())), tuple(words.values()), shown={"names": words})
        for value, words in step.choices.items()
    )
    kinds = () if choices else (step.kind,)
    question = Ask(step.ask, kinds=kinds, choices=choices, optional=step.optional, **facts)
    return (yield question.naming() if step.kind == "text" else question)


def _propose(step: LookUpStep | CallStep, case: Case, facts: Facts) -> Generator[Step, Any, Any]:
    """Make the call and return its result; an argument whose fact the customer left open is left out."""
    named = {argument: _read(path, facts) for argument, path in step.facts.items()}
    arguments = {**step.values, **{argument: value for argument, value in named.items() if value is not None}}
    call = Call(tool_of(step), **arguments)
    if isinstance(step, CallStep) and step.confirm and (yield Consider(call.tool, case.procedure, **arguments)):
        agreed = yield Ask(step.confirm, kinds=("yes_no",), reply=step.confirm, **facts).proposing(call)
        if not agreed:
            raise CallWithdrawn("customer")
    return (yield call)


def _read(path: str, facts: Facts) -> Any:
    """A fact, or a field of it; a number is the place in a list, from 0.

    Raises:
        LookupError: it has no such field, which breaks the procedure off.
    """
    value: Any = facts
    for part in path.split("."):
        value = cast("list[Any]", value)[int(part)] if isinstance(value, list) else value[part]
    return value
