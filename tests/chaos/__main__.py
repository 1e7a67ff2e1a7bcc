"""`python -m tests.chaos`: disturb the service around many refunds and prove that each was made exactly once."""

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.bootstrap import open_switchboard
from app.logs import set_up_logs
from app.settings import load_settings
from tests.chaos import replicated, run
from tests.chaos.tables import show_replicated, show_single

CACHE = Path("var/cache")
Report = run.Report | replicated.Report


def main() -> int:
    """Run, show, and say with the exit code whether it holds."""
    options = read_options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    set_up_logs("warning")
    console = Console(stderr=True)
    folder = Path(tempfile.mkdtemp(prefix="switchboard-chaos-"))
    report: Report | None = None
    try:
        prepare(console, folder)
        report = play(console, folder, options)
    except KeyboardInterrupt:
        console.print("[yellow]interrupted; everything that was started is ended[/yellow]")
        return 130
    finally:
        if options.keep or report is None or not report.holds:
            console.print(f"data and logs are kept in {folder}", soft_wrap=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    text = json.dumps(report.as_json(), indent=2)
    if options.json:
        sys.stdout.write(text + "\n")
    if options.report:
        options.report.write_text(text + "\n", "utf-8")
    return 0 if report.holds else 1


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--refunds", type=int, default=50, help="refunds and credits in all, up to 1000 (default: 50)")
    parser.add_argument("--replicas", type=int, default=1, help="processes of `switchboard serve` (default: 1)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument(
        "--wave", type=int, default=0, help="so many at a time, one disturbance each (default: by number)"
    )
    parser.add_argument("--seed", type=int, default=20260101, help="the same seed, the same customers and disturbances")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--report", type=Path, help="write the report as JSON into this file")
    parser.add_argument("--keep", action="store_true", help="keep data and logs, as is done where it does not hold")
    options = parser.parse_args()
    if not 1 <= options.refunds <= 1000:
        parser.error("--refunds is from 1 to 1000: the sandbox has no more customers")
    if options.replicas < 1:
        parser.error("--replicas is at least 1")
    if options.replicas > 1 and options.database == "sqlite":
        parser.error(f"{options.replicas} replicas need a database that they can share: add --database postgresql")
    return options


def prepare(console: Console, folder: Path) -> None:
    """Seed the sandbox; what was learnt before is used again."""

    async def start_once() -> None:
        async with open_switchboard(load_settings(data=folder, database_url="")):
            pass

    CACHE.mkdir(parents=True, exist_ok=True)
    (folder / "cache").symlink_to(CACHE.absolute())
    with console.status("preparing a sandbox of its own"):
        asyncio.run(start_once())


def play(console: Console, folder: Path, options: argparse.Namespace) -> Report:
    """Run the plan with a bar that moves, and show what came of it."""
    started = time.monotonic()
    with bar(console, options.refunds) as progress:
        if options.database == "sqlite":
            report: Report = asyncio.run(run.run(folder, make_plan(options), progress))
        else:
            wave = options.wave or max(4, min(20, options.refunds // 10))
            plan = replicated.Plan(options.replicas, options.refunds, wave, options.seed)
            report = asyncio.run(replicated.run(folder, plan, progress))
    seconds = time.monotonic() - started
    if isinstance(report, run.Report):
        show_single(console, report, seconds)
    else:
        show_replicated(console, report, seconds)
    holds = "[green]Everything was done exactly once, as it was asked for.[/green]"
    console.print(holds if report.holds else "[red]IT DOES NOT HOLD.[/red]")
    return report


def make_plan(options: argparse.Namespace) -> run.Plan:
    """A fifth needs a supervisor, a fifth loses its answers, the others are killed on their way."""
    fifth = options.refunds // 5
    wave = options.wave or max(4, min(10, options.refunds // 12))
    return run.Plan(options.refunds - 2 * fifth, fifth, fifth, wave, options.seed)


@contextmanager
def bar(console: Console, total: int) -> Generator[Callable[[int, str], None]]:
    """A bar that says how many are through, and what was done last."""
    columns = (TextColumn("customers"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("last: {task.fields[how]}"), console=console) as progress:
        task = progress.add_task("", total=total, how="none yet")
        yield lambda done, how: progress.update(task, advance=done, how=how)


if __name__ == "__main__":
    sys.exit(main())
