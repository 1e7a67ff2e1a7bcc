"""What the network's tools answer."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class Outage(BaseModel, frozen=True):
    """An outage at one of the customer's sites."""

    outage_id: str = Field(description="The outage's number.")
    site_id: str = Field(description="The site that it hit.")
    started_at: datetime = Field(description="When it began.")
    ended_at: datetime | None = Field(description="Null while it lasts.")
    expected_end_at: datetime | None = Field(description="When it should end; null if not known.")
    cause: str = Field(description="Why, in a few words.")
    days: int = Field(description="Days of outage, each begun day counted.")
    credit_due_minor: int = Field(description="The credit due for it, in minor units; 0 while it lasts.")
    credited: bool = Field(description="Whether the credit was given.")


class Outages(BaseModel, frozen=True):
    """Outages, newest first."""

    items: list[Outage] = Field(description="The entries, in the order that the list promises.")


class Device(BaseModel, frozen=True):
    """A device at a customer's site."""

    device_id: str = Field(description="The device's number.")
    customer_id: str = Field(description="The customer's number.")
    site_id: str = Field(description="Where it stands.")
    kind: str = Field(description="What it is, such as router.")
    model: str = Field(description="Its make.")
    online: bool = Field(description="Whether it answers.")
    last_seen_at: datetime = Field(description="When it last answered.")
    wifi_name: str = Field(description="The name of its Wi-Fi.")


class LineTest(BaseModel, frozen=True):
    """What a line test measured."""

    device_id: str = Field(description="The device at the end of the line.")
    verdict: Literal["good", "device_offline", "line_fault", "degraded"] = Field(
        description="good, device_offline, line_fault or degraded."
    )
    device_online: bool = Field(description="Whether the device answers.")
    down_mbps: float = Field(description="The download speed that was measured.")
    plan_mbps: int = Field(description="The download speed of the plan.")
    packet_loss_percent: float = Field(description="How much was lost on the way.")
    tested_at: datetime = Field(description="When it was measured.")


class Restarted(BaseModel, frozen=True):
    """A restarted device and whether it came back."""

    device_id: str = Field(description="The device.")
    online: bool = Field(description="Whether it came back.")
    restarted_at: datetime = Field(description="When it was restarted.")
