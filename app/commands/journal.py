"""`switchboard journal`: the record of what was intended, decided and done."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.places import existing_file
from app.progress import console

commands = typer.Typer()
journal = typer.Typer(help="The record of what was intended, decided and done.", no_args_is_help=True)
commands.add_typer(journal, name="journal")


AnchorOption = Annotated[
    Path | None, typer.Option(help="A copy of the anchor, wherever it was kept.", parser=existing_file)
]
KeyOption = Annotated[Path | None, typer.Option(help="The public key to believe, and no other.", parser=existing_file)]


@journal.command("verify")
def verify_journal(
    anchor: AnchorOption = None, public_key: KeyOption = None, as_json: JsonOption = False, data: DataOption = None
) -> None:
    """Recompute every hash chain, tag and total, and hold them against the anchor; exits with 1 where one is wrong.

    Says which entry or row it is, what is wrong with it, and since when. An auditor gives a copy of the anchor and the
    public key, and needs no key of this machine: chains and anchor are verified, tags are not.
    """
    from app.records import verify

    if anchor is not None and public_key is None:
        raise typer.BadParameter("an anchor is checked with --public-key")
    found = asyncio.run(verify(read_settings(data=data), anchor, public_key))
    if as_json:
        print_json(found)
    else:
        _show(found)
    raise typer.Exit(0 if found["ok"] else 1)


@journal.command("checkpoint")
def checkpoint_journal(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Anchor the record now; prints the head of the anchor and the key's name, and exits with 1 on tampering."""
    from app.records import checkpoint

    found = asyncio.run(checkpoint(read_settings(data=data)))
    if as_json:
        print_json({**asdict(found), "problems": list(found.problems)})
    else:
        console.print(f"{found.signed} chains signed by key {found.key}; head {found.head}")
        for problem in found.problems:
            console.print(f"  [red]·[/red] {problem}")
    raise typer.Exit(1 if found.problems else 0)


@journal.command("repair-anchor")
def repair_journal_anchor(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Take a torn last line out of the anchor, or go on with one that was lost; the journal records that it was done.

    A line that is whole and not signed by the key is never repaired.
    """
    from app.records import repair_anchor

    done = asyncio.run(repair_anchor(read_settings(data=data)))
    if as_json:
        print_json({"repaired": bool(done), "done": done})
    else:
        console.print(done or "There is nothing to repair: the anchor is whole, and the one that is remembered.")


def _show(found: dict[str, Any]) -> None:
    state = "[green]whole[/green]" if found["ok"] else "[red]BROKEN[/red]"
    console.print(f"{found['entries']} entries of {found['conversations']} conversations: {state}")
    until = found["anchored_until"]
    anchored = f"anchored until {until}; {found['entries_since']} entries came since" if until else "not anchored yet"
    console.print(
        f"{anchored}; an anchor is written each minute and at the end, or by `switchboard journal checkpoint`"
    )
    if found["keyed_since"]:
        console.print(f"rows and entries carry tags since {found['keyed_since']}")
    if found["retired"]:
        console.print(f"{found['retired']} chains were deleted when their time was over, signed")
    for problem in found["problems"]:
        console.print(f"  [red]·[/red] {problem}")
