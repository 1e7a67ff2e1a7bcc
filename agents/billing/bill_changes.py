"""Two bills compared line by line, as plain data."""

from collections.abc import Sequence
from itertools import zip_longest

from agents.procedure import Facts

REPRICED = ("plan", "tax")
"""Kinds of which a bill has its share every month: another description means a change, not a new line."""


def bill_changes(before: Sequence[Facts], after: Sequence[Facts]) -> list[Facts]:
    """Name what a bill has, lacks or prices differently, compared with the bill before it.

    Each change says `change` (added, removed, changed), `kind`, `description`, `amount_minor` (without sign) and, where
    it changed, `before_minor`. Lines that were waived count as not there.
    """
    old, new = _effective(before), _effective(after)
    gone, fresh = _unmatched(old, new), _unmatched(new, old)
    changes: list[Facts] = []
    for kind in REPRICED:
        pairs = zip_longest(_of_kind(gone, kind), _of_kind(fresh, kind))
        changes += [change for earlier, later in pairs for change in _difference(earlier, later)]
    changes += [change for later in fresh if later["kind"] not in REPRICED for change in _difference(None, later)]
    changes += [change for earlier in gone if earlier["kind"] not in REPRICED for change in _difference(earlier, None)]
    return changes


def _effective(lines: Sequence[Facts]) -> list[Facts]:
    return [line for line in lines if not line["waived"] and line["amount_minor"]]


def _unmatched(lines: list[Facts], others: list[Facts]) -> list[Facts]:
    """The lines without a twin of the same kind and amount among the others."""
    left = [(other["kind"], other["amount_minor"]) for other in others]
    unmatched: list[Facts] = []
    for line in lines:
        key = (line["kind"], line["amount_minor"])
        if key in left:
            left.remove(key)
        else:
            unmatched.append(line)
    return unmatched


def _of_kind(lines: list[Facts], kind: str) -> list[Facts]:
    return [line for line in lines if line["kind"] == kind]


def _difference(earlier: Facts | None, later: Facts | None) -> list[Facts]:
    """One line's change, from the bill before to this one."""
    shown = later or earlier
    if shown is None:
        return []
    change = "changed" if earlier and later else ("added" if later else "removed")
    facts: Facts = {"change": change, "kind": shown["kind"], "description": shown["description"]}
    facts["amount_minor"] = abs(shown["amount_minor"])
    return [facts | ({"before_minor": abs(earlier["amount_minor"])} if earlier and later else {})]
