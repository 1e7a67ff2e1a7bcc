"""When a visit would suit a customer, as plain data: what they wished for, excluded or limited, and which times fit.

A wish has any of `days`, `weekdays`, `parts`, `at` and the same with `not_`, `from` and `until` (ISO dates), `after`
and `before` (times of day); `any`, `more`, `later` and `earlier` only tell how to go on from what was offered.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from agents.answers import DAY_PARTS
from agents.procedure import Facts

DAY = ("days", "weekdays", "from", "until")
TIME = ("parts", "at", "after", "before")
EXCLUDED = ("not_days", "not_weekdays", "not_parts", "not_at")
STEPS = ("any", "more", "later", "earlier")
_EARLY = "08:00"
"""Before this hour a time that was said without its half of the day may be the evening's."""


def read_wish(answer: object) -> Facts:
    """A wish from an answer: a plain day, what was said of when it suits, or nothing."""
    if isinstance(answer, str):
        return {"days": [answer]}
    return dict(answer) if isinstance(answer, dict) else {}  # pyright: ignore[reportUnknownArgumentType]


def add_words(wish: Facts, said: Facts) -> Facts:
    """A wish after more words: a new day or time replaces the old one, what is excluded stays excluded."""
    merged: Facts = {name: value for name, value in wish.items() if name not in STEPS}
    if any(name in said for name in DAY):
        merged = {name: value for name, value in merged.items() if name not in DAY}
    if any(name in said for name in TIME):
        merged = {name: value for name, value in merged.items() if name not in TIME}
    for name, value in said.items():
        if name in EXCLUDED:
            merged[name] = [*merged.get(name, []), *(each for each in value if each not in merged.get(name, []))]
        elif name not in STEPS:
            merged[name] = value
    return _without_contradiction(merged)


def is_empty(wish: Facts) -> bool:
    """Whether nothing was said that tells one day or time from another."""
    return not any(name in wish for name in (*DAY, *TIME, *EXCLUDED, "any"))


def without_day(wish: Facts, day: str) -> Facts:
    """A wish without one day that was only named, not wished for."""
    days = [each for each in wish.get("days", []) if each != day]
    rest = {name: value for name, value in wish.items() if name != "days"}
    return {**rest, "days": days} if days else rest


def allows(wish: Facts, start: datetime) -> bool:
    """Whether a time is within the limits and not excluded."""
    day, clock = start.date().isoformat(), start.strftime("%H:%M")
    if day in wish.get("not_days", ()) or start.weekday() in wish.get("not_weekdays", ()):
        return False
    if any(_is_in(part, start.hour) for part in wish.get("not_parts", ())) or _is_at(clock, wish.get("not_at", ())):
        return False
    within = wish.get("from", "") <= day <= wish.get("until", "9999")
    return within and _after(clock, wish.get("after", "")) and clock < _late(wish.get("before", ""))


def fits_day(wish: Facts, start: datetime) -> bool:
    """Whether a time is on a wished day, where one was wished for."""
    if wish.get("days"):
        return start.date().isoformat() in wish["days"]
    return start.weekday() in wish["weekdays"] if wish.get("weekdays") else True


def fits_hour(wish: Facts, start: datetime) -> bool:
    """Whether a time is at a wished hour, where one was wished for."""
    if wish.get("at"):
        return _is_at(start.strftime("%H:%M"), wish["at"])
    return any(_is_in(part, start.hour) for part in wish["parts"]) if wish.get("parts") else True


def first_day(wish: Facts) -> str | None:
    """The day around which to look; None for any."""
    return next(iter(wish.get("days", ())), None) or wish.get("from") or None


def hour(wish: Facts) -> str | None:
    """The time of day, or the part of it, to aim at; None for any."""
    return next(iter((*wish.get("at", ()), *wish.get("parts", ()))), None) or wish.get("after") or None


def go_on(wish: Facts, said: Facts, shown: Sequence[datetime]) -> Facts:
    """A wish after `later`, `earlier` or a new day or time, said to times that were shown."""
    if not shown or not (said.get("later") or said.get("earlier")):
        return add_words(wish, said)
    days = {each.date() for each in shown}
    rest = {name: value for name, value in wish.items() if name not in ("at", "parts", "after", "before")}
    if len(days) == 1:
        clocks = [each.strftime("%H:%M") for each in shown]
        edge: Facts = {"after": _next_minute(max(clocks))} if said.get("later") else {"before": min(clocks)}
        return {**rest, "days": [min(days).isoformat()], **edge}
    rest = {name: value for name, value in rest.items() if name not in DAY}
    return {**rest, **({"from": max(days).isoformat()} if said.get("later") else {"until": min(days).isoformat()})}


def over_the_day(wish: Facts) -> Facts | None:
    """A wish for earlier or later times, beyond the one day that it names; None for any other wish."""
    days = wish.get("days", ())
    if len(days) != 1 or not ("before" in wish or "after" in wish):
        return None
    day = date.fromisoformat(days[0])
    rest = {name: value for name, value in wish.items() if name not in ("days", "before", "after")}
    if "before" in wish:
        return {**rest, "until": (day - timedelta(days=1)).isoformat()}
    return {**rest, "from": (day + timedelta(days=1)).isoformat()}


def _without_contradiction(wish: Facts) -> Facts:
    days = [each for each in wish.get("days", []) if each not in wish.get("not_days", [])]
    left = {name: value for name, value in wish.items() if name != "days"}
    wanted: Facts = {**left, "days": days} if days else left
    weekdays = {datetime.fromisoformat(each).weekday() for each in days}
    if "not_weekdays" in wanted:
        wanted["not_weekdays"] = [each for each in wanted["not_weekdays"] if each not in weekdays]
    return wanted


def _is_in(part: Any, at: int) -> bool:
    start, end = DAY_PARTS.get(str(part), (0, 0))
    return start <= at < end


def _is_at(clock: str, wished: Sequence[str]) -> bool:
    return any(clock == each or (each < _EARLY and clock == _later_half(each)) for each in wished)


def _later_half(clock: str) -> str:
    return (datetime.fromisoformat(f"2000-01-01T{clock}") + timedelta(hours=12)).strftime("%H:%M")


def _after(clock: str, limit: str) -> bool:
    return clock >= limit


def _late(limit: str) -> str:
    return limit or "99:99"


def _next_minute(clock: str) -> str:
    return (datetime.fromisoformat(f"2000-01-01T{clock}") + timedelta(minutes=1)).strftime("%H:%M")
