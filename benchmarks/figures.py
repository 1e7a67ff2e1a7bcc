"""What benchmarks report: figures with what they are compared with, and whether they reach their target."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

Rounds = Sequence[Sequence[float]]
"""Milliseconds of each call, round by round."""


class Skipped(Exception):
    """A benchmark cannot run here; the message says why."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    `against` was measured in the same run, taking turns with `value`; `ratio` is the median of the rounds' ratios. The
    `limit` is the most that the ratio may be, or the value where nothing is compared. `spread` is the lowest and the
    highest round of what the limit is for.
    """

    what: str
    value: float
    unit: str
    against: float | None = None
    ratio: float | None = None
    limit: float | None = None
    spread: tuple[float, float] | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        measured = self.value if self.ratio is None else self.ratio
        return None if self.limit is None else measured <= self.limit


def compare(what: str, ours: Rounds, theirs: Rounds, *, limit: float | None = None, note: str = "") -> Figure:
    """Our median against theirs, in milliseconds."""
    ratios = [median(mine) / median(yours) for mine, yours in zip(ours, theirs, strict=True)]
    return Figure(
        what,
        value=median(_flat(ours)),
        unit="ms",
        against=median(_flat(theirs)),
        ratio=median(ratios),
        limit=limit,
        spread=(min(ratios), max(ratios)),
        note=note,
    )


def summarise(what: str, values: Sequence[float], unit: str, *, limit: float | None = None, note: str = "") -> Figure:
    """The median of the rounds' values."""
    return Figure(what, median(values), unit, limit=limit, spread=(min(values), max(values)), note=note)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many per cent of the values do not exceed."""
    if len(values) < 2:
        return sum(values)
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def _flat(rounds: Rounds) -> list[float]:
    return [value for each in rounds for value in each]
