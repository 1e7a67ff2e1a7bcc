"""How a command that is refused ends: what is said, and with which exit code, for every command in this one place."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError
from rich.markup import escape
from typer.core import TyperGroup

from app.places import nearest_place
from app.progress import errors
from app.settings import nearest_setting
from domain.errors import BadRequest, NotFound, SwitchboardError

FAILED, WRONG_WORDS = 1, 2
"""Something did not work; or what was typed cannot be meant: another name, place or value would help."""
REFUSALS = (SwitchboardError, ValidationError, OSError)
_PLACES = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class Commands(TyperGroup):
    """All commands: none takes an empty value, and each refusal is a sentence with its exit code, never a traceback."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """See that no value is empty: a shell's variable that is not set would mean something else unnoticed."""
        if empty := _find_empty(args):
            raise typer.BadParameter(f"{empty} is empty: is a variable of your shell not set?")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run what was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except REFUSALS as error:
            raise typer.Exit(refuse(error)) from error


def refuse(error: Exception) -> int:
    """Say what is wrong; returns the exit code."""
    if isinstance(error, ValidationError):
        for problem in error.errors():
            _tell_setting(problem)
        return WRONG_WORDS
    wrong_words = isinstance(error, (BadRequest, NotFound, *_PLACES))
    said = _tell_place(error) if isinstance(error, OSError) else str(error)
    errors.print(f"[red]{type(error).__name__}:[/red] {escape(said)}", soft_wrap=True)
    return WRONG_WORDS if wrong_words else FAILED


def _find_empty(args: Sequence[str]) -> str:
    """What was given without a value: an option by its name, an argument by its number."""
    for number, value in enumerate(args):
        name, given, rest = value.partition("=")
        if name.startswith("--") and given and not rest.strip():
            return name
        if not value.strip():
            before = args[number - 1] if number else ""
            return before if before.startswith("-") else f"argument {number + 1}"
    return ""


def _tell_place(error: OSError) -> str:
    """Which file it is about, why, and which one beside it may have been meant."""
    if not error.filename:
        return str(error)
    place = Path(error.filename)
    return f"{place}: {error.strerror}{'' if place.exists() else nearest_place(place)}"


def _tell_setting(problem: Any) -> None:
    """Say which setting is wrong, and which one may have been meant where there is none of that name."""
    name = "SWITCHBOARD_" + "__".join(str(part) for part in problem["loc"]).upper()
    meaning = problem["msg"]
    if problem["type"] == "extra_forbidden":
        near = nearest_setting(name)
        meaning = f"there is no such setting; did you mean {near}?" if near else "there is no such setting"
    errors.print(f"[red]setting {name}:[/red] {meaning}", soft_wrap=True)
