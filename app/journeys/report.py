"""What a run of trials found, for people: a table on the terminal, one HTML page, and JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from math import floor
from typing import Any

from jinja2 import Environment, StrictUndefined
from rich.console import Console
from rich.table import Table

from app.journeys.scenario import LANGUAGES, MANNERS, Variant
from app.journeys.score import Score, VariantResult, break_down, measure


@dataclass(frozen=True, slots=True)
class Findings:
    """A run: its outcomes, how many trials each has, the dice's seed, and how long it took.

    Where it is `reworded`, pass^1 is what is asked for, and nothing may have been done that a customer did not want.
    """

    outcomes: Sequence[VariantResult]
    trials: int
    seed: int
    took: timedelta
    wanted: float
    reworded: bool = False

    @property
    def harmed(self) -> int:
        """In how many trials something was done that the customer did not ask for."""
        return sum(result.harmed for outcome in self.outcomes for result in outcome.results)

    @property
    def total(self) -> Score:
        """The figures of all."""
        return measure(self.outcomes, self.trials)

    @property
    def failed(self) -> list[VariantResult]:
        """Those of which a trial failed, the worst first."""
        worst = sorted(self.outcomes, key=lambda outcome: outcome.passed)
        return [outcome for outcome in worst if outcome.passed < len(outcome.results)]

    @property
    def good_enough(self) -> bool:
        """Whether pass^k reaches what was asked for; with strangers' words pass^1, and nobody is harmed."""
        if self.reworded:
            return bool(self.outcomes) and self.total.pass_1 >= self.wanted and not self.harmed
        return bool(self.outcomes) and self.total.pass_k >= self.wanted

    def groups(self) -> dict[str, dict[str, Score]]:
        """The figures by journey, by language and by manner."""
        by = {"journey": _journey, "language": _language, "manner": _manner}
        return {name: break_down(self.outcomes, self.trials, key) for name, key in by.items()}


def _journey(variant: Variant) -> str:
    return variant.journey


def _language(variant: Variant) -> str:
    return variant.language


def _manner(variant: Variant) -> str:
    return variant.manner


def as_json(findings: Findings) -> dict[str, Any]:
    """The figures, and every failed trial."""
    return {
        "seed": findings.seed,
        "trials": findings.trials,
        "seconds": round(findings.took.total_seconds(), 1),
        **_figures(findings.total, findings.trials),
        "wrong_effects": findings.harmed,
        "by": {
            group: {name: _figures(score, findings.trials) for name, score in scores.items()}
            for group, scores in findings.groups().items()
        },
        "failed": [
            {
                "scenario": result.variant,
                "trial": result.number,
                "customer": result.customer_id,
                "missed": result.missed,
                "transcript": result.transcript,
            }
            for outcome in findings.failed
            for result in outcome.results
            if not result.passed
        ],
    }


def _figures(score: Score, k: int) -> dict[str, Any]:
    return {"scenarios": score.scenarios, "pass^1": round(score.pass_1, 4), f"pass^{k}": round(score.pass_k, 4)}


def show(console: Console, findings: Findings) -> None:
    """Print the figures by journey, language and manner, and what the judge missed in the failed trials."""
    for group, scores in findings.groups().items():
        table = Table(group, "scenarios", "pass^1", f"pass^{findings.trials}", box=None, header_style="dim")
        for name, score in scores.items():
            table.add_row(name, str(score.scenarios), _percent(score.pass_1), _colour(score.pass_k))
        console.print(table)
        console.print()
    for outcome in findings.failed:
        for result in outcome.results:
            if not result.passed:
                console.print(f"[red]failed[/red] {result.variant} [dim]trial {result.number + 1}[/dim]")
                for missed in result.missed:
                    console.print(f"       {missed}", markup=False)
    total = findings.total
    style = "green" if findings.good_enough else "red"
    console.print(
        f"[bold {style}]pass^{findings.trials} {_percent(total.pass_k)}[/bold {style}] (asked for: "
        f"{_percent(findings.wanted)}), pass^1 {_percent(total.pass_1)}, {total.scenarios} scenarios, "
        f"{total.scenarios * findings.trials} trials, {findings.harmed} with an effect that nobody asked for, "
        f"{findings.took.total_seconds():.0f} s"
    )


def _percent(share: float) -> str:
    """A share in per cent, never rounded up: 94.96 is not yet 95."""
    return f"{floor(1000 * share + 1e-9) / 10:.1f} %"


def _colour(share: float) -> str:
    return _percent(share) if share == 1 else f"[red]{_percent(share)}[/red]"


def render_page(findings: Findings) -> str:
    """One self-contained HTML page; what customers and the application said is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["percent"] = _percent
    template = files("app.journeys").joinpath("report.html").read_text("utf-8")
    return environment.from_string(template).render(
        findings=findings,
        total=findings.total,
        groups=findings.groups(),
        matrix=_matrix(findings),
        languages=[each for each in LANGUAGES if each in findings.groups()["language"]],
        manners=[each for each in MANNERS if each in findings.groups()["manner"]],
    )


Cells = Mapping[tuple[str, str], Score]


def _matrix(findings: Findings) -> dict[str, Cells]:
    """By journey, the figures of each language in each manner."""
    journeys: dict[str, list[VariantResult]] = {}
    for outcome in findings.outcomes:
        journeys.setdefault(outcome.variant.journey, []).append(outcome)
    return {journey: _cells(outcomes, findings.trials) for journey, outcomes in journeys.items()}


def _cells(outcomes: Sequence[VariantResult], k: int) -> Cells:
    cells: dict[tuple[str, str], list[VariantResult]] = {}
    for outcome in outcomes:
        cells.setdefault((outcome.variant.language, outcome.variant.manner), []).append(outcome)
    return {place: measure(found, k) for place, found in cells.items()}
