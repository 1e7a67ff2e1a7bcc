"""The reports of `python -m tests.chaos` as tables for a person."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from tests.chaos import replicated, run


def show_single(console: Console, report: run.Report, seconds: float) -> None:
    """One process on SQLite."""
    proof = report.proof
    rows = {
        "refunds asked for": proof.refunds,
        "refunds made": proof.made,
        "made twice": proof.duplicates,
        "lost": proof.lost,
        "without intent or outcome": proof.without_intent_or_outcome,
        "left open": proof.left_open,
        "kills (SIGKILL) · starts": f"{sum(report.kills.values())} · {report.starts}",
        "answers lost": _list(report.faults),
        "journal": _journal(proof.journal_entries, proof.journal_whole),
    }
    details = {f"killed {how}": count for how, count in report.kills.items()}
    title = f"Chaos, seed {report.plan.seed}: {seconds:.0f} s"
    _show(console, title, rows, details, [*proof.problems, *report.problems])


def show_replicated(console: Console, report: replicated.Report, seconds: float) -> None:
    """Replicas on PostgreSQL."""
    judgement, plan = report.judgement, report.plan
    rows = {
        "customers": judgement.visits,
        "refunds and credits made": judgement.effects,
        "made twice": judgement.twice,
        "lost": judgement.lost,
        "without a yes of its own": judgement.without_a_yes,
        "messages run twice": judgement.messages_doubled,
        "calls left open": judgement.calls_open,
        f"turns open after {judgement.settled_s} s": judgement.turns_open,
        "answers": _list(report.answers),
        "answers that nobody should get": len(report.broken),
        "disturbances": sum(report.disturbances.values()),
        "journal": _journal(judgement.journal_entries, judgement.journal_whole),
    }
    title = f"Chaos, {plan.replicas} replicas on PostgreSQL, seed {plan.seed}: {seconds:.0f} s"
    problems = [*judgement.problems, *report.broken, *report.problems]
    _show(console, title, rows, {**report.errands, **report.disturbances}, problems)


def _show(
    console: Console, title: str, rows: Mapping[str, object], details: dict[str, int], problems: list[str]
) -> None:
    table = Table(title=title, show_header=False)
    for name, value in rows.items():
        table.add_row(name, str(value))
    for name, count in sorted(details.items()):
        table.add_row(f"  {name}", str(count), style="dim")
    console.print(table)
    for problem in problems:
        console.print("·", problem, style="red", markup=False)


def _list(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "0"


def _journal(entries: int, whole: bool) -> str:
    return f"{entries} entries, {'whole' if whole else 'BROKEN'}"
