"""Bookable times: which to offer for a wished day, and which of them the customer picks.

Days and times of day are the customer's own: what systems list in UTC is compared in the customer's time zone.
"""

from collections.abc import Callable, Generator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agents.procedure import Ask, Call, CallFailed, CallRefused, Case, Choice, Facts, Say, Step

OFFERED = 3
"""Times in one offer; more are hard to choose from, above all by ear."""
ROUNDS = 3
"""Offers of times before the search is given up."""
DAYS_BEFORE = 4
DAYS_AFTER = 10
"""How far around the wished day to look for times, in days."""
DAY_PARTS = {"morning": 10.0, "afternoon": 14.5, "evening": 18.0}
"""The hour that a part of the day aims at."""


def find_zone(case: Case) -> Generator[Step, Any, str]:
    """The customer's time zone, by its IANA name."""
    customer = yield Call("crm.get_customer", customer_id=case.customer_id)
    return customer["timezone"]


def settle_time(
    case: Case, site_id: str, zone: str, day: str | None, propose: Callable[[Facts], Call]
) -> Generator[Step, Any, Facts | None]:
    """The visit at the time that the customer picked, as `propose` books it; None where no time suited.

    A time that was taken meanwhile is told, and others are offered once.
    """
    slot = yield from _choose_time(case, site_id, zone, day)
    if slot is None:
        return None
    yield _repeat(slot)
    try:
        return (yield propose(slot))
    except (CallFailed, CallRefused) as trouble:
        if isinstance(trouble, CallFailed) and trouble.uncertain:
            raise
        yield Say("time_taken", starts_at=slot["starts_at"])
    slot = yield from _choose_time(case, site_id, zone, day)
    if slot is None:
        return None
    yield _repeat(slot)
    return (yield propose(slot))


def _repeat(slot: Facts) -> Say:
    """Say from when to when the technician comes, before the time is put to the customer for their yes."""
    return Say("chosen", starts_at=slot["starts_at"], ends_at=slot["ends_at"])


def wish_day(case: Case, taken: str = "") -> Generator[Step, Any, str | None]:
    """The day that the customer wishes for, None for any; naming `taken`, the visit's present day, is no wish."""
    day = yield Ask("day", kinds=("date",), reply="ask_day", optional=True)
    if day == taken and any(each.kind == "date" and each.value == taken for each in case.opening):
        day = yield Ask("new_day", kinds=("date",), reply="ask_day", optional=True)
    return day


def _choose_time(case: Case, site_id: str, zone: str, day: str | None) -> Generator[Step, Any, Facts | None]:
    """The bookable time that the customer picked, None where none suited or there are none."""
    for turn in range(1, ROUNDS + 1):
        slots = yield from _list_slots(site_id, day)
        offered = offer_slots(slots, zone, day, case.first("time"))
        if not offered:
            return None
        picked = yield _offer(f"time_{turn}", offered, zone, day)
        if picked is not None:
            return next(each for each in offered if each["slot_id"] == picked)
        if turn < ROUNDS:
            day = yield Ask(f"day_{turn + 1}", kinds=("date",), reply="ask_other_day", optional=True)
    return None


def _list_slots(site_id: str, day: str | None) -> Generator[Step, Any, list[Facts]]:
    """The bookable times around a day, or all of them where no day was wished or none are around it."""
    if day is not None:
        wished = date.fromisoformat(day)
        after, before = wished - timedelta(days=DAYS_BEFORE), wished + timedelta(days=DAYS_AFTER)
        near = yield Call("erp.list_slots", site_id=site_id, after=after.isoformat(), before=before.isoformat())
        if near["items"]:
            return near["items"]
    listed = yield Call("erp.list_slots", site_id=site_id)
    return listed["items"]


def _offer(slot: str, offered: list[Facts], zone: str, day: str | None) -> Ask:
    """The question which of a few times suits; it owns up where the wished day has none."""
    choices = tuple(as_choice(each["slot_id"], each["starts_at"], zone) for each in offered)
    starts = [each["starts_at"] for each in offered]
    if day is None or any(choice.date == day for choice in choices):
        return Ask(slot, choices=choices, reply="offer_times", optional=True, starts=starts)
    return Ask(slot, choices=choices, reply="offer_nearest", optional=True, starts=starts, day=day)


def as_choice(value: str, starts_at: str, zone: str) -> Choice:
    """Something with a time as an answer on offer: known by its id, its day and its time of day."""
    start = as_local(starts_at, zone)
    return Choice(value, value, date=start.date().isoformat(), time=start.strftime("%H:%M"))


def as_local(starts_at: str, zone: str) -> datetime:
    """A moment as the customer's clock shows it."""
    return datetime.fromisoformat(starts_at).astimezone(ZoneInfo(zone))


def offer_slots(slots: list[Facts], zone: str, day: str | None, hour: str | None) -> list[Facts]:
    """The few times to offer, in order of time: on the wished day if it has any, else the nearest to it.

    `hour` is a wished time such as `09:30`, or a part of the day.
    """

    def rank(slot: Facts) -> tuple[int, float]:
        start = as_local(slot["starts_at"], zone)
        return _count_days(start.date(), day), _count_hours(start.hour + start.minute / 60, hour)

    on_day = [each for each in slots if as_local(each["starts_at"], zone).date().isoformat() == day]
    return sorted(sorted(on_day or slots, key=rank)[:OFFERED], key=lambda each: each["starts_at"])


def _count_days(starts_on: date, day: str | None) -> int:
    """How many days a time is off the wished day; without a wish, sooner is nearer."""
    return starts_on.toordinal() if day is None else abs((starts_on - date.fromisoformat(day)).days)


def _count_hours(start: float, wished: str | None) -> float:
    """How many hours a time is off the wished one; without a wish, earlier is nearer."""
    if not wished:
        return start
    hours, _, minutes = wished.partition(":")
    return abs(start - (DAY_PARTS[wished] if wished in DAY_PARTS else int(hours) + int(minutes[:2] or 0) / 60))
