"""Checking a company's folder: everything that does not fit, each with its file, line and what is expected."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from jsonschema import Draft202012Validator
from pydantic import SecretStr

from agents.catalogue import WORDS, Catalogue, load_catalogue
from agents.folders import FOLDER as AGENTS
from agents.folders import own_procedures
from agents.handoff.rule_sentences import COMPUTED, find_unsaid
from app.company.code import open_folder, read_seed
from app.company.connectors import find_carriers, read_connector
from app.company.declared_checks import check_declared
from app.company.profile import FILE, CompanyProfile
from app.company.source import Mistake, NotRight, line_of, read_toml
from app.company.stage import read_examples, read_scenes
from app.company.tool_words import missing_of
from app.granted_groups import lack_of
from channels.connectors.profiles import SECRETS
from domain.company import CompanyFolder
from domain.errors import SwitchboardError
from domain.names import suggest
from mcp_servers.catalogue import find_toolsets, list_backends
from policy.engines.bundle import SCHEMA, Bundle
from policy.engines.company_policy import LIMITS_FILE, compose_bundle, read_limits
from policy.engines.embedded import read_module
from policy.review.rule_words import read_words

TABLES = "CREATE TABLE"
ALWAYS = "handoff"
"""The specialist that no company can do without: it brings customers to people."""


def check_company(folder: Path) -> list[Mistake]:
    """Everything that does not fit in a company's folder, in the order of its files."""
    try:
        profile = read_toml(folder / FILE, CompanyProfile)
    except NotRight as wrong:
        return list(wrong.problems)
    company = open_folder(folder, profile)
    checks = (
        _check_profile,
        _check_connectors,
        _check_limits,
        _check_words,
        _check_examples,
        check_declared,
        _check_seed,
        _check_articles,
        _check_stage,
    )
    found = [problem for check in checks for problem in check(company, profile)]
    catalogue, bundle = _try(found, folder, lambda: load_catalogue(company)), None
    if not any(problem.file.name == LIMITS_FILE for problem in found):
        currencies = {name: tenant.currency for name, tenant in profile.tenants.items()}
        bundle = _try(found, folder, lambda: compose_bundle(folder, currencies))
    if catalogue is not None and bundle is not None:
        found += _check_module(folder, bundle)
        known, policy = catalogue, bundle
        found += _try(found, folder, lambda: list(_check_tools(company, known, policy))) or []
        found += _check_rules(company, catalogue, bundle)
    return found


T = TypeVar("T")


def _try(found: list[Mistake], folder: Path, read: Callable[[], T]) -> T | None:
    """What can be read; what cannot is one more problem."""
    try:
        return read()
    except SwitchboardError as error:
        told = _told(folder, str(error))
        if told.file not in {each.file for each in found}:  # what was found in the file itself has its line
            found.append(told)
        return None


def _told(folder: Path, message: str) -> Mistake:
    """An error's message, which names its file first, as a problem of that file."""
    head, _, tail = message.partition(": ")
    file = Path(head.split(" ")[0].rpartition(":")[0] or head.split(" ")[0])
    return Mistake(file, 0, tail) if tail and file.is_relative_to(folder) else Mistake(folder, 0, message)


def _check_profile(company: CompanyFolder, profile: CompanyProfile) -> Iterator[Mistake]:
    """Names in `company.toml` that mean nothing."""
    file = company.path / FILE
    text = file.read_text("utf-8")
    everything = load_catalogue().specialists
    known = {*everything, *(name for each in everything.values() for name in (*each.procedures, *each.unasked))}
    for name in profile.assistant.without:
        line = line_of(text, ("assistant", "without"))
        if name.partition(".")[0] == ALWAYS:
            yield Mistake(
                file, line, f"assistant.without: {name} cannot be done without: it brings customers to people"
            )
        elif name not in known:
            yield Mistake(file, line, f"assistant.without: there is no {name!r}{suggest(name, sorted(known))}")
    for system, backend in profile.backends.items():
        known_backends = list_backends(system)
        if backend not in known_backends:
            line = line_of(text, ("backends", system))
            yield Mistake(file, line, f"backends.{system}: {backend!r} is none; there are {', '.join(known_backends)}")


def _check_connectors(company: CompanyFolder, profile: CompanyProfile) -> Iterator[Mistake]:
    """Connectors that cannot be, whatever settings add to them."""
    text = (company.path / FILE).read_text("utf-8")
    known: dict[str, Any] = {}
    for name in profile.connectors:
        try:
            known[name] = read_connector(company.path, profile, name, _with_secrets(profile, name))
        except SwitchboardError as error:
            message = str(error).partition("[connectors.")[2]
            yield Mistake(company.path / FILE, line_of(text, ("connectors", name)), f"connectors.{message}")
    if len(known) == len(profile.connectors):
        try:
            find_carriers(profile.codes, known, FILE)
        except SwitchboardError as error:
            yield Mistake(company.path / FILE, line_of(text, ("codes",)), str(error).partition(": ")[2])


def _with_secrets(profile: CompanyProfile, name: str) -> dict[str, dict[str, SecretStr]]:
    """Stand-ins for what settings hold: whether they are set is for the start to say."""
    kind = str(profile.connectors[name].get("kind"))
    return {name: {field: SecretStr("set elsewhere; not here") for field in SECRETS.get(kind, ())}}


def _check_limits(company: CompanyFolder, profile: CompanyProfile) -> Iterator[Mistake]:
    """Limits that no rule reads, or of another kind than the rule expects."""
    file = company.path / LIMITS_FILE
    if not file.is_file():
        return
    text = file.read_text("utf-8")
    try:
        limits = read_limits(company.path)
    except SwitchboardError as error:
        yield _told(company.path, str(error))
        return
    for tenant in limits.pop("tenants", {}):
        if tenant not in profile.tenants:
            line = line_of(text, ("tenants", tenant))
            yield Mistake(
                file, line, f"tenants.{tenant} is no tenant of {FILE}{suggest(tenant, list(profile.tenants))}"
            )
    schema = json.loads(SCHEMA.read_text("utf-8"))
    whole = {"$defs": schema["$defs"], "$ref": "#/$defs/limits"}
    for problem in cast(Any, Draft202012Validator(whole)).iter_errors(limits):
        yield from _limit_problems(file, text, schema["$defs"]["limits"], problem)


def _limit_problems(file: Path, text: str, shape: Mapping[str, Any], problem: Any) -> Iterator[Mistake]:
    place = tuple(str(part) for part in problem.absolute_path)
    if problem.validator != "additionalProperties":
        name = ".".join(place)
        yield Mistake(file, line_of(text, place), f"{name}: {problem.message}; a rule reads it as a whole number")
        return
    inner = shape["properties"].get(place[0], {}) if place else shape
    known = sorted(inner.get("properties", {}))
    for key in sorted(set(problem.instance) - set(known)):
        name = ".".join((*place, key))
        yield Mistake(file, line_of(text, (*place, key)), f"{name}: no rule reads such a limit{suggest(key, known)}")


def _check_words(company: CompanyFolder, profile: CompanyProfile) -> Iterator[Mistake]:
    """Replies of the company's own that lack a language, and overrides of what does not exist."""
    files = [*company.path.glob("procedures/*/*/replies.yaml"), *company.path.glob("specialists/**/replies.yaml")]
    for file in sorted((*files, *company.path.glob("voice/*.yaml"))):
        document, problem = _read_yaml(file)
        if problem:
            yield problem
        for key, texts in document.items():
            missing = [each for each in profile.locales if not (isinstance(texts, dict) and texts.get(each))]
            if missing:
                yield Mistake(file, _yaml_line(file, key), f"{key} has no {', '.join(missing)}")
    known = {f"{path.parts[-4]}.{path.parts[-2]}" for path in AGENTS.glob("*/*/*/procedure.py")}
    for file in sorted(company.path.glob("voice/*.yaml")):
        if file.stem not in (*WORDS, *known):
            yield Mistake(file, 0, f"{file.stem} is no procedure to be reworded{suggest(file.stem, sorted(known))}")


def _check_examples(company: CompanyFolder, profile: CompanyProfile) -> Iterator[Mistake]:
    """Procedures that nobody can ask for."""
    for procedure in own_procedures(company.path):
        name = f"{procedure.parts[-3]}.{procedure.parts[-2]}"
        file = procedure.with_name("examples.yaml")
        if not file.is_file():
            yield Mistake(file, 0, f"is not there: what customers say who want {name}, in {', '.join(profile.locales)}")
            continue
        document, problem = _read_yaml(file)
        if problem:
            yield problem
        if document.get("intent") != name:
            yield Mistake(file, _yaml_line(file, "intent"), f"intent must be {name}, as its folder says")
        missing = [each for each in profile.locales if not dict(document.get("examples") or {}).get(each)]
        if missing:
            yield Mistake(file, _yaml_line(file, "examples"), f"examples has no {', '.join(missing)}")


def _check_seed(company: CompanyFolder, profile: CompanyProfile) -> Iterator[Mistake]:
    """Invented customers of tenants that are not there, or in another currency or country."""
    file = company.path / "seed" / "__init__.py"
    try:
        seeds = read_seed(company)
    except SwitchboardError as error:
        yield Mistake(file, 0, str(error).partition(": ")[2] or str(error))
        return
    for seed in seeds:
        tenant = profile.tenants.get(seed.tenant)
        if tenant is None:
            yield Mistake(file, 0, f"{seed.tenant} is no tenant of {FILE}{suggest(seed.tenant, list(profile.tenants))}")
        elif tenant.currency != seed.currency:
            yield Mistake(file, 0, f"{seed.tenant} pays in {seed.currency} here and in {tenant.currency} in {FILE}")
        elif tenant.country != seed.country:
            yield Mistake(file, 0, f"{seed.tenant} is in {seed.country} here and in {tenant.country} in {FILE}")


def _check_articles(company: CompanyFolder, profile: CompanyProfile) -> Iterator[Mistake]:
    """Articles without the head by which they are found, or in some of the company's languages only."""
    for file in sorted(company.path.glob("articles/*/*.md")):
        lines = [*file.read_text("utf-8").split("\n"), "", ""]
        if not lines[0].startswith("# "):
            yield Mistake(file, 1, "must be the title: a line that begins with '# '")
        if not lines[1].startswith("Keywords:"):
            yield Mistake(file, 2, "must be the words by which it is found: a line that begins with 'Keywords:'")
    written = {path.name: path.parent.name for path in sorted(company.path.glob("articles/*/*.md"), reverse=True)}
    for locale in profile.locales:
        for name in sorted(written.keys() - {path.name for path in company.path.glob(f"articles/{locale}/*.md")}):
            yield Mistake(company.path / "articles" / locale / name, 0, f"is not there, in {written[name]} it is")


def _check_stage(company: CompanyFolder, profile: CompanyProfile) -> Iterator[Mistake]:
    """Scenes and named customers of the demonstration that cannot be read."""
    del profile
    for read in (read_scenes, read_examples):
        try:
            read(company.path)
        except SwitchboardError as error:
            yield _told(company.path, str(error))


def _check_module(folder: Path, bundle: Bundle) -> Iterator[Mistake]:
    """Rules that were changed and not compiled."""
    try:
        read_module(bundle)
    except SwitchboardError:
        line = f"was not compiled from the rules beside it: run `switchboard company build {folder}`"
        yield Mistake(folder / "policy" / "policy.wasm", 0, line)


def _check_tools(company: CompanyFolder, catalogue: Catalogue, bundle: Bundle) -> Iterator[Mistake]:
    """Tools of the company's own servers that policy does not know or that nobody can word."""
    platform = find_toolsets()
    for server, tools in find_toolsets(company).items():
        file = company.path / "mcp_servers" / server / "server.py"
        if server not in platform and not tools.schema and TABLES in file.read_text("utf-8"):
            line = _line_of_text(file, TABLES)
            yield Mistake(file, line, f"nothing makes these tables: give them to `Toolset({server!r}, …, schema=…)`")
        for entry in tools.entries if server not in platform else ():
            tool = f"{server}.{entry.name}"
            yield from missing_of(tool, file, catalogue, bundle, writes=entry.writes, entry=entry)
            group = bundle.tools.get(tool, {}).get("group", "")
            if group and (lack := lack_of(group, bundle.data["roles"])):
                granting = company.path / "policy" / "data" / "roles.json"
                yield Mistake(granting, 0, f"{tool}: {lack}; grant it to a specialist, or nobody can call it")


def _check_rules(company: CompanyFolder, catalogue: Catalogue, bundle: Bundle) -> Iterator[Mistake]:
    """What rules say that the desk can only show as policy wrote it."""
    for name, words in read_words(bundle).items():
        file = company.path / "policy" / "rules" / name / "rule.rego"
        for message in find_unsaid(catalogue.rules, words.get("messages", ())) if file.is_file() else ():
            line = f"the desk has no words for {message!r}: add it to voice/rules.yaml in {', '.join(company.locales)}"
            yield Mistake(file, _line_of_text(file, message.partition(COMPUTED)[0]), line)


def _line_of_text(file: Path, text: str) -> int:
    lines = file.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if text in line), 0)


def _read_yaml(file: Path) -> tuple[dict[str, Any], Mistake | None]:
    try:
        found: Any = yaml.safe_load(file.read_text("utf-8")) or {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return {}, Mistake(file, line, f"is no YAML: {error.problem}")
    if not isinstance(found, dict):
        return {}, Mistake(file, 1, "must be a mapping: a name, a colon, and what belongs to it")
    return cast("dict[str, Any]", found), None


def _yaml_line(file: Path, key: str) -> int:
    lines = file.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith((f"{key}:", f'"{key}":'))), 1)
