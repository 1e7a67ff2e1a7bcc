"""For whom one granted call acts, and when."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom one call acts, and when; all of it from the grant and the clock, nothing from arguments.

    `key` is the grant's idempotency key, empty where nothing is changed; `digest` names the call's exact arguments.
    """

    tenant: str
    customer: str
    now: datetime
    key: str = ""
    digest: str = ""

    @property
    def today(self) -> date:
        """The current day, in UTC."""
        return self.now.date()
