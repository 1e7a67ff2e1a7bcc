"""Slots: when technicians can come to a region, and who drives which tour."""

import json
import sqlite3
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mcp_servers.work import instant

REGIONS = {
    "east": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "west": "America/Los_Angeles",
}
"""The regions that crews serve, with their time zones."""

HOURS = (8, 10, 13, 15, 17)
LENGTH = timedelta(hours=2)
DAYS_AHEAD = 15
TECHNICIANS = ("Alex Moreno", "Dana Fischer", "Jordan Blake", "Priscilla Obi", "Sam Whitaker", "Yuki Arai")


class SlotTime(NamedTuple):
    """One slot of a region: the local `day` and the moments between which a technician comes."""

    slot_id: str
    region: str
    day: str
    starts_at: str
    ends_at: str


def slot_at(region: str, day: date, hour: int) -> SlotTime:
    """The slot of a region that begins at a local hour of a day; the same one always has the same number."""
    starts = datetime.combine(day, time(hour), ZoneInfo(REGIONS[region])).astimezone(ZoneInfo("UTC"))
    number = f"{list(REGIONS).index(region) + 1}{day:%y%m%d}{hour:02}"
    return SlotTime(f"SL-{number}", region, day.isoformat(), instant(starts), instant(starts + LENGTH))


def open_slots(database: sqlite3.Connection, tenant: str, today: date) -> None:
    """Open the slots of the coming days in every region; those that are open already stay as they are."""
    slots = (
        slot_at(region, today + timedelta(days=ahead), hour)
        for region in REGIONS
        for ahead in range(DAYS_AHEAD + 1)
        for hour in HOURS
    )
    database.executemany(
        "INSERT OR IGNORE INTO slots (tenant, slot_id, region, day, starts_at, ends_at) VALUES (?, ?, ?, ?, ?, ?)",
        [(tenant, *slot) for slot in slots],
    )


def assign_technician(slot_id: str, starts_at: str) -> str:
    """Who drives this slot's tour and how far they are, as stored JSON."""
    turn = sum(slot_id.encode())
    stops = turn % 3 + 1
    return json.dumps(
        {
            "name": TECHNICIANS[turn % len(TECHNICIANS)],
            "eta_at": instant(datetime.fromisoformat(starts_at) + timedelta(minutes=10 + turn % 5 * 10)),
            "position": f"{stops} stop{'s' if stops > 1 else ''} away",
        }
    )
