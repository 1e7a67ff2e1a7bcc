"""The command: many conversations at once, a second replica, open event streams; a table of what was found."""

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from app.logs import set_up_logs
from benchmarks.figures import Figure, Skipped
from benchmarks.load.measures import Load, measure_crowd, measure_replicas, measure_streams
from benchmarks.machine import look_at_machine
from benchmarks.processes import ROOT
from benchmarks.program import WIDTH, Section, explain, first_start, show_progress
from benchmarks.stage import Stage
from benchmarks.table import as_json, show

DATABASES = ("sqlite", "postgresql")
SECTIONS = ("crowd", "replicas", "streams")
Measure = Callable[[Stage], Awaitable[list[Figure]]]


def run(  # noqa: PLR0913, PLR0917 - a command has as many options as it has
    seconds: Annotated[float, typer.Option(help="How long each crowd talks.", min=1)] = 120,
    conversations: Annotated[list[int] | None, typer.Option(help="At once; again for more (200, then 1000).")] = None,
    database: Annotated[list[str] | None, typer.Option(help="sqlite, postgresql; by default both.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="crowd, replicas, streams; by default all.")] = None,
    rounds: Annotated[int, typer.Option(help="Rounds of what is compared.", min=1)] = 3,
    think: Annotated[float, typer.Option(help="Seconds between an answer and the customer's next message.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Draws the customers.")] = 1,
    streams: Annotated[int, typer.Option(help="Open event streams.", min=1)] = 1000,
    as_document: Annotated[bool, typer.Option("--json", help="Print JSON instead of the table.")] = False,
) -> None:
    """Put Switchboard under load and print what was found.

    Speed decides nothing: the exit code is 1 only where a measurement broke, or a request was answered in a way that
    it should not be (anything but its answer, or 503 with `Retry-After`).
    """
    set_up_logs("warning")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    databases, sections = database or list(DATABASES), only or list(SECTIONS)
    _see_known("--database", databases, DATABASES)
    _see_known("--only", sections, SECTIONS)
    load, sizes = Load(seconds, think, seed, streams), conversations or [200, 1000]
    wanted = _choose(load, sizes, databases, sections)
    with tempfile.TemporaryDirectory(prefix="load-", dir=_var()) as name:
        machine = look_at_machine(Path(name))
        found = asyncio.run(_run(Path(name), wanted, rounds))
    if as_document:
        sys.stdout.write(json.dumps(as_json(machine, found), indent=2) + "\n")
    else:
        console = Console(highlight=False)
        show(console if console.is_terminal else Console(highlight=False, width=WIDTH), machine, found)
    raise typer.Exit(1 if any(map(_failed, found)) else 0)


def _choose(load: Load, sizes: list[int], databases: list[str], sections: list[str]) -> dict[str, tuple[str, Measure]]:
    wanted: dict[str, tuple[str, Measure]] = {}
    for one in databases if "crowd" in sections else ():
        for size in sizes:
            title = f"{size:,} conversations at once for {load.seconds:g} s, {one}"
            wanted[f"crowd {one} {size}"] = title, partial(measure_crowd, load=load, database=one, conversations=size)
    if "replicas" in sections:
        title = f"Two replicas, {sizes[0]:,} conversations at once for {load.seconds:g} s, PostgreSQL"
        wanted["replicas"] = title, partial(measure_replicas, load=load, conversations=sizes[0])
    for one in databases if "streams" in sections else ():
        wanted[f"streams {one}"] = f"Open event streams, {one}", partial(measure_streams, load=load, database=one)
    return wanted


async def _run(folder: Path, wanted: dict[str, tuple[str, Measure]], rounds: int) -> list[Section]:
    with show_progress() as progress:
        template = await first_start(folder, progress)
        return [
            await _measure(name, *what, Stage(folder, template, rounds, lambda _: None), progress)
            for name, what in wanted.items()
        ]


async def _measure(name: str, title: str, measure: Measure, stage: Stage, progress: Progress) -> Section:
    task = progress.add_task(title, total=None)
    try:
        return Section(name.partition(" ")[0], title, await measure(stage))
    except Skipped as reason:
        return Section(name, title, [], skipped=str(reason))
    except Exception as error:  # noqa: BLE001 what the other measurements found is not lost with this one
        return Section(name, title, [], broken=explain(error))
    finally:
        progress.update(task, total=1, completed=1)


def _failed(section: Section) -> bool:
    """Whether it broke, or answers were given that nobody should get: never whether it was slow."""
    wrong = [figure for figure in section.figures if figure.what.startswith("answers other")]
    return bool(section.broken) or any(figure.value > 0 for figure in wrong)


def _see_known(option: str, given: list[str], known: tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise typer.BadParameter(f"{option} {name}: there are {', '.join(known)}{hint}")


def _var() -> Path:
    var = ROOT / "var"
    var.mkdir(exist_ok=True)
    return var


def main() -> None:
    """Run the command line."""
    typer.run(run)
