"""Folders of specialists and procedures: the platform's own, and those that a company adds."""

import importlib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml

from agents.declared import FILE as DECLARED
from agents.declared import compile_declared, read_declared
from agents.replay import ProcedureFunction
from agents.specialist import Procedure, Specialist
from agents.wording import Text
from domain.company import CompanyFolder
from domain.conversation import LOCALES
from domain.errors import Misconfigured

FOLDER = Path(__file__).parent
KINDS = ("procedures", "unasked")
MODULE = "procedure.py"
Replies = Mapping[str, Mapping[str, Text]]
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast parser where PyYAML was built with it; a start reads some 30 files."""


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file's mapping, empty where there is no such file.

    Raises:
        Misconfigured: it is no YAML; the message names file and line.
    """
    try:
        return _parse(path.read_text("utf-8")) if path.exists() else {}
    except yaml.YAMLError as error:
        raise Misconfigured(f"{path}: {' '.join(str(error).split())}") from None


@lru_cache(maxsize=256)
def _parse(text: str) -> dict[str, Any]:
    """Parsed once for all who open an application in this process; nobody changes what they read."""
    return yaml.load(text, Loader=_LOADER) or {}  # noqa: S506 - a safe one


def complete(replies: dict[str, Any], where: str, locales: tuple[str, ...] = LOCALES) -> Replies:
    """Every reply exists in every locale, so that no customer falls out of their language.

    Where a company speaks fewer, its first stands for the others.

    Raises:
        Misconfigured: one is missing; the message says which.
    """
    for key, texts in replies.items():
        missing = [locale for locale in locales if not (isinstance(texts, dict) and _is_whole(texts.get(locale)))]
        if missing:
            raise Misconfigured(f"{where}: {key} has no {', '.join(missing)}")
    if locales == LOCALES:
        return replies
    return {
        key: {locale: texts.get(locale) or texts[locales[0]] for locale in LOCALES} for key, texts in replies.items()
    }


def _is_whole(text: Any) -> bool:
    """Whether there is a text: one for all channels, or several with one (`text`) for those not named."""
    return bool(cast("dict[str, str]", text).get("text") if isinstance(text, dict) else text)


def load_specialists(company: CompanyFolder | None) -> dict[str, Specialist]:
    """Every specialist in use with its procedures in use.

    Raises:
        Misconfigured: a folder is not a specialist or a procedure, or has not every text.
    """
    business = company.business if company else "a company"
    found = {
        path.parent.name: _load_specialist(path.parent, "agents", business) for path in FOLDER.glob("*/specialist.py")
    }
    if company is not None:
        for path in company.path.glob("specialists/*/specialist.py"):
            found[path.parent.name] = _load_specialist(
                path.parent, f"{company.package}.specialists", business, company.locales
            )
        for procedure in _own_procedures(company):
            name = procedure.name.partition(".")[0]
            if name not in found:
                raise Misconfigured(f"{company.path / 'procedures' / name}: there is no specialist {name}")
            found[name] = replace(found[name], procedures={**found[name].procedures, procedure.name: procedure})
        found = {name: _in_use(each, company) for name, each in found.items() if company.uses(name)}
    return dict(sorted(found.items()))


def _in_use(specialist: Specialist, company: CompanyFolder) -> Specialist:
    kept = {
        kind: {name: each for name, each in getattr(specialist, kind).items() if company.uses(name)} for kind in KINDS
    }
    return replace(specialist, **kept)


def _own_procedures(company: CompanyFolder) -> Iterator[Procedure]:
    found = own_procedures(company.path)
    for path in found:
        if path.parent / MODULE in found and path.name == DECLARED:
            raise Misconfigured(f"{path}: there is a {MODULE} beside it; take one of them out")
        if path.name == DECLARED:
            yield _load_declared(path, company.locales)
            continue
        package = f"{company.package}.procedures.{path.parts[-3]}.{path.parts[-2]}"
        yield _load_procedure(path.parent, package, path.parts[-3], {}, company.locales)


def own_procedures(company: Path) -> list[Path]:
    """The files of a company's own procedures, in Python (`procedure.py`) or YAML (`procedure.yaml`)."""
    return sorted(path for name in (MODULE, DECLARED) for path in company.glob(f"procedures/*/*/{name}"))


def _load_declared(file: Path, locales: tuple[str, ...]) -> Procedure:
    declared, words = read_declared(file), file.with_name("replies.yaml")
    return Procedure(
        name=f"{file.parts[-3]}.{file.parts[-2]}",
        function=compile_declared(declared),
        text=declared.about,
        replies=complete(dict(read_yaml(words)), str(words), locales),
        open_to_strangers=declared.open_to_strangers,
    )


def _load_specialist(folder: Path, package: str, business: str, locales: tuple[str, ...] = LOCALES) -> Specialist:
    name = folder.name
    specialist = getattr(_import(f"{package}.{name}.specialist", folder / "specialist.py"), "SPECIALIST", None)
    if not isinstance(specialist, Specialist) or specialist.name != name:
        raise Misconfigured(f"{folder / 'specialist.py'} must offer `SPECIALIST`, a Specialist named {name}")
    shared = read_yaml(folder / "replies.yaml")
    named: dict[str, dict[str, Procedure]] = {}
    for kind in KINDS:
        places = [path.parent for path in sorted(folder.glob(f"{kind}/*/procedure.py"))]
        loaded = [
            _load_procedure(each, f"{package}.{name}.{kind}.{each.name}", name, shared, locales) for each in places
        ]
        named[kind] = {each.name: each for each in loaded}
    prompt = (folder / "prompt.md").read_text("utf-8") if (folder / "prompt.md").exists() else ""
    return replace(specialist, prompt=prompt.replace("{business}", business), **named)


def _load_procedure(
    folder: Path, package: str, specialist: str, shared: dict[str, Any], locales: tuple[str, ...]
) -> Procedure:
    module, name = _import(f"{package}.procedure", folder / "procedure.py"), folder.name
    function: ProcedureFunction | None = getattr(module, name, None)
    if function is None or not inspect.isgeneratorfunction(function):
        raise Misconfigured(f"{folder / 'procedure.py'} has no generator function {name}")
    return Procedure(
        name=f"{specialist}.{name}",
        function=function,
        text=inspect.getdoc(function) or "",
        replies=complete({**shared, **read_yaml(folder / "replies.yaml")}, str(folder / "replies.yaml"), locales),
        open_to_strangers=getattr(module, "OPEN_TO_STRANGERS", False),
    )


def _import(module: str, file: Path) -> Any:
    try:
        return importlib.import_module(module)
    except Exception as error:
        line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise Misconfigured(f"{file}{line} cannot be imported: {error}") from error
