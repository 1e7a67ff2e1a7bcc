"""What the network's tools answer."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class Outage(BaseModel, frozen=True):
    """An outage at one of the customer's sites."""

    outage_id: str
    site_id: str
    started_at: datetime
    ended_at: datetime | None = Field(description="Null while it lasts.")
    expected_end_at: datetime | None
    cause: str
    days: int = Field(description="Days of outage, each begun day counted.")
    credit_due_minor: int = Field(description="The credit due for it, in minor units; 0 while it lasts.")
    credited: bool


class Outages(BaseModel, frozen=True):
    """Outages, newest first."""

    items: list[Outage]


class Device(BaseModel, frozen=True):
    """A device at a customer's site."""

    device_id: str
    customer_id: str
    site_id: str
    kind: str
    model: str
    online: bool
    last_seen_at: datetime
    wifi_name: str


class LineTest(BaseModel, frozen=True):
    """What a line test measured."""

    device_id: str
    verdict: Literal["good", "device_offline", "line_fault", "degraded"]
    device_online: bool
    down_mbps: float
    plan_mbps: int
    packet_loss_percent: float
    tested_at: datetime


class Restarted(BaseModel, frozen=True):
    """A restarted device and whether it came back."""

    device_id: str
    online: bool
    restarted_at: datetime
