"""`switchboard eval answers | acts | choices | slots | mail | escalation`: the understanding on strangers' words."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.places import existing_file, existing_place
from app.progress import console, report
from domain.conversation import LOCALES

PlaceArgument = Annotated[
    Path, typer.Argument(help="The folder of word sets, or the set's own file of JSON lines.", parser=existing_place)
]
LanguageOption = Annotated[list[str] | None, typer.Option(help="Only this language; `all` for every one.")]
SourceOption = Annotated[list[str] | None, typer.Option(help="Only the rows of this source.")]
MissesOption = Annotated[int, typer.Option(min=0, help="Print so many of the rows that were not read right.")]
SaveOption = Annotated[Path | None, typer.Option("--save", help="Write the report as JSON.", dir_okay=False)]
AgainstOption = Annotated[
    Path | None, typer.Option("--against", help="A saved report to compare with.", parser=existing_file)
]


def add_word_sets(evaluation: typer.Typer) -> None:
    """Put one command for each word set under `switchboard eval`."""
    for name, told in _COMMANDS.items():
        evaluation.command(name, help=told)(_command_for(name))


_COMMANDS = {
    "answers": "Yes and no: how often each is heard, and how often something else is taken for a yes.",
    "acts": "Dialogue acts: answer, correction, refusal, change of mind, question, new wish and the rest.",
    "choices": "Which of the things on offer was meant.",
    "slots": "Days, times, amounts, phone numbers and addresses.",
    "mail": "What the writer of a mail added, without quoted history and signature.",
    "escalation": "Who wants a person, and who only sounds like it.",
}


def _command_for(name: str) -> Any:
    def evaluate(  # noqa: PLR0913, PLR0917 - each is an option of the command
        place: PlaceArgument,
        language: LanguageOption = None,
        source: SourceOption = None,
        misses: MissesOption = 0,
        save: SaveOption = None,
        against: AgainstOption = None,
        as_json: JsonOption = False,
        data: DataOption = None,
    ) -> None:
        from app.word_sets.evaluation import evaluate_set
        from app.word_sets.figures import read_report, save_report
        from app.word_sets.rows import Selection

        selection = Selection(tuple(language or LOCALES), tuple(source or ()))
        found = evaluate_set(read_settings(data=data), name, place, selection, report, misses)
        if save is not None:
            save_report(save, found)
        if as_json:
            print_json(found)
        else:
            _show(console, found, read_report(against) if against else {})

    return evaluate


def _show(console: Console, found: dict[str, Any], before: dict[str, Any]) -> None:
    console.print(_figures(found, before))
    console.print(_groups(found, "sources"))
    console.print(_groups(found, "languages"))
    for miss in found.get("misses", ()):
        console.print(
            f"[dim]{miss['source']} {miss['label']} -> {miss['said']}[/dim]  {miss['asked']!r}  {miss['text']!r}"
        )


def _figures(found: dict[str, Any], before: dict[str, Any]) -> Table:
    table = Table("figure", "value", "before", "target", box=None, header_style="dim")
    targets = {each["figure"]: each for each in found["targets"]}
    table.add_row("rows", str(found["count"]), str(before.get("count", "")), "")
    for name, value in found["figures"].items():
        earlier = before.get("figures", {}).get(name)
        table.add_row(name, f"{value:.4f}", "" if earlier is None else f"{earlier:.4f}", _aim(targets.get(name)))
    return table


def _aim(target: dict[str, Any] | None) -> str:
    if target is None:
        return ""
    way = "at most" if target["at_most"] else "at least"
    return f"{way} {target['limit']}: {'reached' if target['reached'] else 'not reached'}"


def _groups(found: dict[str, Any], field: str) -> Table:
    names = [name for name in found["figures"] if not name.startswith("recall ")][:8]
    table = Table(field[:-1], "rows", *names, title_justify="left")
    for group, one in found[field].items():
        values = (one["figures"].get(name) for name in names)
        table.add_row(group, str(one["count"]), *("" if value is None else f"{value:.3f}" for value in values))
    return table
