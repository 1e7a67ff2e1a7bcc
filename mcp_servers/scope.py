"""For whom one granted call acts, and when."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime

Report = Callable[[float, float, str], Awaitable[None]]
"""Tells whoever waits for a call how much is done, of how much, and in a few words what is being done."""


async def report_to_nobody(done: float, total: float, message: str) -> None:
    """Tell nobody: who called did not ask how it gets on."""
    del done, total, message


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom one call acts, and when; all of it from the grant and the clock, nothing from arguments.

    `key` is the grant's idempotency key, empty where nothing is changed; `digest` names the call's exact arguments.
    `report` is for what takes long: the caller is told how it gets on, and waits on.
    """

    tenant: str
    customer: str
    now: datetime
    key: str = ""
    digest: str = ""
    report: Report = field(default=report_to_nobody, compare=False)

    @property
    def today(self) -> date:
        """The current day, in UTC."""
        return self.now.date()
