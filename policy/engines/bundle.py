"""The policy bundle on disk: its rules, its data and the revision that names both."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match  # pyright: ignore[reportUnknownVariableType]

from domain.digest import canonical, digest
from domain.errors import Misconfigured, NotCanonical

SCHEMA = Path(__file__).with_name("data.schema.json")
BUNDLE = Path(__file__).parent.parent / "bundle"
"""The bundle that ships with Switchboard."""

DATA_FILES = ("limits", "tools", "roles", "autonomy", "escalation", "disclosures")
"""`data/<name>.json` holds one object `{"<name>": ...}` and becomes `data.<name>` in Rego."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Rules and data as read at one moment.

    `sources` maps each Rego file's path within the bundle to its text, tests left out. `data` is the whole base
    document, `revision` included.
    """

    folder: Path
    sources: Mapping[str, str]
    data: Mapping[str, Any]
    revision: str

    @property
    def tools(self) -> Mapping[str, Any]:
        """The tools that the policy knows, by `server.tool`: group, kind, reads and pinned digest."""
        return self.data["tools"]

    @property
    def sources_digest(self) -> str:
        """The digest of the rules alone, which a compiled module must carry to be used."""
        return digest(dict(self.sources))


def load_bundle(folder: Path = BUNDLE) -> Bundle:
    """Read a bundle and name it by its revision.

    Raises:
        Misconfigured: a data file is missing, is not JSON or has another shape; the message names file and place.
    """
    sources = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("contact_centre/**/*.rego"))
        if not path.name.endswith("_test.rego")
    }
    data = {name: _read_data(folder / "data" / f"{name}.json", name) for name in DATA_FILES}
    _check_data(folder, data)
    revision = digest({"data": data, "sources": sources})
    return Bundle(folder, MappingProxyType(sources), MappingProxyType({**data, "revision": revision}), revision)


def _check_data(folder: Path, data: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    problem = cast(Any, best_match)(cast(Any, Draft202012Validator(schema)).iter_errors(data))
    if problem is not None:
        file, *place = [str(part) for part in problem.absolute_path]
        raise Misconfigured(f"policy data {folder / 'data' / file}.json, {'.'.join(place) or 'all'}: {problem.message}")


def _read_data(path: Path, name: str) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        canonical(document)
    except (OSError, ValueError, NotCanonical) as error:
        raise Misconfigured(f"policy data {path} cannot be read: {error}") from error
    if not isinstance(document, dict) or list(cast(dict[str, Any], document)) != [name]:
        raise Misconfigured(f'policy data {path} must be one object {{"{name}": ...}}')
    return cast(dict[str, Any], document)[name]
