"""The command: which benchmarks there are, running them one after the other, and printing what they found."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.logs import set_up_logs
from benchmarks import crowd, governed_call, growth, policy_engines, start_up, understanding, whole_turn
from benchmarks.figures import Figure, Skipped
from benchmarks.houses import running_house
from benchmarks.machine import Machine, look_at_machine
from benchmarks.processes import ROOT
from benchmarks.stage import Stage
from benchmarks.table import as_json, show

Measure = Callable[[Stage], Awaitable[list[Figure]]]
BENCHMARKS: dict[str, tuple[str, Measure]] = {
    "call": ("A governed tool call against a bare one", governed_call.measure),
    "policy": ("One decision of the embedded policy", policy_engines.measure_embedded),
    "sidecar": ("One decision of the OPA sidecar", policy_engines.measure_sidecar),
    "understanding": ("Understanding one message without a language model", understanding.measure),
    "turn": ("A whole turn with one governed write, durable, over HTTP", whole_turn.measure),
    "growth": ("Turn 200 of a conversation against turn 5", growth.measure),
    "start": ("Start-up of everything in one process, not the first start", start_up.measure),
    "crowd": ("50 conversations at once", crowd.measure),
}
ROUNDS = 5
WIDTH = 132
"""Columns of the table where it is not printed on a terminal."""

errors = Console(stderr=True, highlight=False)


@dataclass(frozen=True, slots=True)
class Section:
    """What one benchmark found, or why it was not run or broke."""

    name: str
    title: str
    figures: list[Figure]
    skipped: str = ""
    broken: str = ""


def run(
    only: Annotated[list[str] | None, typer.Option(help=f"Only these: {', '.join(BENCHMARKS)}.")] = None,
    rounds: Annotated[int, typer.Option(help="Rounds of every measurement.", min=1)] = ROUNDS,
    as_document: Annotated[bool, typer.Option("--json", help="Print JSON instead of the table.")] = False,
) -> None:
    """Measure what Switchboard promises about speed, memory and growth, each against what it is compared with.

    A missed target is a figure, not a failure: the exit code is 1 only where a benchmark broke.
    """
    set_up_logs("warning")
    unknown = set(only or ()) - set(BENCHMARKS)
    if unknown:
        raise typer.BadParameter(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    machine, sections = asyncio.run(_run(only or list(BENCHMARKS), rounds))
    if as_document:
        sys.stdout.write(json.dumps(as_json(machine, sections), indent=2) + "\n")
    else:
        console = Console(highlight=False)
        show(console if console.is_terminal else Console(highlight=False, width=WIDTH), machine, sections)
    raise typer.Exit(1 if any(section.broken for section in sections) else 0)


async def _run(names: list[str], rounds: int) -> tuple[Machine, list[Section]]:
    var = ROOT / "var"
    var.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=var) as folder, show_progress() as progress:
        machine = look_at_machine(Path(folder))
        template = await first_start(Path(folder), progress)
        sections = [await _measure(name, Path(folder), template, rounds, progress) for name in names]
    return machine, sections


def show_progress() -> Progress:
    """What moves on standard error meanwhile."""
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=errors)


async def first_start(folder: Path, progress: Progress) -> Path:
    """A data folder as a first start leaves it: learnt, seeded. What earlier runs learnt is used again."""
    task = progress.add_task("Preparing: a first start", total=None)
    template, cache = folder / "template", ROOT / "var" / "cache"
    template.mkdir()
    cache.mkdir(exist_ok=True)
    (template / "cache").symlink_to(cache)
    async with running_house(template):
        pass
    progress.update(task, total=1, completed=1)
    return template


async def _measure(name: str, folder: Path, template: Path, rounds: int, progress: Progress) -> Section:
    title, measure = BENCHMARKS[name]
    task = progress.add_task(title, total=1)
    stage = Stage(folder, template, rounds, lambda done: progress.update(task, completed=done))
    try:
        return Section(name, title, await measure(stage))
    except Skipped as reason:
        return Section(name, title, [], skipped=str(reason))
    except Exception as error:  # noqa: BLE001 what the other benchmarks found is not lost with this one
        return Section(name, title, [], broken=explain(error))
    finally:
        progress.update(task, completed=1)


def explain(error: BaseException) -> str:
    """What broke a benchmark, in one line."""
    if isinstance(error, BaseExceptionGroup):
        return explain(error.exceptions[0])  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return f"{type(error).__name__}: {error}"


def main() -> None:
    """Run the command line."""
    typer.run(run)
