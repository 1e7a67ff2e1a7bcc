"""A company's own policy over the platform's: its limits, its rules and their data, as one bundle's files.

Its folder holds `limits.toml`, `policy/rules/<area>/<rule>/rule.rego`, `policy/data/<name>.json` and, where it has
rules of its own, `policy/policy.wasm` with its digests, which `switchboard company build` makes.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from domain.errors import Misconfigured
from policy.engines.bundle import BUNDLE, DATA_FILES, Bundle, parse_bundle, read_data
from policy.engines.embedded import MANIFEST_FILE, MODULE_FILE
from policy.engines.files import Files, read_files

LIMITS_FILE = "limits.toml"
FOLDER = "policy"
RULES = "contact_centre/rules"
_TEST = "_test.rego"


def compose_bundle(company: Path, currencies: Mapping[str, str], platform: Path = BUNDLE) -> Bundle:
    """The platform's bundle with a company's limits, data and rules; `currencies` are its tenants', the first's first.

    What the platform's data says of tenants is left out: a company's tenants are its own.

    Raises:
        Misconfigured: a file is malformed or does not fit; the message names file and place.
    """
    files = compose_files(company, currencies, platform)
    return parse_bundle(company / FOLDER if _rules(company) else platform, files)


def compose_files(company: Path, currencies: Mapping[str, str], platform: Path = BUNDLE) -> Files:
    """The files of `compose_bundle`.

    Raises:
        Misconfigured: see `compose_bundle`.
    """
    files = dict(read_files(platform))
    for name in DATA_FILES:
        place = f"data/{name}.json"
        document: dict[str, Any] = read_data(platform, files, name)
        own = _own_data(company, name)
        if name == "limits":
            own = _limits(company, document, currencies)
        if "tenants" in document:
            document |= {"tenants": {}}
        files[place] = _encode({name: merge(document, own)})
    files.update(_own_rules(company))
    return files


def merge(under: Any, over: Any) -> Any:
    """One document over another: objects are merged, null takes out, anything else replaces (RFC 7386)."""
    if not isinstance(over, dict):
        return over
    base = cast("dict[str, Any]", under) if isinstance(under, dict) else {}
    upper = cast("dict[str, Any]", over)
    merged = {name: merge(base.get(name), value) for name, value in upper.items() if value is not None}
    return {**{name: value for name, value in base.items() if name not in upper}, **merged}


def read_limits(company: Path) -> dict[str, Any]:
    """What a company's `limits.toml` says; nothing where it has none.

    Raises:
        Misconfigured: it is no TOML; the message has the line.
    """
    file = company / LIMITS_FILE
    try:
        return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{file}: is no TOML: {error}") from None


def own_policy(company: Path) -> Iterator[Path]:
    """The files of a company's folder that its policy is made of."""
    yield from (file for file in (company / LIMITS_FILE,) if file.is_file())
    yield from sorted(file for file in (company / FOLDER).rglob("*") if file.is_file())


def _limits(company: Path, document: Mapping[str, Any], currencies: Mapping[str, str]) -> dict[str, Any]:
    own = read_limits(company)
    tenants: dict[str, Any] = own.pop("tenants", {})
    default = next(iter(currencies.values()), document["default"]["currency"])
    differing = {name: {"currency": currency} for name, currency in currencies.items() if currency != default}
    return {"default": {**own, "currency": default}, "tenants": merge(tenants, differing)}


def _own_data(company: Path, name: str) -> dict[str, Any]:
    file = company / FOLDER / "data" / f"{name}.json"
    if not file.is_file():
        return {}
    try:
        found: Any = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise Misconfigured(f"{file}: is no JSON: {error}") from None
    if not isinstance(found, dict) or list(cast("dict[str, Any]", found)) != [name]:
        raise Misconfigured(f'{file} must be one object {{"{name}": ...}}')
    return cast("dict[str, Any]", found)[name]


def _rules(company: Path) -> list[Path]:
    return sorted(file for file in (company / FOLDER / "rules").glob("*/*/*.rego") if not file.name.endswith(_TEST))


def _own_rules(company: Path) -> Files:
    """The company's rules, and the module that they were compiled into with the platform's."""
    rules = _rules(company)
    if not rules:
        return {}
    place = company / FOLDER
    named = {f"{RULES}/{file.relative_to(place / 'rules').as_posix()}": file for file in rules}
    compiled = {name: place / name for name in (MODULE_FILE, MANIFEST_FILE)}
    return {name: file.read_bytes() for name, file in (named | compiled).items() if file.is_file()}


def _encode(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
