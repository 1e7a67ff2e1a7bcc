"""`switchboard eval | train`: measuring the understanding, and improving it."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.progress import console, report

commands = typer.Typer()
evaluation = typer.Typer(help="Measure the understanding.", no_args_is_help=True)
commands.add_typer(evaluation, name="eval")


@evaluation.command("routing")
def evaluate_routing(
    file: Annotated[Path, typer.Argument(help="JSON lines with `text` and `label`.", exists=True, dir_okay=False)],
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Accuracy, macro-F1, calibration and a confusion table of the understanding on labelled words."""
    from app.evaluation import evaluate, show_evaluation

    found = evaluate(read_settings(data=data), file, report)
    if as_json:
        print_json(found)
    else:
        show_evaluation(console, found)


@commands.command()
def train(
    file: Annotated[Path | None, typer.Argument(help="JSON lines with `text` and `label`.", dir_okay=False)] = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Go back to the version before.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Teach the understanding your own customers' words; a model that is worse on a held-out tenth is refused."""
    from app.evaluation import go_back, teach

    settings = read_settings(data=data)
    if rollback == (file is not None):
        raise typer.BadParameter("name a FILE to learn from, or --rollback")
    found = go_back(settings) if file is None else teach(settings, file, report)
    if as_json:
        print_json(found)
    else:
        for name, value in found.items():
            console.print(f"{name.replace('_', ' '):>24}  {value}")
    raise typer.Exit(0 if found["accepted"] else 1)
