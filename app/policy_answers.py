"""What the policy commands print: explanations, comparisons, a shadow's differences."""

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from policy.review.comparison import Comparison
from policy.review.shadow import Difference, Tally

MAX_FLIPS = 50
Json = Mapping[str, Any]


def money(minor: int | None) -> str:
    """An amount in minor units with two decimals; empty for none."""
    return "" if minor is None else f"{minor / 100:,.2f}"


@contextmanager
def show_progress(console: Console, what: str) -> Generator[Callable[[int], Callable[[], None]]]:
    """A bar on a terminal; nothing in a log."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:

        def begin(total: int) -> Callable[[], None]:
            task = bar.add_task(what, total=total)
            return lambda: bar.advance(task)

        yield begin


MOST_MINOR = 2**53 - 1
"""The limit that the window's rule writes where a supervisor approved what goes beyond it."""


def show_explanation(console: Console, found: Json) -> None:
    """One decision in words."""
    arguments = ", ".join(f"{name}={_value(name, value)}" for name, value in found["arguments"].items())
    console.rule(f"[bold]{found['decision_id']}[/bold]", align="left")
    console.print(f"{found['at']}  conversation {found['conversation_id']}  customer {found['customer_id'] or '-'}")
    console.print(f"proposed: [bold]{found['tool']}[/bold]({arguments}) by {found['proposed_by'] or '-'}")
    console.print(f"[bold]{found['effect']}[/bold]: {found['summary']}")
    for reason in found["reasons"]:
        _show_reason(console, reason)
    _show_evidence(console, found["evidence"])
    reserve = found["reserve"]
    if reserve:
        bounded = reserve["limit_minor"] < MOST_MINOR
        window = (
            f"{money(reserve['limit_minor'])} in {reserve['window_days']} days" if bounded else "no limit: approved"
        )
        word = "reserved" if found["effect"] == "allow" else "would reserve"
        console.print(f"  {word} {money(reserve['amount_minor'])} of {reserve['bucket']} ({window})")
    if found["alternatives"]:
        _show_alternatives(console, found["alternatives"])
    origin: Json = found["bundle"] or {}
    version = f", version {origin['version']} signed by {origin['signed_by']}" if origin.get("version") else ""
    console.print(f"  revision {found['revision'] or 'none: the gate itself refused'}{version}", style="dim")


def _show_reason(console: Console, reason: Json) -> None:
    console.print(f"  [cyan]{reason['rule']}[/cyan]  {reason['message']}")
    if reason["title"]:
        console.print(f"    rule: {reason['title']}")
    for kind in ("facts", "limits"):
        told = [f"{item['name']} = {_value(item['name'], item['value'])}" for item in reason[kind]]
        if told:
            console.print(f"    {kind}: {'; '.join(told)}", style="dim")


def _show_evidence(console: Console, evidence: Json) -> None:
    given = [f"{kind} by {piece['by']} at {piece['at']}" for kind, piece in evidence.items() if piece]
    missing = [kind for kind, piece in evidence.items() if not piece]
    if evidence:
        console.print(f"  evidence: {'; '.join(given) or 'none'}; not given: {', '.join(missing) or 'none'}")


def _show_alternatives(console: Console, found: Json) -> None:
    if "today" in found:
        rules = ", ".join(found["today_rules"])
        console.print(f"  [yellow]today's policy decides this otherwise: {found['today']} ({rules})[/yellow]")
        return
    console.print(f"  the whole way: {found['way']['words']}")
    for place in ("below", "above"):
        told = found[place]
        if told and told["upto_minor"] is None:
            console.print(f"  from {money(told['from_minor'])} on: {told['words']}")
        elif told:
            console.print(f"  for {money(told['from_minor'])} up to {money(told['upto_minor'])}: {told['words']}")
    if not found["same_revision"]:
        console.print(f"  (said by today's revision {found['revision']}, which decides this alike)", style="dim")


def _value(name: str, value: Any) -> str:
    if name.endswith("_minor") and isinstance(value, int):
        return money(value)
    return "missing" if value is None else json.dumps(value, ensure_ascii=False)


def show_shadow(console: Console, tallies: Sequence[Tally], differences: Sequence[Difference]) -> None:
    """How the shadow bundle compared, and where it differed."""
    if not tallies:
        console.print("no shadow bundle was asked so far; set SWITCHBOARD_POLICY__SHADOW_BUNDLE")
        return
    counts = Table("tool", "live", "shadow", "compared", "differed", "failed", "dropped")
    for one in tallies:
        numbers = (str(number) for number in (one.compared, one.differed, one.failed, one.dropped))
        counts.add_row(one.tool, _short(one.live_revision), _short(one.shadow_revision), *numbers)
    console.print(counts)
    flips = Table("when", "decision", "customer", "tool", "amount", "live", "shadow", "rules")
    for flip in differences[:MAX_FLIPS]:
        rules = "\n".join(sorted({*flip.live_rules} ^ {*flip.shadow_rules}))
        when, amount = flip.at.isoformat(timespec="seconds"), money(flip.amount_minor)
        where = (when, flip.decision_id, flip.customer_id, flip.tool, amount)
        flips.add_row(*where, flip.live_effect, flip.shadow_effect, rules)
    if differences:
        console.print(flips)


def _short(revision: str) -> str:
    return revision.removeprefix("sha256:")[:8]


def show_comparison(console: Console, found: Comparison) -> None:
    """Which decisions flip, and what that comes to."""
    console.print(f"{found.replayed} decisions replayed against {found.after_revision}", soft_wrap=True)
    if found.unreadable:
        console.print(f"{found.unreadable} hold no input: the gate refused by itself, or it was erased", style="dim")
    if not found.replayed:
        console.print("[yellow]no recorded decision is meant: nothing was compared[/yellow]")
        return
    if not found.flips:
        console.print("[green]no decision flips[/green]")
        return
    flips = Table("when", "conversation", "customer", "tool", "amount", "from", "to", "rules")
    for flip in found.flips[:MAX_FLIPS]:
        rules = "\n".join(sorted({*flip.before.rules} ^ {*flip.after.rules}))
        amount = money(flip.amount_minor)
        where = (flip.at, flip.conversation_id, flip.customer_id, flip.tool, amount)
        flips.add_row(*where, flip.before.effect, flip.after.effect, rules)
    console.print(flips)
    if len(found.flips) > MAX_FLIPS:
        console.print(f"and {len(found.flips) - MAX_FLIPS} more: see --json", style="dim")
    totals = Table("tool", "from", "to", "decisions", "calls", "customers", "sum")
    for row in found.by_tool():
        counts = (str(row[name]) for name in ("decisions", "calls", "customers"))
        totals.add_row(row["tool"], row["from"], row["to"], *counts, money(row["amount_minor"]))
    console.print(totals)
