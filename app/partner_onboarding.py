"""Making another company's agent a partner: what it may do, what customers call its company, what proves who it is."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from agents.catalogue import load_catalogue
from app.opened_company import open_company
from app.partner_grants import MONEY, PartnerJourneys
from app.people import NAME, PEOPLE, issue, read_people, revoke
from app.places import TOKENS
from app.policy_bundle import read_bundle
from app.policy_data import add_policy_data, write_json
from app.settings import Settings, providers_of
from channels.a2a.card import Journey
from domain.caller import Role
from domain.errors import BadRequest, Misconfigured
from domain.names import require_known
from policy.engines.company_policy import FOLDER

FIXED = ("partner", "partner_2")
"""Development partners whose tokens are made at the first start."""
ROLES = "roles.json"


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner of a tenant: what customers call its company, its tools, and the journeys for which it has all."""

    name: str
    tenant: str
    company: str
    tools: tuple[str, ...]
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a partner is to be given beside what it has; `changing` are the tools that change something."""

    name: str
    tenant: str
    company: str
    skills: tuple[str, ...]
    tools: tuple[str, ...]
    changing: tuple[str, ...]

    @property
    def moves_money(self) -> bool:
        """Whether one of its tools moves money."""
        return any(tool.startswith(MONEY) for tool in self.tools)


def list_journeys(settings: Settings) -> tuple[Journey, ...]:
    """Everything that a partner could ask for."""
    return PartnerJourneys(settings, load_catalogue(open_company(settings)))()


def read_partners(settings: Settings, journeys: Sequence[Journey]) -> list[Partner]:
    """Every partner of every tenant, by tenant and name."""
    roles: Mapping[str, Any] = read_bundle(settings).data["roles"]
    everybody = cast("dict[str, list[str]]", roles["default"]["partners"])
    found: list[Partner] = []
    for tenant, profile in settings.profile.tenants.items():
        own = cast("dict[str, list[str]]", roles["tenants"].get(tenant, {}).get("partners", {}))
        for name, tools in sorted((everybody | own).items()):
            skills = tuple(each.name for each in journeys if each.tools and each.tools <= frozenset(tools))
            found.append(Partner(name, tenant, profile.partners.get(name, ""), tuple(tools), skills))
    return found


def find_partner(partners: Sequence[Partner], tenant: str, name: str) -> Partner:
    """A tenant's partner of that name.

    Raises:
        UnknownName: there is none; the message gives the nearest.
    """
    own = {each.name: each for each in partners if each.tenant == tenant}
    require_known("partner", name, own, of=tenant)
    return own[name]


def plan_grant(
    settings: Settings, name: str, *, tenant: str, company: str, skills: Sequence[str], tools: Sequence[str]
) -> Grant:
    """What giving a partner these skills and tools comes to; nothing is written.

    Raises:
        UnknownName: there is no such tenant, skill or tool; the message gives the nearest.
        BadRequest: the name cannot be one, nothing is given, or nobody knows what customers call its company.
    """
    if not NAME.fullmatch(name):
        raise BadRequest(f"{name!r} is no partner's name: up to 64 letters, digits, spaces and . _ @ -")
    require_known("tenant", tenant, settings.currencies)
    journeys = {each.name: each for each in list_journeys(settings)}
    data: Mapping[str, Any] = read_bundle(settings).data["tools"]
    for skill in skills:
        require_known("skill", skill, journeys)
    for tool in tools:
        require_known("tool", tool, data)
    if not (skills or tools):
        raise BadRequest("say what it may ask for: --skill, as `switchboard partners skills` lists them")
    known = next((each for each in read_partners(settings, ()) if (each.tenant, each.name) == (tenant, name)), None)
    called = company or (known.company if known else "")
    if not called:
        raise BadRequest("say what customers call its company: --company")
    wanted = {tool for skill in skills for tool in journeys[skill].tools} | {*tools}
    given = tuple(sorted(wanted | {*(known.tools if known else ())}))
    changing = tuple(tool for tool in given if data.get(tool, {}).get("kind") == "write")
    return Grant(name, tenant, called, tuple(skills), given, changing)


def write_grant(settings: Settings, grant: Grant) -> list[Path]:
    """Write the grant into the company's policy data, and the company's name into `company.toml`; returns the files.

    Raises:
        Misconfigured: settings name a bundle that is not the company's own.
        BadRequest: `company.toml` is written in a way that cannot be added to; nothing was written.
    """
    _see_own_bundle(settings)
    place = settings.company_folder / "company.toml"
    text = with_company(place.read_text("utf-8"), grant.tenant, grant.name, grant.company)
    partners = {grant.name: list(grant.tools)}
    more = {"roles": {"tenants": {grant.tenant: {"partners": partners}}}}
    file = add_policy_data(settings.company_folder / FOLDER / "data" / ROLES, more)
    place.write_text(text, "utf-8")
    return [file, place]


def withdraw_grant(settings: Settings, partner: Partner) -> Path:
    """Take everything back that a partner was granted; its company's name stays for the record's readers.

    Raises:
        Misconfigured: settings name a bundle that is not the company's own.
        BadRequest: the grant is every tenant's, or the platform's.
    """
    _see_own_bundle(settings)
    file = settings.company_folder / FOLDER / "data" / ROLES
    document: Any = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    own = document.get("roles", {}).get("tenants", {}).get(partner.tenant, {}).get("partners", {})
    if partner.name not in own:
        raise BadRequest(f"{partner.name} is granted nothing in {file}: take it out where it is")
    del own[partner.name]
    write_json(file, document)
    return file


def give_token(settings: Settings, name: str, tenant: str) -> str:
    """A token of the partner's own in development, a new one each time; empty where none is given here.

    A development partner has one in `tokens.json`; production's come from the identity provider, and a service that
    never ran believes none.
    """
    if settings.environment != "development" or name in FIXED or not (settings.data / TOKENS).is_file():
        return ""
    return issue(settings.data / PEOPLE, name, Role.PARTNER, tenant).token


def take_token(settings: Settings, name: str) -> None:
    """Take the partner's development token back, where it has one."""
    file = settings.data / PEOPLE
    if settings.environment == "development" and any(each.name == name for each in read_people(file)):
        revoke(file, name)


def needed_claims(settings: Settings, name: str, tenant: str) -> dict[str, Any]:
    """What the identity provider has to say in a token of this partner, by the claims' names."""
    auth = settings.auth
    role = next((theirs for theirs, ours in auth.role_names.items() if ours == Role.PARTNER), Role.PARTNER.value)
    return {
        "iss": next(iter(providers_of(auth)), "the address of your identity provider (SWITCHBOARD_AUTH__ISSUER)"),
        "aud": auth.audience,
        auth.subject_claim: name,
        auth.tenant_claim: tenant,
        auth.role_claim: [role] if auth.role_lists else role,
        "exp": "soon: minutes, at most an hour",
    }


def with_company(text: str, tenant: str, name: str, company: str) -> str:
    """A `company.toml` in which customers' name for the partner's company is written, and nothing else is changed.

    Raises:
        BadRequest: it is written in a way that cannot be added to; the message has the line to write.
    """
    before = tomllib.loads(text)
    partners: dict[str, str] = {**before["tenants"][tenant].get("partners", {}), name: company}
    if before["tenants"][tenant].get("partners") == partners:
        return text
    pairs = ", ".join(f"{_key(each)} = {json.dumps(value, ensure_ascii=False)}" for each, value in partners.items())
    line = f"partners = {{{pairs}}}"
    head = rf"(^\[tenants\.(?:{re.escape(tenant)}|\"{re.escape(tenant)}\")\][ \t]*(?:#.*)?\n(?:(?!\[).*\n)*?)"
    added, count = re.subn(head + r"partners *= *\{[^}\n]*\}", lambda m: m[1] + line, text, count=1, flags=re.MULTILINE)
    if not count:
        added = re.sub(head.replace("*?)", "{0})"), lambda m: f"{m[1]}{line}\n", text, count=1, flags=re.MULTILINE)
    wanted = {**before, "tenants": {**before["tenants"], tenant: {**before["tenants"][tenant], "partners": partners}}}
    if _parsed(added) != wanted:
        raise BadRequest(f"company.toml cannot be added to: write `{line}` under [tenants.{tenant}], and begin again")
    return added


def _parsed(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)


def _see_own_bundle(settings: Settings) -> None:
    if settings.policy.bundle is not None:
        raise Misconfigured(
            f"SWITCHBOARD_POLICY__BUNDLE is {settings.policy.bundle}: grants are data/roles.json of that bundle, and "
            "are written there"
        )
