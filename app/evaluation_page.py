"""The page of `switchboard eval routing --report`: figures, plots and the messages that were taken wrongly."""

import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader

from domain.errors import BadRequest
from understanding.training.evaluation import LabelledReading, RoutingReport

_EXAMPLES = 5
"""Messages shown for each way of taking one thing for another."""
_STEPS = [step / 50 for step in range(51)]
_RIGHT, _ASKED, _WRONG = "#2a7f62", "#c9a227", "#b3392f"


def write_page(
    file: Path, readings: Sequence[LabelledReading], found: RoutingReport, thresholds: dict[str, float]
) -> None:
    """Write one self-contained page. Loads the plotting library, which the service itself never needs.

    Raises:
        BadRequest: the file cannot be written.
    """
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    text = environment.get_template("evaluation.html").render(
        found=found,
        thresholds=thresholds,
        reliability=_draw(lambda axes: _draw_reliability(axes, found)),
        curves=_draw(lambda axes: _draw_shares(axes, readings, thresholds)),
        confusions=_confusions(readings),
        names=sorted({name for row in found.confusion.values() for name in row}),
    )
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"{file}: cannot be written ({error})") from error


def shares_at(readings: Sequence[LabelledReading], route_from: float, margin: float) -> tuple[float, float, float]:
    """Shares of messages that are served rightly, asked back, and served wrongly at a threshold."""
    routed = [reading for reading in readings if reading.is_routed(route_from, margin)]
    right = sum(reading.right for reading in routed) / len(readings)
    return right, 1 - len(routed) / len(readings), len(routed) / len(readings) - right


def _confusions(readings: Sequence[LabelledReading]) -> list[dict[str, Any]]:
    """What was taken for what, the most frequent first, with the surest of the messages."""
    taken: dict[tuple[str, str], list[LabelledReading]] = defaultdict(list)
    for reading in readings:
        if not reading.right:
            taken[reading.label, reading.predicted].append(reading)
    ordered = sorted(taken.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        {
            "label": label,
            "predicted": predicted,
            "count": len(those),
            "examples": sorted(those, key=lambda one: -one.confidence)[:_EXAMPLES],
        }
        for (label, predicted), those in ordered
    ]


def _draw(fill: Callable[[Any], None]) -> str:
    """One plot as inline SVG, the same bytes for the same figures."""
    import matplotlib as library
    from matplotlib.figure import Figure

    figure = cast("Any", Figure(figsize=(6, 4), layout="tight"))
    fill(figure.subplots())
    written = io.StringIO()
    with library.rc_context({"svg.hashsalt": "switchboard"}):
        figure.savefig(written, format="svg", metadata={"Date": None}, transparent=True)
    whole = written.getvalue()
    return whole[whole.index("<svg") :]


def _draw_reliability(axes: Any, found: RoutingReport) -> None:
    points = found.reliability
    most = max(point.count for point in points)
    axes.plot([0, 1], [0, 1], linestyle="--", color="#888888", label="as sure as right")
    axes.scatter(
        [point.confidence for point in points],
        [point.accuracy for point in points],
        s=[20 + 280 * point.count / most for point in points],
        color=_RIGHT,
        label="messages of one tenth (size: how many)",
    )
    axes.set(xlabel="confidence", ylabel="share that was right", xlim=(0, 1.02), ylim=(0, 1.05))
    axes.legend(loc="upper left", frameon=False)


def _draw_shares(axes: Any, readings: Sequence[LabelledReading], thresholds: dict[str, float]) -> None:
    rows = [shares_at(readings, step, thresholds["margin"]) for step in _STEPS]
    for at, (name, colour) in enumerate((("right", _RIGHT), ("asked back", _ASKED), ("wrong", _WRONG))):
        axes.plot(_STEPS, [row[at] for row in rows], color=colour, label=name)
    axes.axvline(thresholds["route"], linestyle="--", color="#888888", label="threshold in force")
    axes.set(xlabel="confidence from which a message is served", ylabel="share of messages", ylim=(0, 1.02))
    axes.legend(loc="center left", frameon=False)
