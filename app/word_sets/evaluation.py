"""Measuring the understanding in force on one set of strangers' words."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from app.company.examples import examples_of
from app.opened_company import open_company
from app.policy_bundle import open_engine, read_bundle
from app.settings import Settings
from app.word_sets import acts, answers, choices, escalation, mail, slots
from app.word_sets.figures import list_misses, summarise
from app.word_sets.listening import ReaderInForce
from app.word_sets.rows import Selection
from router.routing import Thresholds
from understanding.reader import build_reader

SETS: dict[str, ModuleType] = {
    "answers": answers,
    "acts": acts,
    "choices": choices,
    "slots": slots,
    "mail": mail,
    "escalation": escalation,
}
"""The sets by the name of their command."""


def evaluate_set(
    settings: Settings, name: str, place: Path, selection: Selection, report: Callable[[str], None], misses: int = 0
) -> dict[str, Any]:
    """Read a set with the understanding and the thresholds in force.

    Raises:
        BadRequest: the set cannot be read, a line lacks a field, or nothing is selected.
    """
    measured = SETS[name]
    thresholds = asyncio.run(open_engine(settings, read_bundle(settings)).escalate({}))["thresholds"]
    listener = ReaderInForce(
        build_reader(examples_of(open_company(settings)), settings.data / "cache", report),
        Thresholds(**thresholds),
        settings.currencies[settings.tenant],
    )
    verdicts = measured.judge(listener, place, selection)
    report(f"read {len(verdicts)} rows")
    found = summarise(verdicts, measured.count, measured.TARGETS)
    return {"set": name, **found, **({"misses": list_misses(verdicts, misses)} if misses else {})}
