"""`switchboard eval routing`: how well the understanding does on labelled words."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from app.bootstrap import tell_time
from app.company.examples import examples_of
from app.opened_company import open_company
from app.policy_bundle import open_engine, read_bundle
from app.settings import Settings
from understanding.intents.examples import load_examples
from understanding.intents.models import list_versions, version_in_force
from understanding.reader import build_reader
from understanding.training.evaluation import load_rows, read_rows, summarise
from understanding.training.training import HeldOutTrial, roll_back, train


def evaluate(settings: Settings, file: Path, report: Callable[[str], None], page: Path | None = None) -> dict[str, Any]:
    """Read every row with the understanding in force, at the thresholds that policy data sets for the default tenant.

    Where a `page` is named, the figures are also written there as HTML, with plots and examples.

    Raises:
        BadRequest: the file cannot be read, or a line has no `text` and `label`; the message names the line.
    """
    rows = load_rows(file)
    reader = build_reader(examples_of(open_company(settings)), settings.data / "cache", report)
    report(f"reading {len(rows)} messages")
    thresholds = _thresholds(settings)
    readings = read_rows(reader, rows, tell_time(), settings.currencies[settings.tenant])
    found = summarise(readings, thresholds["route"], thresholds["margin"])
    if page is not None:
        from app.evaluation_page import write_page

        write_page(page, readings, found, thresholds)
        report(f"wrote {page}")
    return found.as_json()


def teach(settings: Settings, file: Path, report: Callable[[str], None]) -> dict[str, Any]:
    """Learn from labelled rows; what is learnt is in force at once, also where the service runs, if it is no worse.

    Raises:
        BadRequest: too few rows, unknown labels, or a file that cannot be read.
    """
    rows, cache = load_rows(file), settings.data / "cache"
    reader = build_reader(examples_of(open_company(settings)), cache, report)
    report(f"learning from {len(rows)} messages")
    found = train(
        rows,
        load_examples(examples_of(open_company(settings))),
        reader,
        cache,
        HeldOutTrial(tell_time(), settings.currencies[settings.tenant], _thresholds(settings)["route"]),
    )
    return {
        "accepted": found.accepted,
        "version": found.version,
        "learnt_from": found.learnt_from,
        "held_out": found.held_out,
        "macro_f1_before": round(found.before.macro_f1, 4),
        "macro_f1_after": round(found.after.macro_f1, 4),
        "known_words_before": round(found.known[0].accuracy, 4) if found.known else None,
        "known_words_after": round(found.known[1].accuracy, 4) if found.known else None,
        "labels_agree": round(found.labels.share, 4) if found.labels else None,
        "refusal": found.refusal,
        "worse": found.worse,
    }


def list_models(settings: Settings) -> list[dict[str, Any]]:
    """The versions that were accepted, and which is in force; 0 is the shipped understanding. Nothing is made."""
    folder = settings.data / "cache"
    current = version_in_force(folder)
    return [{"version": version, "in_force": version == current} for version in (0, *list_versions(folder))]


def go_back(settings: Settings) -> dict[str, Any]:
    """Put the version before the one in force back in force; 0 is the shipped understanding.

    Raises:
        BadRequest: the shipped understanding is in force already.
    """
    return {"accepted": True, "version": roll_back(settings.data / "cache")}


def _thresholds(settings: Settings) -> dict[str, float]:
    """What confidences are enough for, by policy."""
    return asyncio.run(open_engine(settings, read_bundle(settings)).escalate({}))["thresholds"]


def show_evaluation(console: Console, found: dict[str, Any]) -> None:
    """Print the figures and the confusion table."""
    shares, person, spent = found["shares"], found["person"], found["milliseconds"]
    summary = Table("figure", "value", box=None, header_style="dim")
    summary.add_row("messages", str(found["count"]))
    summary.add_row("accuracy", f"{found['accuracy']:.3f}")
    summary.add_row("macro-F1", f"{found['macro_f1']:.3f}")
    summary.add_row(
        "right · asked back · wrong", " · ".join(f"{shares[n]:.3f}" for n in ("right", "question_back", "wrong"))
    )
    summary.add_row("person: recall · false alarms", f"{person['recall']:.3f} · {person['false_alarm_rate']:.3f}")
    summary.add_row("calibration error (ECE)", f"{found['calibration_error']:.3f}")
    summary.add_row("milliseconds a message", ", ".join(f"{name} {value:.2f}" for name, value in spent.items()))
    console.print(summary)
    console.print(_labels(found))
    console.print(_confusion(found))


def _labels(found: dict[str, Any]) -> Table:
    table = Table("label", "precision", "recall", "F1", "support", title="Per label", title_justify="left")
    for name, one in found["labels"].items():
        figures = (f"{one[key]:.3f}" for key in ("precision", "recall", "f1"))
        table.add_row(name, *figures, str(one["support"]))
    return table


def _confusion(found: dict[str, Any]) -> Table:
    predicted = sorted({name for row in found["confusion"].values() for name in row})
    title = "Confusion: true label down, taken as across"
    table = Table("", *predicted, title=title, title_justify="left")
    for name, row in found["confusion"].items():
        table.add_row(name, *(str(row.get(other, 0)) for other in predicted))
    return table
