"""What commands have in common: options, and reading the settings."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.logs import set_up_logs
from app.places import no_installation
from app.settings import Settings, load_settings

DataOption = Annotated[Path | None, typer.Option(help="Folder of databases and tokens; SWITCHBOARD_DATA by default.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def read_settings(*, anywhere: bool = False, **given: Any) -> Settings:
    """The settings, with what was given on the command line; logging is set up by them.

    A data folder that was named has to be there, but for commands that work `anywhere`, such as those that make one.

    Raises:
        UnknownName: it is not; the message gives the nearest.
    """
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    set_up_logs(settings.log_level)
    if (
        not anywhere
        and "data" in settings.model_fields_set
        and not settings.database_url
        and not settings.data.is_dir()
    ):
        raise no_installation(settings.data)
    return settings


def tenant_of(tenant: str, data: Path | None) -> str:
    """The tenant that was named, else the company's first."""
    return tenant or read_settings(data=data).tenant


def print_json(found: Any) -> None:
    """What a program reads of a command's result."""
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
