"""`switchboard privacy`: erasing a customer, giving a person their data, retention, and a new encryption key."""

import asyncio
import json
from dataclasses import asdict
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.options import DataOption, JsonOption, print_json, read_settings, tenant_of
from app.progress import console
from domain.ids import TenantId

commands = typer.Typer()
privacy = typer.Typer(help="People's data: erase, export, retention, encryption keys.", no_args_is_help=True)
commands.add_typer(privacy, name="privacy")

CustomerOption = Annotated[str, typer.Option(help="The customer's number, such as C-1001.")]
TenantOption = Annotated[str, typer.Option(help="The tenant whose customer it is; the company's first by default.")]


@privacy.command("erase")
def erase_customer(
    customer: CustomerOption,
    reason: Annotated[str, typer.Option(help="Why, on the record for good: a ticket, not a person's name.")],
    tenant: TenantOption = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; nothing can bring the data back.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Destroy a customer's keys: their words become unreadable here, and in every copy without a copy of the keys.

    Refused while the outcome of a write for them is unknown. Says what was destroyed, and what remains and why.
    """
    from app.privacy.erasure import ErasureRequest

    tenant = tenant_of(tenant, data)
    if not reason.strip() or customer in reason:
        raise typer.BadParameter("--reason: say why without naming the customer, for it stays on the record")
    found = asyncio.run(_erase(data, ErasureRequest(TenantId(tenant), customer, reason.strip(), getuser()), sure=yes))
    if as_json:
        print_json(found)
        return
    if not found["id"]:
        console.print("There is nothing of this customer to erase.")
    else:
        console.print(f"Erased as {found['id']}; what is left is called {found['pseudonym']}.")
        for name, count in found["destroyed"].items():
            console.print(f"  {count:>6}  {name.replace('_', ' ')}")
        for line in found["remaining"]:
            console.print(f"  stays: {line}")
    console.print(f"Not ours to erase: their records in {', '.join(found['held_elsewhere'])}.")


async def _erase(data: Path | None, wish: Any, *, sure: bool) -> dict[str, Any]:
    from app.installation import require_customer, require_tenant
    from app.privacy.service import open_privacy_service, other_systems

    settings = read_settings(data=data)
    require_tenant(settings, wish.tenant)
    async with open_privacy_service(settings) as office:
        await require_customer(office.installation, wish.tenant, wish.customer_id)
        if not sure:
            raise typer.BadParameter(f"{wish.customer_id} of {wish.tenant} would be erased for good: add --yes")
        erased = asdict(await office.erasures.erase(wish))
    return {**erased, "remaining": list(erased["remaining"]), "held_elsewhere": other_systems(settings)}


@privacy.command("export")
def export_customer(
    customer: CustomerOption,
    out: Annotated[Path, typer.Option(help="The file to write; only its owner can read it.", dir_okay=False)],
    tenant: TenantOption = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Write everything that our store holds of a customer into one JSON file."""
    from app.keys import write_private

    found = asyncio.run(_export(data, tenant_of(tenant, data), customer))
    write_private(out, json.dumps(found, indent=2, ensure_ascii=False).encode("utf-8", "replace"))
    counts = {"file": str(out), **{name: len(found[name]) for name in ("conversations", "follow_ups", "amounts")}}
    if as_json:
        print_json({**counts, "held_elsewhere": found["held_elsewhere"]})
    else:
        console.print(f"{out}: {counts['conversations']} conversations, {counts['follow_ups']} follow-ups")
        console.print(f"Not in it: their records in {', '.join(found['held_elsewhere'])}.")


async def _export(data: Path | None, tenant: str, customer: str) -> dict[str, Any]:
    from app.installation import require_customer, require_tenant
    from app.privacy.service import open_privacy_service, other_systems

    settings = read_settings(data=data)
    require_tenant(settings, tenant)
    async with open_privacy_service(settings) as office:
        await require_customer(office.installation, tenant, customer)
        found = await office.export.collect(TenantId(tenant), customer)
    return {**found, "held_elsewhere": other_systems(settings)}


@privacy.command("retention")
def enforce_retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and delete nothing.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Delete what is past its time; a running service does so by itself, a batch an hour."""
    found = asyncio.run(_enforce(data, dry_run))
    if as_json:
        print_json(found)
    else:
        word = "would be deleted" if dry_run else "deleted"
        line = "{conversations} conversations' words, {chains} chains of the record, {amounts} amounts"
        console.print(f"{line.format(**found)} {word}")
        for problem in found["problems"]:
            console.print(f"  [red]kept:[/red] {problem}")
    raise typer.Exit(1 if found["problems"] else 0)


async def _enforce(data: Path | None, dry_run: bool) -> dict[str, Any]:
    from app.privacy.service import open_privacy_service

    async with open_privacy_service(read_settings(data=data)) as office:
        if dry_run:
            found = asdict(await office.retention.look())
            return {**found, "dry_run": True, "problems": []}
        total: dict[str, Any] = {"conversations": 0, "chains": 0, "amounts": 0, "dry_run": False, "problems": []}
        while True:
            batch = asdict(await office.retention.enforce())
            total["problems"] = list(batch.pop("problems"))
            if not any(batch.values()):
                break
            total |= {name: total[name] + count for name, count in batch.items()}
        total["erasures_finished"] = await office.erasures.finish()
        return total


@privacy.command("rotate-key")
def rotate_key(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Wrap every conversation's key with the newest encryption key; in development a new one is made first.

    With keys in settings, first start every process with the new SWITCHBOARD_ENCRYPTION__KEY and the old one in
    SWITCHBOARD_ENCRYPTION__PREVIOUS_KEYS; once this is done the old one can go.
    """
    changed = asyncio.run(_rotate(data))
    if as_json:
        print_json({"rewrapped": changed})
    else:
        console.print(f"{changed} keys are wrapped by the newest encryption key now")


async def _rotate(data: Path | None) -> int:
    from app.privacy.rotation import rotate
    from app.privacy.service import open_privacy_service

    settings = read_settings(data=data)
    async with open_privacy_service(settings) as office:
        return await rotate(settings, office.transactions, office.vault)
