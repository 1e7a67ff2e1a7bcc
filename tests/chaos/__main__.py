"""`python -m tests.chaos`: kill the service around many refunds and prove that each was made exactly once."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.bootstrap import open_switchboard
from app.logs import set_up_logs
from app.settings import load_settings
from tests.chaos.run import Plan, Report, run

CACHE = Path("var/cache")


def main() -> int:
    """Run, show, and say with the exit code whether it holds."""
    options = read_options()
    set_up_logs("warning")
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="switchboard-chaos-") as name:
        folder = Path(name)
        CACHE.mkdir(parents=True, exist_ok=True)
        (folder / "cache").symlink_to(CACHE.absolute())
        with console.status("preparing a sandbox of its own"):
            asyncio.run(prepare(folder))
        started = time.monotonic()
        report = play(console, folder, make_plan(options))
        show(console, report, time.monotonic() - started)
    text = json.dumps(report.as_json(), indent=2)
    if options.json:
        sys.stdout.write(text + "\n")
    if options.report:
        options.report.write_text(text + "\n", "utf-8")
    return 0 if report.holds else 1


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--refunds", type=int, default=50, help="how many in all, up to 1000 (default: 50)")
    parser.add_argument("--wave", type=int, default=0, help="so many at a time, one kill each (default: by number)")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--report", type=Path, help="write the report as JSON into this file")
    return parser.parse_args()


def make_plan(options: argparse.Namespace) -> Plan:
    """A fifth needs a supervisor, a fifth loses its answers, the others are killed on their way."""
    fifth = options.refunds // 5
    wave = options.wave or max(4, min(10, options.refunds // 12))
    return Plan(options.refunds - 2 * fifth, fifth, fifth, wave, options.seed)


async def prepare(folder: Path) -> None:
    """Seed the sandbox."""
    async with open_switchboard(load_settings(data=folder, database_url="")):
        pass


def play(console: Console, folder: Path, plan: Plan) -> Report:
    """Run the plan with a bar that moves."""
    columns = (TextColumn("refunds"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("last kill: {task.fields[how]}"), console=console) as bar:
        task = bar.add_task("", total=plan.refunds, how="none yet")
        return asyncio.run(run(folder, plan, lambda done, how: bar.update(task, advance=done, how=how)))


def show(console: Console, report: Report, seconds: float) -> None:
    """The report as a table."""
    proof = report.proof
    table = Table(title=f"Chaos, seed {report.plan.seed}: {seconds:.0f} s", show_header=False)
    rows = {
        "refunds asked for": proof.refunds,
        "refunds made": proof.made,
        "made twice": proof.duplicates,
        "lost": proof.lost,
        "without intent or outcome": proof.without_intent_or_outcome,
        "left open": proof.left_open,
        "kills (SIGKILL) · starts": f"{sum(report.kills.values())} · {report.starts}",
        "answers lost": ", ".join(f"{count} {name}" for name, count in sorted(report.faults.items())) or "0",
        "journal": f"{proof.journal_entries} entries, {'whole' if proof.journal_whole else 'BROKEN'}",
    }
    for name, value in rows.items():
        table.add_row(name, str(value))
    for how, count in sorted(report.kills.items()):
        table.add_row(f"  killed {how}", str(count), style="dim")
    console.print(table)
    for problem in [*proof.problems, *report.problems]:
        console.print(f"[red]·[/red] {problem}")
    console.print(
        "[green]Every refund was made exactly once.[/green]" if report.holds else "[red]IT DOES NOT HOLD.[/red]"
    )


if __name__ == "__main__":
    sys.exit(main())
