"""Bookable times: which to offer for a wished day, and which of them the customer picks.

Days and times of day are the customer's own: what systems list in UTC is compared in the customer's time zone.
"""

from collections.abc import Callable, Generator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agents.procedure import Ask, Call, CallFailed, CallRefused, Case, Choice, Facts, Say, Step
from agents.scheduling.suitable import (
    add_words,
    allows,
    first_day,
    fits_day,
    fits_hour,
    go_on,
    hour,
    is_empty,
    over_the_day,
    read_wish,
    without_day,
)

OFFERED = 3
"""Times in one offer; more are hard to choose from, above all by ear."""
ROUNDS = 3
"""Offers of times that do not suit before the search is given up."""
MOST_OFFERS = 9
"""Offers of times in all, those that were narrowed down included."""
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
    case: Case, site_id: str, zone: str, wish: Facts, propose: Callable[[Facts], Call]
) -> Generator[Step, Any, Facts | None]:
    """The visit at the time that the customer picked, as `propose` books it; None where no time suited.

    A time that was taken meanwhile is told, and others are offered once.
    """
    slot = yield from _choose_time(case, site_id, zone, wish)
    if slot is None:
        return None
    yield _repeat(slot)
    try:
        return (yield propose(slot))
    except (CallFailed, CallRefused) as trouble:
        if isinstance(trouble, CallFailed) and trouble.uncertain:
            raise
        yield Say("time_taken", starts_at=slot["starts_at"])
    slot = yield from _choose_time(case, site_id, zone, wish)
    if slot is None:
        return None
    yield _repeat(slot)
    return (yield propose(slot))


def _repeat(slot: Facts) -> Say:
    """Say from when to when the technician comes, before the time is put to the customer for their yes."""
    return Say("chosen", starts_at=slot["starts_at"], ends_at=slot["ends_at"])


def wish_day(case: Case, taken: str = "") -> Generator[Step, Any, Facts]:
    """When it suits the customer, nothing for any time; naming `taken`, the visit's present day, is no wish."""
    wish = read_wish((yield ask_day("day")))
    named = any(each.kind == "date" and each.value == taken for each in case.opening)
    wish = without_day(wish, taken) if named and taken else wish
    if is_empty(wish) and (named or wish):
        wish = {**wish, **read_wish((yield ask_day("new_day")))}
    return wish


def ask_day(slot: str, reply: str = "ask_day") -> Ask:
    """The question for a day, or anything else that says when it suits; what names none is asked about again."""
    return Ask(slot, kinds=("availability", "date"), reply=reply, optional=True).telling_misses("day_not_understood")


def _choose_time(case: Case, site_id: str, zone: str, wish: Facts) -> Generator[Step, Any, Facts | None]:
    """The bookable time that the customer picked, None where none suited or there are none.

    A wish that only one free time fits is that time; any other free time can be named to an offer.
    """
    wish = add_words({"parts": [part]} if (part := case.first("time")) in DAY_PARTS else _at(part), wish)
    seen: list[Facts] = []
    refusals, stepped = 0, False
    for turn in range(1, MOST_OFFERS + 1):
        slots = yield from _list_slots(site_id, first_day(wish))
        exact = only_fitting(slots, zone, wish)
        if exact is not None:
            return exact
        offered = choose_offer(slots, zone, wish, seen)
        beyond = over_the_day(wish) if stepped and not offered else None
        if beyond is not None:
            wish, offered = beyond, choose_offer(slots, zone, beyond, seen)
        if not offered:
            return None
        answer = yield _offer(f"time_{turn}", offered, slots, zone, wish)
        if isinstance(answer, str):
            return next(each for each in offered if each["slot_id"] == answer)
        if answer is not None:
            said = read_wish(answer)
            if set(said) == {"any"}:
                return offered[0]
            seen = [*seen, *offered] if said.get("more") else []
            stepped = bool(said.get("later") or said.get("earlier"))
            wish = go_on(wish, said, [as_local(each["starts_at"], zone) for each in offered])
            continue
        refusals += 1
        if refusals >= ROUNDS:
            return None
        wish = add_words(wish, {"any": True} | read_wish((yield ask_day(f"day_{turn + 1}", "ask_other_day"))))
        seen = [*seen, *offered]
    return None


def _at(moment: Any) -> Facts:
    return {"at": [moment]} if moment else {}


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


def only_fitting(slots: list[Facts], zone: str, wish: Facts) -> Facts | None:
    """The one free time at exactly the day and hour that were wished for; None where it is not just one."""
    if not wish.get("at"):
        return None
    fitting = [each for each in slots if _fits(each, zone, wish)]
    return fitting[0] if len(fitting) == 1 and wish.get("days") else None


def _fits(slot: Facts, zone: str, wish: Facts) -> bool:
    start = as_local(slot["starts_at"], zone)
    return allows(wish, start) and fits_day(wish, start) and fits_hour(wish, start)


def choose_offer(slots: list[Facts], zone: str, wish: Facts, seen: list[Facts]) -> list[Facts]:
    """The few times to offer: those that fit, else the nearest; never one that was excluded, nor shown before."""
    shown = {each["slot_id"] for each in seen}
    allowed = [each for each in slots if allows(wish, as_local(each["starts_at"], zone))]
    allowed = [each for each in allowed if each["slot_id"] not in shown] or allowed
    on_day = [each for each in allowed if fits_day(wish, as_local(each["starts_at"], zone))]
    day = first_day(wish)
    fitting = [each for each in on_day if fits_hour(wish, as_local(each["starts_at"], zone))]
    if fitting and (wish.get("at") or wish.get("parts")):
        return offer_slots(fitting, zone, None if wish.get("weekdays") else day, hour(wish))
    return offer_slots(on_day or allowed, zone, day, hour(wish))


def _offer(slot: str, offered: list[Facts], slots: list[Facts], zone: str, wish: Facts) -> Ask:
    """The question which of a few times suits; it owns up where what was wished for is not free."""
    choices = tuple(as_choice(each["slot_id"], each["starts_at"], zone) for each in offered)
    starts = [each["starts_at"] for each in offered]
    days = wish.get("days", [])
    free = any(_fits(each, zone, wish) for each in slots)
    day = days[0] if len(days) == 1 and not any(choice.date == days[0] for choice in choices) else None
    bookable = any(as_local(each["starts_at"], zone).date().isoformat() == day for each in slots)
    elsewhere = "offer_other_day" if bookable else "offer_nearest"
    reply = elsewhere if day else ("offer_times" if free else "offer_closest")
    facts: Facts = {"day": day} if day else {}
    kinds = ("choice", "availability")
    question = Ask(slot, kinds=kinds, choices=choices, reply=reply, optional=True, starts=starts, **facts)
    return question.telling_misses("time_not_understood")


def as_choice(value: str, starts_at: str, zone: str) -> Choice:
    """Something with a time as an answer on offer: known by its id, its day and its time of day."""
    start = as_local(starts_at, zone)
    shown: Facts = {"name": "", "day_time": starts_at}
    return Choice(value, value, date=start.date().isoformat(), time=start.strftime("%H:%M"), shown=shown)


def as_local(starts_at: str, zone: str) -> datetime:
    """A moment as the customer's clock shows it."""
    return datetime.fromisoformat(starts_at).astimezone(ZoneInfo(zone))


def offer_slots(slots: list[Facts], zone: str, day: str | None, wished: str | None) -> list[Facts]:
    """The few times to offer, in order of time: on the wished day if it has any, else the nearest to it.

    `wished` is a time such as `09:30`, or a part of the day.
    """

    def rank(slot: Facts) -> tuple[int, float]:
        start = as_local(slot["starts_at"], zone)
        return _count_days(start.date(), day), _count_hours(start.hour + start.minute / 60, wished)

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
