"""When a company's people are on duty, by the week."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[time, time]
WEEK = 7


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Spans of local time in `timezone` by weekday, Monday being 0, in order; a span that ends at 0:00 ends the day."""

    timezone: str = "UTC"
    spans: Mapping[int, tuple[Span, ...]] = field(default_factory=dict[int, tuple[Span, ...]])

    def opens_at(self, now: datetime) -> datetime | None:
        """`now` where it lies within a span, else the start of the next one; None where there is no span at all."""
        zone = ZoneInfo(self.timezone)
        today = now.astimezone(zone).date()
        for ahead in range(WEEK + 1):
            day = today + timedelta(days=ahead)
            for start, end in self.spans.get(day.weekday(), ()):
                last = day + timedelta(days=end == time())
                if datetime.combine(last, end, zone) > now:
                    return max(now, datetime.combine(day, start, zone).astimezone(UTC))
        return None

    def after(self, begun: datetime, time_open: timedelta) -> datetime:
        """The moment at which so much time that is open has gone by; all time counts where there is no span at all."""
        at, left = begun, time_open
        while (opens := self.opens_at(at)) is not None:
            closes = self._closes_at(opens)
            if opens + left <= closes:
                return opens + left
            left -= closes - opens
            at = closes
        return begun + time_open

    def _closes_at(self, now: datetime) -> datetime:
        """The end of the span in which `now` lies."""
        zone = ZoneInfo(self.timezone)
        today = now.astimezone(zone).date()
        ends = (
            datetime.combine(today + timedelta(days=end == time()), end, zone).astimezone(UTC)
            for _, end in self.spans.get(today.weekday(), ())
        )
        return next(end for end in ends if end > now)

    def by_days(self) -> tuple[tuple[int, int, tuple[Span, ...]], ...]:
        """The week in short: from which day to which the same spans hold, days without any left out."""
        runs: list[tuple[int, int, tuple[Span, ...]]] = []
        for day in range(WEEK):
            spans = self.spans.get(day, ())
            if runs and runs[-1][1] == day - 1 and runs[-1][2] == spans:
                runs[-1] = (runs[-1][0], day, spans)
            elif spans:
                runs.append((day, day, spans))
        return tuple(runs)
