"""`switchboard keys`: what all processes of one installation share and nobody else may read."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import JsonOption, print_json
from app.progress import console

commands = typer.Typer()
keys = typer.Typer(help="The keys that all processes of one installation share.", no_args_is_help=True)
commands.add_typer(keys, name="keys")


@keys.command("create")
def create(
    folder: Annotated[Path, typer.Argument(help="Where they are written, readable by you alone.")],
    as_json: JsonOption = False,
) -> None:
    """Make what is not there yet: the keys of grants and of checkpoints, with their public halves, and of encryption.

    Nothing that is there is touched. Settings name the files: SWITCHBOARD_GRANTS__KEY of routers,
    SWITCHBOARD_GRANTS__PUBLIC_KEY of MCP servers that run alone, SWITCHBOARD_JOURNAL__CHECKPOINT_KEY; what is in
    `encryption_key` is the value of SWITCHBOARD_ENCRYPTION__KEY.
    """
    from app.keys import create_shared_keys

    made = [path.name for path in create_shared_keys(folder)]
    if as_json:
        print_json({"folder": str(folder), "made": made})
    else:
        console.print(f"made in {folder}: {', '.join(made)}" if made else f"all of them are in {folder} already")
