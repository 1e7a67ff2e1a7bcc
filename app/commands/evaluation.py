"""`switchboard eval | train`: measuring the understanding and whole journeys, and improving it."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.commands.word_sets import add_word_sets
from app.places import existing_file, existing_place
from app.progress import console, report
from app.settings import Settings

if TYPE_CHECKING:
    from app.journeys.report import Findings

commands = typer.Typer()
evaluation = typer.Typer(help="Measure the understanding, or whole journeys.", no_args_is_help=True)
commands.add_typer(evaluation, name="eval")
add_word_sets(evaluation)


@evaluation.command("routing")
def evaluate_routing(
    file: Annotated[Path, typer.Argument(help="JSON lines with `text` and `label`.", parser=existing_file)],
    page: Annotated[
        Path | None, typer.Option("--report", help="Write a page of figures, plots and examples.", dir_okay=False)
    ] = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Accuracy, macro-F1, calibration and a confusion table of the understanding on labelled words."""
    from app.evaluation import evaluate, show_evaluation

    found = evaluate(read_settings(data=data), file, report, page)
    if as_json:
        print_json(found)
    else:
        show_evaluation(console, found)


@evaluation.command("journeys")
def evaluate_journeys(  # noqa: PLR0913, PLR0917 - each is an option of the command
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Scenario files and folders; those that come with Switchboard by default.", parser=existing_place
        ),
    ] = None,
    trials: Annotated[
        int | None, typer.Option(min=1, help="Trials of each scenario, each with other words: 4; 1 with --backend.")
    ] = None,
    seed: Annotated[int, typer.Option(help="What the dice of the simulated customers start from.")] = 1,
    journey: Annotated[list[str] | None, typer.Option(help="Only this journey, like billing.pay_bill.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Only en, es, de, fr, hi or hi-Latn.")] = None,
    manner: Annotated[list[str] | None, typer.Option(help="Only plain, chatty, angry or confused.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Every language in every manner: four times as long.")] = False,
    reword: Annotated[bool, typer.Option("--reword", help="Customers say what strangers said: see --words.")] = False,
    words: Annotated[
        Path | None, typer.Option(help="The folder of word sets that --reword draws from.", parser=existing_place)
    ] = None,
    backend: Annotated[
        list[str] | None,
        typer.Option(help="Play what it serves on a real system, like payments=stripe,crm=http: a test account's."),
    ] = None,
    conversations: Annotated[
        int, typer.Option(min=0, help="Play at most so many trials, of scenarios that the dice choose; 0 is all.")
    ] = 0,
    page: Annotated[Path | None, typer.Option("--report", help="Write one HTML page.", dir_okay=False)] = None,
    wanted: Annotated[
        float, typer.Option("--min", min=0, max=1, help="Exit with 1 below this pass^k; with --reword, pass^1.")
    ] = 0.95,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Simulated customers talk to the whole application; its systems' end state and its journal judge each journey.

    Every trial runs on freshly seeded sandbox systems of its own; your data folder is only read.

    With --backend the journeys that use the named systems are played on real ones, which hold the scenarios' customers
    and are not put back: each scenario once, in its first language. What was done is judged by the record.

    With --reword, customers draw openings, yes and no, corrections, questions and doubts from the word sets, and refuse
    some of what they are asked to confirm; an effect that nobody asked for fails the run.
    """
    from app.journeys.command import Effort, ScenarioSelection, play_journeys, read_backends

    choice = ScenarioSelection(
        tuple(paths or ()),
        tuple(journey or ()),
        tuple(language or ()),
        tuple(manner or ()),
        full,
        read_backends(backend or ()),
    )
    if reword != (words is not None):
        raise typer.BadParameter("--reword and --words FOLDER go together: no words come with the project")
    effort = Effort(trials or (1 if choice.backends else 4), seed, workers, wanted, words, conversations)
    findings = play_journeys(read_settings(data=data, log_level="error"), choice, effort)
    _tell_findings(findings, page, as_json)
    raise typer.Exit(0 if findings.good_enough else 1)


def _tell_findings(findings: "Findings", page: Path | None, as_json: bool) -> None:
    from app.journeys.report import as_json as tell
    from app.journeys.report import render_page, show

    if page is not None:
        page.write_text(render_page(findings), "utf-8")
        report(f"wrote {page}")
    if as_json:
        print_json(tell(findings))
    else:
        show(console, findings)


@evaluation.command("wording")
def evaluate_wording(
    page: Annotated[
        Path | None, typer.Option("--report", help="Write one HTML page: every text in every language.", dir_okay=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Every text of the company that runs (SWITCHBOARD_COMPANY), in its languages, on each channel, with awkward facts.

    Replies, proposals, frames of mails, codes and notices, articles, pages, the desk's words. Exits with 1 on a fault.
    """
    from app.opened_company import open_company
    from app.wording.report import as_json as tell
    from app.wording.report import review, show, write_page

    settings = read_settings()
    found = review(open_company(settings), next(iter(settings.profile.tenants.values())).currency)
    if page is not None:
        write_page(page, found)
        report(f"wrote {page}")
    if as_json:
        print_json(tell(found))
    else:
        show(console, found)
    raise typer.Exit(1 if found.faulty else 0)


@commands.command()
def train(
    file: Annotated[
        Path | None, typer.Argument(help="JSON lines with `text` and `label`.", parser=existing_file)
    ] = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Go back to the version before.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the versions, and which is in force.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Teach the understanding your own customers' words; what makes it worse is refused, and said.

    Refused: labels that contradict what is surely read now, a model that is worse on a held-out tenth, below a floor,
    or no longer right on the shipped examples and the rows that were accepted before. A running service takes a new
    version within seconds, all replicas that share its database alike.
    """
    from app.evaluation import list_models
    from app.installation import require_database

    settings = read_settings(data=data)
    if rollback + listed + (file is not None) != 1:
        raise typer.BadParameter("name a FILE to learn from, or --rollback, or --list")
    require_database(settings)
    if listed:
        _print_models(list_models(settings), as_json)
        return
    found = asyncio.run(_learn(settings, file))
    if as_json:
        print_json(found)
    else:
        for name, value in found.items():
            if name != "worse":
                console.print(f"{name.replace('_', ' '):>24}  {value}")
        for each in found.get("worse", []):
            console.print(f"{'worse':>24}  {each['label']} ({each['where']}): F1 {each['before']} to {each['after']}")
    raise typer.Exit(0 if found["accepted"] else 1)


async def _learn(settings: Settings, file: Path | None) -> dict[str, Any]:
    from app.evaluation import go_back, teach
    from app.shared_models import sharing

    async with sharing(settings):
        if file is None:
            return go_back(settings)
        return await asyncio.to_thread(teach, settings, file, report)


def _print_models(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json({"items": found})
        return
    for each in found:
        name = f"version {each['version']}" if each["version"] else "as shipped"
        console.print(f"{name}{'  in force' if each['in_force'] else ''}")
