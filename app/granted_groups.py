"""Who has which policy group: a tool of a group that nobody has is denied to everybody, however well it is pinned."""

from collections.abc import Mapping
from typing import Any

from domain.names import suggest

ASKED_BY_PARTNERS = "consent_request"
"""The group that the policy's rules give to every partner agent, and to nobody else."""


def granted_groups(roles: Mapping[str, Any]) -> set[str]:
    """Every group that a specialist, a representative or a partner agent has, at any tenant."""
    found = {ASKED_BY_PARTNERS}
    for each in (roles["default"], *roles.get("tenants", {}).values()):
        found |= {*each.get("representatives", ())}
        found |= {group for groups in each.get("specialists", {}).values() for group in groups}
    return found


def lack_of(group: str, roles: Mapping[str, Any]) -> str:
    """Why nobody can call a tool of that group, with the nearest that somebody has; "" where somebody can."""
    granted = granted_groups(roles)
    if not group:
        return "no group"
    return "" if group in granted else f"nobody has the group {group}{suggest(group, sorted(granted))}"
