"""`switchboard customers`: a company's customers in the CRM of our own."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.places import existing_file
from app.progress import console

commands = typer.Typer()
customers = typer.Typer(help="Customers in the CRM of our own.", no_args_is_help=True)
commands.add_typer(customers, name="customers")


@customers.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="CSV: customer_id,name,email,phone,address and more.", parser=existing_file)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each line.")] = False,
    tenant: Annotated[str, typer.Option(help="Whose customers they are; the company's first by default.")] = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Take customers from a CSV file, a report a line; exits with 1 where any was refused.

    Columns: customer_id, name, email, phone, address; optional: locale, timezone, customer_since, flags (a;b).
    A line that does not fit is refused with the reason, the others are taken. What else is known of a customer stays.
    """
    from app.clock import tell_time
    from app.customer_import import take_customers

    settings = read_settings(data=data)
    found = take_customers(settings, file, tenant or settings.tenant, tell_time, dry_run=dry_run)
    counts = Counter(each.outcome for each in found)
    if as_json:
        print_json({"dry_run": dry_run, "counts": dict(counts), "items": [asdict(each) for each in found]})
    else:
        for each in found:
            told = (
                f"line {each.line}: {each.customer_id or '-'} {each.outcome}{': ' if each.reason else ''}{each.reason}"
            )
            console.print(told, soft_wrap=True, markup=False, highlight=False)
        summary = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "no line"
        console.print(f"{summary}{' (a dry run: nothing was changed)' if dry_run else ''}")
    raise typer.Exit(1 if counts["refused"] else 0)
