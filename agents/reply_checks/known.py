"""What the systems said in this turn, as the figures that a reply may name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from agents.reply_checks.days import Day
from agents.reply_checks.figures import Figure, figures_in, share
from agents.reply_checks.text import normal

_MONEY_KEY = re.compile(r"_minor(?:_|$)|amount|total|balance|fee|price|difference|credit|refund")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_ID = re.compile(r"[\w.-]*\d[\w.-]*")


@dataclass(slots=True)
class Known:
    """The figures found in some results or words, by kind; `states` are plain words and true keys of results."""

    timezone: str = "UTC"
    amounts: set[int] = field(default_factory=set[int])
    percents: set[str] = field(default_factory=set[str])
    days: set[Day] = field(default_factory=set[Day])
    times: set[str] = field(default_factory=set[str])
    names: set[str] = field(default_factory=set[str])
    states: set[str] = field(default_factory=set[str])

    def supports(self, figure: Figure) -> bool:
        """Whether one of the figure's readings is known."""
        match figure.kind:
            case "amount":
                return any(value in self.amounts for value in figure.values)
            case "percent":
                return any(value in self.percents for value in figure.values)
            case "time":
                return any(value in self.times for value in figure.values)
            case "date":
                return any(value.fits(day) for value in figure.values for day in self.days)
            case _:
                return any(value in self.names for value in figure.values)

    def read_results(self, results: Iterable[Any]) -> "Known":
        """Add every figure that structured results hold."""
        for result in results:
            for key, value in _leaves(result):
                self._read(key, value)
        return self

    def read_words(self, words: Iterable[str]) -> "Known":
        """Add every figure that somebody's words name; a bare number may have been meant as an amount."""
        for said in words:
            self._read_text(said)
            for number in re.findall(r"\d+", normal(said)):
                self.amounts.add(int(number) * 100)
                self.percents.add(share(number))
        return self

    def _read(self, key: str, value: Any) -> None:
        if value and not isinstance(value, str):
            self.states.add(key)
        if isinstance(value, bool) or value is None:
            return
        if isinstance(value, str):
            self._read_string(key, value)
        elif isinstance(value, date):
            self._read_day(value)
        elif isinstance(value, int | float):
            self._read_number(key, value)

    def _read_number(self, key: str, value: float) -> None:
        self.percents.add(f"{value:g}")
        if isinstance(value, float):
            self.amounts.add(round(value * 100))
        elif _MONEY_KEY.search(key):
            self.amounts.add(abs(value))

    def _read_string(self, key: str, value: str) -> None:
        if value:
            self.states.update((key, value.lower()))
        try:
            self._read_day(datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value))
        except ValueError:
            if month := _MONTH.fullmatch(value):
                self.days.add(Day(int(month[1]), int(month[2])))
            self._read_text(value)

    def _read_day(self, value: date) -> None:
        if isinstance(value, datetime):
            value = value.astimezone(ZoneInfo(self.timezone)) if value.tzinfo else value
            self.times.add(f"{value:%H:%M}")
        self.days.add(Day.of(value))

    def _read_text(self, text: str) -> None:
        plain = normal(text)
        self.names.update(name.strip(".-").upper() for name in _ID.findall(plain))
        self.names.add(re.sub(r"\D", "", plain))
        for figure in figures_in(plain):
            self._add(figure)

    def _add(self, figure: Figure) -> None:
        match figure.kind:
            case "amount":
                self.amounts.update(figure.values)
            case "percent":
                self.percents.update(figure.values)
            case "time":
                self.times.update(figure.values)
            case "date":
                self.days.update(figure.values)
            case _:
                self.names.update(figure.values)


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, item in cast("dict[str, Any]", value).items():
            yield from _leaves(item, name)
    elif isinstance(value, list | tuple):
        for item in cast("list[Any]", value):
            yield from _leaves(item, key)
    else:
        yield key, value
