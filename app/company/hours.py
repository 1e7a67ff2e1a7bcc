"""A tenant's opening hours, as they are worked with."""

from datetime import time

from app.company.profile import TenantProfile
from domain.opening_hours import WEEK, OpeningHours, Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_hours(tenant: TenantProfile) -> OpeningHours:
    """When its people are on duty; without opening hours it is never said to be closed, nor to open."""
    spans: dict[int, tuple[Span, ...]] = {}
    for text in tenant.opening_hours:
        days, _, times = text.partition(" ")
        span = _span(*times.split("-"))
        for day in _days(days):
            spans[day] = tuple(sorted((*spans.get(day, ()), span)))
    return OpeningHours(tenant.timezone, spans)


def _days(text: str) -> list[int]:
    """The days from one to another, over the end of the week where need be."""
    first, _, last = text.partition("-")
    start = DAYS.index(first)
    length = (DAYS.index(last or first) - start) % WEEK
    return [(start + ahead) % WEEK for ahead in range(length + 1)]


def _span(start: str, end: str) -> Span:
    return time.fromisoformat(start), time() if end == "24:00" else time.fromisoformat(end)
