"""Taking a company's customers into the CRM of our own, or seeing what would be taken."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from app.places import no_installation
from app.settings import Settings
from domain.errors import BadRequest
from domain.names import require_known
from mcp_servers.crm.backend.imports import Defaults, Imported, import_customers
from mcp_servers.refusal import Refused
from mcp_servers.sandbox.files import Sandbox
from mcp_servers.sandbox.shared_file import SHARED
from mcp_servers.work import Work


class _Undone(Exception):
    """A dry run is over."""


def take_customers(
    settings: Settings, file: Path, tenant: str, clock: Callable[[], datetime], *, dry_run: bool
) -> list[Imported]:
    """What became of every line of a CSV file; in a dry run, what would become of it, and nothing is changed.

    Raises:
        UnknownName: there is no such tenant, or no CRM of our own in the data folder yet.
        BadRequest: the file cannot be read, or its head line does not fit.
    """
    require_known("tenant", tenant, settings.profile.tenants)
    if not any((settings.data / name).is_file() for name in ("crm.db", SHARED)):
        raise no_installation(settings.data)
    profile, found = settings.profile.tenants[tenant], list[Imported]()
    try:
        lines = file.read_text("utf-8-sig").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{file} cannot be read: {error}") from None
    with closing(Sandbox(settings.data, "crm")) as sandbox:

        def take(database: object) -> None:
            work = Work(database, tenant, "", clock().replace(microsecond=0))  # pyright: ignore[reportArgumentType]
            work.change("INSERT OR IGNORE INTO tenants VALUES (:tenant, :currency, :country)", **profile.model_dump())
            found.extend(import_customers(work, lines, Defaults(profile.locales[0], profile.timezone)))
            if dry_run:
                raise _Undone

        try:
            sandbox["crm"].change(take)
        except _Undone:
            pass
        except Refused as refused:
            raise BadRequest(f"{file}: {refused}") from None
    return found
