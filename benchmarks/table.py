"""The figures as one table, or as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.figures import Figure
from benchmarks.machine import Machine


class TableSection(Protocol):
    """What one benchmark found, or why it was not run or broke."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def figures(self) -> list[Figure]: ...
    @property
    def skipped(self) -> str: ...
    @property
    def broken(self) -> str: ...


MARKS = {True: "[green]reached[/green]", False: "[red]missed[/red]", None: ""}


def show(console: Console, machine: Machine, sections: Sequence[TableSection]) -> None:
    """Print the table with the machine below it."""
    table = Table(box=None, padding=(0, 1), header_style="dim", expand=False)
    table.add_column("what")
    for heading in ("measured", "compared", "ratio", "rounds", "target"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for section in sections:
        table.add_row(f"[bold]{section.title}[/bold]  [dim]--only {section.name}[/dim]")
        if section.skipped:
            table.add_row(f"  [yellow]skipped: {section.skipped}[/yellow]")
        if section.broken:
            table.add_row(f"  [red]broke: {escape(section.broken)}[/red]")
        for figure in section.figures:
            table.add_row(*_cells(figure))
    console.print(table)
    console.print(f"[dim]{describe(machine)}[/dim]")


def describe(machine: Machine) -> str:
    """The machine in two lines."""
    return (
        f"{machine.date}, {machine.system}, {machine.cores} cores of {machine.processor}, {machine.memory_gb:.0f} GB, "
        f"{machine.python}\n"
        f"load before the run {machine.load:.2f}; 4 KiB are safely on disk after {machine.sync_ms:.2f} ms"
    )


def as_json(machine: Machine, sections: Sequence[TableSection]) -> dict[str, Any]:
    """Everything that was measured, for other programs."""
    return {
        "machine": asdict(machine),
        "benchmarks": [
            {
                "name": section.name,
                "title": section.title,
                "skipped": section.skipped,
                "broken": section.broken,
                "figures": [{**asdict(figure), "met": figure.met} for figure in section.figures],
            }
            for section in sections
        ],
    }


def _cells(figure: Figure) -> tuple[str, ...]:
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}x"
    against = "" if figure.against is None else _amount(figure.against, figure.unit)
    words = f"  {figure.what}" + (f" [dim]{figure.note}[/dim]" if figure.note else "")
    return (
        words,
        _amount(figure.value, figure.unit),
        against,
        ratio,
        _spread(figure),
        _target(figure),
        MARKS[figure.met],
    )


def _amount(value: float, unit: str) -> str:
    digits = 0 if value >= 100 or value == int(value) else 2 if value < 10 else 1
    return f"{value:,.{digits}f} {unit}".rstrip()


def _spread(figure: Figure) -> str:
    if figure.spread is None:
        return ""
    low, high = figure.spread
    return f"{low:.2f}-{high:.2f}x" if figure.ratio is not None else f"{_amount(low, '')}-{_amount(high, '')}"


def _target(figure: Figure) -> str:
    if figure.limit is None:
        return ""
    return f"≤ {figure.limit:g}x" if figure.ratio is not None else f"≤ {_amount(figure.limit, figure.unit)}"
