"""Measures the embedded understanding: figures on labelled messages, time a message, start-up and memory.

    python -m benchmarks.understanding [rows.jsonl] [--json]

Without rows only time and memory are measured, on the shipped examples.
"""

import argparse
import json
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, summarise
from benchmarks.stage import Stage
from understanding.intents.examples import load_examples
from understanding.intents.wishes import specialist_of
from understanding.reader import build_reader
from understanding.screening.secrets import screen
from understanding.training.evaluation import LabelledText, RoutingReport, evaluate_routing, load_rows

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT / "agents", ROOT / "understanding" / "intents" / "examples")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


READ_MS = 5.0
SAMPLE = 500
"""Messages that are read in a round."""


async def measure(stage: Stage) -> list[Figure]:
    """The time to understand one message without a language model: every few of the shipped wordings, read alone."""
    reader = build_reader(FOLDERS, stage.template / "cache")
    rows = _shipped()
    rows = rows[:: max(1, len(rows) // SAMPLE)]
    rounds: list[dict[str, float]] = []
    for number in range(stage.rounds):
        rounds.append(evaluate_routing(reader, rows, now=NOON, currency="USD", route_from=0.6).milliseconds)
        stage.progress((number + 1) / stage.rounds)
    return [
        summarise("a message, median", [each["p50"] for each in rounds], "ms", limit=READ_MS),
        summarise("a message, p99", [each["p99"] for each in rounds], "ms"),
    ]


def main() -> None:
    """Print everything that is measured of the understanding."""
    arguments = _arguments()
    before = _megabytes()
    with tempfile.TemporaryDirectory() as folder:
        learning = _seconds(lambda: build_reader(FOLDERS, Path(folder)))
        start = time.perf_counter()
        reader = build_reader(FOLDERS, Path(folder))
        loading = time.perf_counter() - start
    costs: dict[str, Any] = {
        "learning_s": round(learning, 2),
        "loading_s": round(loading, 3),
        "memory_mb": _megabytes() - before,
        "screen_1mb_ms": round(_seconds(lambda: screen("my card is 4242 and " * 50_000)) * 1000),
    }
    rows = load_rows(arguments.rows) if arguments.rows else _shipped()
    report = evaluate_routing(reader, rows, now=NOON, currency="USD", route_from=arguments.route_from)
    document = {**costs, "milliseconds": report.milliseconds, **(report.as_json() if arguments.rows else {})}
    print(json.dumps(document, indent=2) if arguments.json else _page(costs, report, bool(arguments.rows)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=Path)
    parser.add_argument("--route-from", type=float, default=0.6)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _shipped() -> list[LabelledText]:
    return [LabelledText(one.text, specialist_of(one.intent), one.locale) for one in load_examples(FOLDERS)]


def _seconds(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _page(costs: dict[str, Any], report: RoutingReport, labelled: bool) -> str:
    lines = [f"{name:16} {value}" for name, value in costs.items()]
    lines += [f"message {name:8} {value} ms" for name, value in report.milliseconds.items()]
    return "\n".join([*lines, "", *(_figures(report) if labelled else [])])


def _figures(report: RoutingReport) -> list[str]:
    lines = [f"messages {report.count}  accuracy {report.accuracy:.4f}  macro-F1 {report.macro_f1:.4f}"]
    lines += [f"right {report.right:.4f}  question back {report.question_back:.4f}  wrong {report.wrong:.4f}"]
    lines += [f"person: recall {report.person_recall:.4f}  false alarms {report.person_false_alarms:.4f}"]
    lines += [f"calibration error {report.calibration_error:.4f}", ""]
    for name, one in report.labels.items():
        lines.append(f"{name:16} P {one.precision:.3f}  R {one.recall:.3f}  F1 {one.f1:.3f}  n {one.support}")
    for one in report.reliability:
        lines.append(f"sure {one.confidence:.2f}  right {one.accuracy:.2f}  n {one.count}")
    return lines


if __name__ == "__main__":
    main()
