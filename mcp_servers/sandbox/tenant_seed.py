"""What a company says of each of its tenants for the sandbox: currency, schedule and customers."""

from collections.abc import Callable
from dataclasses import dataclass

from mcp_servers.sandbox.rows import Rows
from mcp_servers.sandbox.slots import SlotSchedule

Progress = Callable[[int, int], None]
"""Told how many of how many customers are done."""


@dataclass(frozen=True, slots=True)
class TenantSeed:
    """One tenant's part of the sandbox: its currency (ISO 4217), the country in which phone numbers without a code are
    read (ISO 3166), its schedule, and the function that adds its customers.

    `brand` and `contact_point` are what its messages are signed with; empty where it has said neither.
    """

    tenant: str
    currency: str
    country: str
    schedule: SlotSchedule
    fill: Callable[[Rows, Progress], None]
    brand: str = ""
    contact_point: str = ""
