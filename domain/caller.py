"""Who calls us: a role with a tenant, as proven by its token."""

from dataclasses import dataclass
from enum import StrEnum

from domain.ids import TenantId


class Role(StrEnum):
    """The principals of the HTTP API."""

    CHANNEL = "channel"
    REPRESENTATIVE = "representative"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMIN = "admin"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller. `subject` names the person or system for the record."""

    subject: str
    role: Role
    tenant: TenantId
