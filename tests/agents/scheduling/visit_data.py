"""Visits and bookable times as the ERP lists them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")


def slot(day: str, hour: int, site_id: str = "S-1") -> dict[str, Any]:
    """A time of two hours that begins at an hour of New York."""
    start = datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=ZONE).astimezone(UTC)
    return {
        "slot_id": f"SL-{day}-{hour:02}",
        "site_id": site_id,
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(),
    }


def visit(appointment_id: str, day: str, hour: int, **changes: Any) -> dict[str, Any]:
    times = slot(day, hour)
    return {
        "appointment_id": appointment_id,
        "customer_id": "C-1",
        "kind": "repair",
        "status": "booked",
        "reschedule_count": 0,
        "technician": None,
        **times,
        **changes,
    }


def list_slots(*slots: dict[str, Any]) -> Any:
    """The ERP's answer to a question for times: those of the local days asked for."""

    def listed(site_id: str, after: str = "0001-01-01", before: str = "9999-12-31") -> dict[str, Any]:
        return {"items": [each for each in slots if after <= local_day(each) <= before]}

    return listed


def local_day(entry: dict[str, Any]) -> str:
    return datetime.fromisoformat(entry["starts_at"]).astimezone(ZONE).date().isoformat()
