"""What there is to turn the dial for: the tenants, and each one's procedures, channels and cohorts."""

import re
from collections.abc import Collection
from typing import Any, get_args

from agents.catalogue import Catalogue
from agents.proposed_call import NAME as PROPOSED_CALL
from app.settings import Settings
from domain.autonomy import EVERY_TENANT, Scope
from domain.conversation import LOCALES, Channel
from policy.control.dial import DialNames
from policy.engines.bundle import Bundle

FLAG_OF_RULE = re.compile(r'"(\w+)" in customer\.flags')


def dial_names(settings: Settings, catalogue: Catalogue, bundle: Bundle) -> DialNames:
    """The names that a turn of the dial may be about."""
    cohorts = {
        *(f"locale:{locale}" for locale in LOCALES),
        *(f"flag:{flag}" for flag in _flags(bundle)),
    }
    known: dict[Scope, Collection[str]] = {
        "all": (),
        "procedure": _procedures(catalogue),
        "channel": get_args(Channel),
    }

    def of(scope: Scope, tenant: str) -> Collection[str]:
        return {*cohorts, *_partners(bundle, tenant)} if scope == "cohort" else known[scope]

    return DialNames(tuple(settings.currencies), of)


def _procedures(catalogue: Catalogue) -> set[str]:
    found: set[str] = set()
    for specialist in catalogue.specialists.values():
        found |= {*specialist.procedures, *specialist.unasked, f"{specialist.name}.{PROPOSED_CALL}"}
    return found


def _flags(bundle: Bundle) -> set[str]:
    """The customers' flags that policy data or a rule names; no other makes a difference."""
    found: set[str] = set()
    escalation: dict[str, Any] = bundle.data["escalation"]
    for settings in (escalation["default"], *escalation.get("tenants", {}).values()):
        found |= {*settings.get("flags", {}), *settings.get("flags_in_procedures", {})}
    for source in bundle.sources.values():
        text = source.decode() if isinstance(source, bytes) else str(source)
        found |= set(FLAG_OF_RULE.findall(text))
    return found


def _partners(bundle: Bundle, tenant: str) -> set[str]:
    roles: dict[str, Any] = bundle.data["roles"]
    tenants: dict[str, dict[str, Any]] = roles.get("tenants", {})
    own = [each for name, each in tenants.items() if tenant in (name, EVERY_TENANT)]
    names: set[str] = set()
    for each in (roles["default"], *own):
        names |= set(each.get("partners", {}))
    return {f"partner:{name}" for name in names}
