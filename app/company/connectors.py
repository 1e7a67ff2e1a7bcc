"""The company's connectors: what its folder says of each, with the secrets and changes that settings hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from app.company.profile import FILE, CodeProfile, CompanyProfile
from channels.connectors.profiles import KINDS, NAME, SECRETS, AnyProfile
from domain.errors import Misconfigured
from domain.names import suggest

Given = Mapping[str, Mapping[str, SecretStr]]
ELSEWHERE = ("sandbox", "crm")
"""Carriers that are no connectors: the outbox itself, and the CRM's own server."""
Carriers = Mapping[tuple[str, str], str]
"""The connector that carries a tenant's messages of a channel."""
FROM_FILE = "_file"
"""`password_file` names a file that holds the `password`."""


def read_connectors(folder: Path, profile: CompanyProfile, given: Given) -> dict[str, AnyProfile]:
    """Every connector by its name, in the order of their names; what settings give wins. Nothing is contacted.

    Raises:
        Misconfigured: one cannot be: the message names the connector, the field and what is expected.
    """
    names = sorted({*profile.connectors, *given})
    return {name: read_connector(folder, profile, name, given) for name in names}


def find_carriers(codes: CodeProfile, connectors: Mapping[str, AnyProfile], where: str) -> Carriers:
    """Which connector carries what; a connector carries its own tenant's messages alone.

    Raises:
        Misconfigured: `[codes]` names a connector that is not there, or cannot carry that.
    """
    found: dict[tuple[str, str], str] = {}
    fits = {"sms": ("sms", "whatsapp"), "email": ("email",)}
    for channel, name in (("sms", codes.sms), ("email", codes.email)):
        if name in ELSEWHERE:
            continue
        if name not in connectors:
            known = sorted({*connectors, *ELSEWHERE})
            raise Misconfigured(f"{where}: codes.{channel}: there is no connector {name!r}{suggest(name, known)}")
        if connectors[name].channel not in fits[channel]:
            raise Misconfigured(f"{where}: codes.{channel}: {name} sends {connectors[name].channel}, not {channel}")
        found[(connectors[name].tenant, channel)] = name
    return found


def variable_of(name: str, field: str) -> str:
    """The setting of a connector's field."""
    return f"SWITCHBOARD_CONNECTORS__{name.upper()}__{field.upper()}"


def read_connector(folder: Path, profile: CompanyProfile, name: str, given: Given) -> AnyProfile:
    """One connector.

    Raises:
        Misconfigured: it cannot be; the message names the field and what is expected.
    """
    place, said = f"{folder / FILE}: [connectors.{name}]", profile.connectors.get(name, {})
    if not NAME.fullmatch(name):
        raise Misconfigured(f"{place} is no name of a connector: small letters, digits and _, like 'support_mail'")
    own: dict[str, Any] = {field: value.get_secret_value() for field, value in given.get(name, {}).items()}
    kind = str(own.get("kind") or said.get("kind") or "")
    if kind not in KINDS:
        raise Misconfigured(f"{place} kind: there is no kind {kind!r} of connector{suggest(kind, sorted(KINDS))}")
    for field in SECRETS[kind]:
        if field in said:
            raise Misconfigured(f"{place} {field}: a secret does not belong in a file; set {variable_of(name, field)}")
        if field + FROM_FILE in {**said, **own}:
            own[field] = _secret_of(place, Path(str({**said, **own}[field + FROM_FILE])))
    values = {key: value for key, value in {**said, **own}.items() if key.removesuffix(FROM_FILE) == key}
    tenant = str(values.setdefault("tenant", next(iter(profile.tenants))))
    if tenant not in profile.tenants:
        known = sorted(profile.tenants)
        raise Misconfigured(f"{place} tenant: there is no tenant {tenant!r}{suggest(tenant, known)}")
    try:
        return KINDS[kind].model_validate(values)
    except ValidationError as error:
        raise Misconfigured(f"{place} {_explain(kind, name, error)}") from None


def _secret_of(place: str, file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{place}: {file} cannot be read ({type(error).__name__})") from None


def _explain(kind: str, name: str, error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{field}: {kind} has no such field{suggest(field, sorted(KINDS[kind].model_fields))}"
    if first["type"] == "missing" and field in SECRETS[kind]:
        return f"{field}: is missing; set {variable_of(name, field)}, or name its file as {field}{FROM_FILE}"
    if first["type"] == "missing":
        return f"{field}: is missing; write it there or set {variable_of(name, field)}"
    return f"{field}: {str(first['msg']).removeprefix('Value error, ')}"
