"""A customer's earlier contact, as the next conversation sees it: where, when, what about and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.ids import ConversationId
from domain.principal import AuthLevel, Customer

ContactStatus = Literal["", "open", "approval", "person", "check", "settled", "declined", "rejected"]
"""How a contact stands: `open` unfinished, `approval` waits for a supervisor, `person` is with people, `check` was
asked whether all is well, `settled` or `declined` by its last journey, `rejected` by a supervisor, empty where it was
about nothing."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One earlier conversation; `subject` is a procedure, `at` the time of its last words."""

    conversation_id: ConversationId
    channel: str
    at: datetime
    subject: str
    standing: ContactStatus


def known_as(customer: Customer | None) -> str:
    """The customer number where it is sure enough to be remembered by, else empty."""
    if customer is None or customer.auth_level is AuthLevel.ANONYMOUS:
        return ""
    return customer.id
