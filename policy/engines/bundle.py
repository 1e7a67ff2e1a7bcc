"""The policy bundle on disk: its rules, its data and the revision that names both."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match  # pyright: ignore[reportUnknownVariableType]

from domain.digest import canonical, digest
from domain.errors import Misconfigured, NotCanonical
from policy.engines.files import BUNDLE_MANIFEST, Files, read_files
from policy.engines.signing import verify_files

SCHEMA = Path(__file__).with_name("data.schema.json")
BUNDLE = Path(__file__).parent.parent / "bundle"
"""The bundle that ships with Switchboard."""

DATA_FILES = ("limits", "tools", "roles", "autonomy", "escalation", "disclosures")
"""`data/<name>.json` holds one object `{"<name>": ...}` and becomes `data.<name>` in Rego."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Rules and data as read at one moment.

    `sources` maps each Rego file's path within the bundle to its text, tests left out. `data` is the whole base
    document, `revision` included. `version` and `signer` (a key's name) are those of a verified signature, else 0 and
    empty.
    """

    folder: Path
    files: Files
    sources: Mapping[str, str]
    data: Mapping[str, Any]
    revision: str
    version: int = 0
    signer: str = ""

    @property
    def tools(self) -> Mapping[str, Any]:
        """The tools that the policy knows, by `server.tool`: group, kind, reads and pinned digest."""
        return self.data["tools"]

    @property
    def sources_digest(self) -> str:
        """The digest of the rules alone, which a compiled module must carry to be used."""
        return digest(dict(self.sources))


def load_bundle(path: Path = BUNDLE) -> Bundle:
    """Read a bundle, a folder or an archive, and name it by its revision; nothing is said about who signed it.

    Raises:
        Misconfigured: a data file is missing, is not JSON or has another shape; the message names file and place.
    """
    return parse_bundle(path, read_files(path))


def parse_bundle(path: Path, files: Files) -> Bundle:
    """Take files as a bundle.

    Raises:
        Misconfigured: see `load_bundle`.
    """
    sources = {name: _read_text(path / name, files[name]) for name in sorted(files) if name.endswith(".rego")}
    data = {name: read_data(path, files, name) for name in DATA_FILES}
    _check_data(path, data)
    revision = digest({"data": data, "sources": sources})
    whole = MappingProxyType({**data, "revision": revision})
    return Bundle(path, MappingProxyType(dict(files)), MappingProxyType(sources), whole, revision)


def read_signed(path: Path, public_pem: bytes) -> Bundle:
    """Read a bundle that the key's owner signed, with the version that its signer gave it.

    Raises:
        Misconfigured: it is unsigned, tampered with or malformed; the message says which.
    """
    files = read_files(path)
    try:
        signer = verify_files(files, public_pem)
        manifest = json.loads(files[BUNDLE_MANIFEST])
        version = manifest["metadata"]["switchboard"]["version"]
    except Misconfigured as error:
        raise Misconfigured(f"the policy bundle {path} is refused: {error}") from error
    except (KeyError, ValueError, TypeError) as error:
        raise Misconfigured(f"the policy bundle {path} is refused: its {BUNDLE_MANIFEST} names no version") from error
    bundle = parse_bundle(path, files)
    if type(version) is not int or version < 1 or manifest.get("revision") != bundle.revision:
        raise Misconfigured(f"the policy bundle {path} is refused: its {BUNDLE_MANIFEST} is another bundle's")
    return replace(bundle, version=version, signer=signer)


def _check_data(path: Path, data: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    problem = cast(Any, best_match)(cast(Any, Draft202012Validator(schema)).iter_errors(data))
    if problem is not None:
        file, *place = [str(part) for part in problem.absolute_path]
        raise Misconfigured(f"policy data {path / 'data' / file}.json, {'.'.join(place) or 'all'}: {problem.message}")


def _read_text(place: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Misconfigured(f"the rule {place} is not UTF-8") from error


def read_data(path: Path, files: Files, name: str) -> dict[str, Any]:
    """One of a bundle's documents of data.

    Raises:
        Misconfigured: it is missing or malformed; the message has the file.
    """
    file = f"data/{name}.json"
    try:
        document = json.loads(files[file])
        canonical(document)
    except (KeyError, ValueError, NotCanonical) as error:
        raise Misconfigured(f"policy data {path / file} cannot be read: {error!r}") from error
    if not isinstance(document, dict) or list(cast(dict[str, Any], document)) != [name]:
        raise Misconfigured(f'policy data {path / file} must be one object {{"{name}": ...}}')
    return cast(dict[str, Any], document)[name]
