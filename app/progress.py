"""Saying what takes a while, on a terminal and in a log alike."""

from rich.console import Console

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def report(step: str) -> None:
    """Tell the person at the terminal which step has begun."""
    errors.print(f"[dim]·[/dim] {step}")
