"""How many scenarios are passed: pass^k, over all and by journey, language and manner.

pass^k is the chance that all of k trials of a scenario pass. With c of n trials passed it is estimated, without bias,
by C(c, k) / C(n, k), and averaged over the scenarios: Yao et al., "tau-bench: A Benchmark for Tool-Agent-User
Interaction in Real-World Domains" (2024).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb

from app.journeys.scenario import Variant
from app.journeys.trial import Result


@dataclass(frozen=True, slots=True)
class VariantResult:
    """A variant with all its trials."""

    variant: Variant
    results: tuple[Result, ...]

    @property
    def passed(self) -> int:
        """How many trials passed."""
        return sum(result.passed for result in self.results)

    @property
    def worth_reading(self) -> list[Result]:
        """The trials that failed; the first, where none did."""
        return [result for result in self.results if not result.passed] or list(self.results[:1])

    def pass_hat(self, k: int) -> float:
        """The chance that k trials all pass."""
        return comb(self.passed, k) / comb(len(self.results), k)


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of some scenarios; `pass_k` is pass^k for as many trials as were played."""

    scenarios: int
    pass_1: float
    pass_k: float


def gather(variants: Sequence[Variant], results: Sequence[Result]) -> list[VariantResult]:
    """Each variant with its trials."""
    by_id: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_id[result.variant].append(result)
    return [VariantResult(variant, tuple(by_id[variant.id])) for variant in variants]


def measure(outcomes: Sequence[VariantResult], k: int) -> Score:
    """pass^1 and pass^k of some outcomes; nothing is passed where nothing was played."""
    count = max(len(outcomes), 1)
    ones, all_k = (sum(outcome.pass_hat(each) for outcome in outcomes) / count for each in (1, k))
    return Score(len(outcomes), ones, all_k)


def break_down(outcomes: Sequence[VariantResult], k: int, key: Callable[[Variant], str]) -> dict[str, Score]:
    """The score of each group of outcomes, in the order in which the groups first come."""
    groups: dict[str, list[VariantResult]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome.variant)].append(outcome)
    return {name: measure(group, k) for name, group in groups.items()}
