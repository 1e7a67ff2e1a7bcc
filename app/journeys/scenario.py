"""Scenario files: what a simulated customer wants, and what must have happened when they leave."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agents.folders import FOLDER as AGENTS
from domain.company import CompanyFolder
from domain.errors import BadRequest

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SCENARIOS = "scenarios"
IN_FOLDER = "*/procedures/*/scenarios.yaml"
OWN = "procedures/*/*/scenarios.yaml"
Language = Literal["en", "es", "de", "fr", "hi", "hi-Latn"]
Manner = Literal["plain", "chatty", "angry", "confused"]
LANGUAGES: tuple[Language, ...] = ("en", "es", "de", "fr", "hi", "hi-Latn")
MANNERS: tuple[Manner, ...] = ("plain", "chatty", "angry", "confused")
Server = Literal["crm", "erp", "payments", "network"]
Openings = dict[Language, Annotated[list[str], Field(min_length=1)]]


class Part(BaseModel):
    """A piece of a scenario file; unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Write(BaseModel):
    """A change that a system must have made: the tool, and those of its arguments that matter."""

    model_config = ConfigDict(extra="allow", frozen=True)

    tool: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$")

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments that are named."""
        return dict(self.model_extra or {})


class Handed(Part):
    """To whom a conversation must go; what is left empty does not matter."""

    queue: str = ""
    reason: str = ""


class Expectation(Part):
    """What must be true in the end. Writes that are not listed must not have happened; `allows` are tools that may.

    `tells` are figures and references that the customer must have been told; 59.99 is also found as 59,99.
    """

    writes: list[Write] = []
    allows: list[str] = []
    handoff: Handed | None = None
    calls: list[str] = []
    forbids: list[str] = []
    tells: list[str] = []
    status: Literal["", "open", "with_representative", "waiting_approval", "closed"] = ""


class Scenario(Part):
    """One thing that a customer wants, said in every language and manner that it is played in.

    `{n}` in openings and expectations is the customer's number without its `C-`. `answers` says what the customer
    answers to a slot, by a name from the phrase book or in words for each language. `refuses` are tools to whose
    confirmation they say no. Without `manners`, English is played in all four and each other language in one of them.
    `on_sandbox` are servers of which it needs the sandbox: for what no real system there holds, or is told by another.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    about: str
    customers: list[str] = Field(min_length=1)
    auth_level: Literal["anonymous", "authenticated", "strong"] = "authenticated"
    channel: Literal["chat", "voice", "email", "sms"] = "chat"
    openings: Openings = {}
    languages: list[Language] = list(LANGUAGES)
    manners: list[Manner] = []
    answers: dict[str, str | dict[Language, str]] = {}
    refuses: list[str] = []
    supervisor: Literal["", "approve", "reject"] = ""
    representative: Literal["", "release", "resolve"] = ""
    on_sandbox: list[Server] = []
    expects: Expectation = Expectation()

    @property
    def tools(self) -> frozenset[str]:
        """The tools that it expects to be called."""
        return frozenset((*(write.tool for write in self.expects.writes), *self.expects.calls, *self.expects.allows))

    @property
    def uses(self) -> frozenset[str]:
        """The servers whose tools it expects to be called."""
        return frozenset(tool.partition(".")[0] for tool in self.tools)

    @model_validator(mode="before")
    @classmethod
    def _accept_one_customer(cls, document: Any) -> Any:
        """`customer: C-1001` is short for a list of one."""
        if not isinstance(document, dict) or "customer" not in document:
            return document  # pyright: ignore[reportUnknownVariableType]
        fields = dict[str, Any](document)  # pyright: ignore[reportUnknownArgumentType]
        only = fields.pop("customer")
        return {**fields, "customers": [only]}


class ScenarioFile(Part):
    """The scenarios of one journey; its openings are those of every scenario that brings none of its own."""

    journey: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$")
    openings: Openings = {}
    scenarios: list[Scenario] = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be_said(self) -> "ScenarioFile":
        for scenario in self.scenarios:
            missing = [each for each in scenario.languages if each not in (scenario.openings or self.openings)]
            if missing:
                raise ValueError(f"scenario {scenario.name}: no openings in {', '.join(missing)}")
            for slot, said in scenario.answers.items():
                unsaid = [each for each in scenario.languages if isinstance(said, dict) and each not in said]
                if unsaid:
                    raise ValueError(f"scenario {scenario.name}: no answer to {slot} in {', '.join(unsaid)}")
        return self


@dataclass(frozen=True, slots=True)
class Variant:
    """A scenario in one language and manner: what is passed or failed."""

    journey: str
    scenario: Scenario
    openings: tuple[str, ...]
    language: Language
    manner: Manner

    @property
    def id(self) -> str:
        """Its name in reports, for example `billing.pay_bill/one_open_bill/de/chatty`."""
        return f"{self.journey}/{self.scenario.name}/{self.language}/{self.manner}"

    @property
    def locale(self) -> str:
        """The language that replies are worded in."""
        return self.language.partition("-")[0]


def load_scenarios(
    paths: Sequence[Path] = (), *, full: bool = False, company: CompanyFolder | None = None
) -> list[Variant]:
    """Every variant of the scenario files in these files and folders; of all that the company has where none is named.

    Those are the files in its `scenarios`, and a `scenarios.yaml` in a procedure's own folder.

    `full` plays every language of a scenario in every manner.

    Raises:
        BadRequest: a file cannot be read or does not fit; the message names file and field.
    """
    files = [file for path in paths for file in _files_in(path)]
    if paths and not files:
        raise BadRequest(f"{', '.join(map(str, paths))}: no scenario is in it")
    if not paths and company:
        files = _files_of(company)
    return [variant for file in files for variant in vary(read_file(file), full=full)]


def _files_of(company: CompanyFolder) -> list[Path]:
    folder = company.path / SCENARIOS
    beside = [file for file in AGENTS.glob(IN_FOLDER) if company.uses(f"{file.parts[-4]}.{file.parts[-2]}")]
    return [*(_files_in(folder) if folder.is_dir() else ()), *sorted(beside), *sorted(company.path.glob(OWN))]


def _files_in(path: Path) -> Iterable[Path]:
    """The scenario files of a folder: a procedure's one, or else all."""
    if path.is_dir():
        return sorted(path.rglob("scenarios.yaml")) or sorted(path.rglob("*.yaml"))
    if not path.exists():
        raise BadRequest(f"{path}: there is no such file or folder")
    return [path]


def read_file(file: Path) -> ScenarioFile:
    """One scenario file.

    Raises:
        BadRequest: it cannot be read or does not fit; the message names file and field.
    """
    try:
        return ScenarioFile.model_validate(
            yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - a safe one
        )
    except ValidationError as error:
        raise BadRequest(
            "\n".join(f"{file}: {_place(each['loc'])}: {each['msg']}" for each in error.errors())
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadRequest(f"{file}: {error}") from None


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "file"


def vary(file: ScenarioFile, *, full: bool = False) -> Iterator[Variant]:
    """The variants of a file's scenarios."""
    for scenario in file.scenarios:
        openings = scenario.openings or file.openings
        for language in scenario.languages:
            for manner in MANNERS if full else _manners_of(file.journey, scenario, language):
                yield Variant(file.journey, scenario, tuple(openings[language]), language, manner)


def _manners_of(journey: str, scenario: Scenario, language: Language) -> Sequence[Manner]:
    """The manners that a language is played in; where one has to do, it is another for each language and scenario."""
    if scenario.manners or language == "en":
        return scenario.manners or MANNERS
    place = sum(f"{journey}/{scenario.name}".encode()) + LANGUAGES.index(language)
    return (MANNERS[place % len(MANNERS)],)
