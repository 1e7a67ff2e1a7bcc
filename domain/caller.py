"""Who calls us: a role with a tenant, as proven by its token."""

from dataclasses import dataclass
from enum import StrEnum

from domain.ids import TenantId
from domain.principal import AuthLevel, Customer


class Role(StrEnum):
    """The principals of the HTTP API."""

    CHANNEL = "channel"
    REPRESENTATIVE = "representative"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMIN = "admin"
    PARTNER = "partner"
    CUSTOMER = "customer"


NAMED_ROLES = tuple(role for role in Role if role is not Role.CUSTOMER)
"""Those that a token can be issued for by name; a customer's comes from a customer session alone."""


@dataclass(frozen=True, slots=True)
class CustomerSession:
    """A customer's own way in, to their own conversations and nothing else.

    Where `customer` is not sure (none, or `anonymous`), conversations are found again by `visitor`, a digest of the
    secret that the visitor holds. `origin` is the one web origin that it is used from; empty binds it to none.
    """

    customer: Customer | None
    visitor: str = ""
    origin: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether it is known who that is."""
        return self.customer is not None and self.customer.auth_level is not AuthLevel.ANONYMOUS

    @property
    def owner(self) -> str:
        """What names the owner of a conversation that is opened in this session."""
        return f"customer:{self.customer.id}" if self.is_sure and self.customer else f"visitor:{self.visitor}"


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller. `subject` names the person or system for the record; only customers have a `session`."""

    subject: str
    role: Role
    tenant: TenantId
    session: CustomerSession | None = None
