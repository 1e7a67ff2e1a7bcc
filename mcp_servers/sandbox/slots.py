"""Slots: when a tenant's people can see its customers, and who of them comes."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mcp_servers.work import Work, instant

DAYS_AHEAD = 15


@dataclass(frozen=True, slots=True)
class SlotSchedule:
    """When appointments of a tenant can take place, and who keeps them.

    `regions` are names of areas or places with their time zones; `hours` are the local hours at which slots begin, on
    `weekdays` (Monday is 0); `people` are the names of those who come.
    """

    regions: Mapping[str, str]
    hours: tuple[int, ...]
    people: tuple[str, ...]
    length: timedelta = timedelta(hours=2)
    weekdays: frozenset[int] = frozenset(range(7))


class SlotTime(NamedTuple):
    """One slot of a region: the local `day` and the moments between which it lies."""

    slot_id: str
    region: str
    day: str
    starts_at: str
    ends_at: str


def slot_at(schedule: SlotSchedule, region: str, day: date, hour: int) -> SlotTime:
    """The slot of a region that begins at a local hour of a day; the same one always has the same number."""
    starts = datetime.combine(day, time(hour), ZoneInfo(schedule.regions[region])).astimezone(ZoneInfo("UTC"))
    number = f"{list(schedule.regions).index(region) + 1}{day:%y%m%d}{hour:02}"
    return SlotTime(f"SL-{number}", region, day.isoformat(), instant(starts), instant(starts + schedule.length))


def open_slots(database: sqlite3.Connection, tenant: str, schedule: SlotSchedule, today: date) -> None:
    """Open the slots of the coming days in every region; those that are open already stay as they are."""
    database.executemany(
        "INSERT OR IGNORE INTO slots (tenant, slot_id, region, day, starts_at, ends_at) VALUES (?, ?, ?, ?, ?, ?)",
        [(tenant, *slot) for slot in _coming(schedule, today)],
    )
    database.executemany(
        "INSERT OR IGNORE INTO crew (tenant, position, name) VALUES (?, ?, ?)",
        [(tenant, position, name) for position, name in enumerate(schedule.people)],
    )


def _coming(schedule: SlotSchedule, today: date) -> Iterator[SlotTime]:
    days = (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1))
    open_days = [day for day in days if day.weekday() in schedule.weekdays]
    for region in schedule.regions:
        yield from (slot_at(schedule, region, day, hour) for day in open_days for hour in schedule.hours)


def assign_crew(work: Work, slot_id: str, starts_at: str) -> str | None:
    """Who of the tenant's people keeps this slot, as stored JSON; nobody where the tenant has named nobody."""
    people = [row["name"] for row in work.list("SELECT name FROM crew WHERE tenant = :tenant ORDER BY position")]
    return assign(people, slot_id, starts_at) if people else None


def assign(people: Sequence[str], slot_id: str, starts_at: str) -> str:
    """Who of these people keeps this slot and how far they are, as stored JSON."""
    turn = sum(slot_id.encode())
    stops = turn % 3 + 1
    return json.dumps(
        {
            "name": people[turn % len(people)],
            "eta_at": instant(datetime.fromisoformat(starts_at) + timedelta(minutes=10 + turn % 5 * 10)),
            "position": f"{stops} stop{'s' if stops > 1 else ''} away",
        }
    )
