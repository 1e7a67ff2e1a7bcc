"""What production has to have before it starts: a company, systems of its own, and a carrier of codes."""

from app.backends import SYSTEMS, chosen_backends, list_unopened
from app.settings import Settings
from domain.errors import Misconfigured
from mcp_servers.catalogue import SANDBOX, find_systems

COMPANY = "SWITCHBOARD_COMPANY=companies/NAME   (a folder: `switchboard company new NAME` writes one)"


def require_production(settings: Settings) -> None:
    """See that production serves a real company on real systems, or says openly that it is a trial.

    Raises:
        Misconfigured: something is missing; the message has the line to write for each.
    """
    if settings.environment != "production":
        return
    missing = list_missing(settings)
    if missing:
        lines = "\n".join(f"  {line}" for line in missing)
        raise Misconfigured(
            f"production does not start with what is invented. Write:\n{lines}\nor --sandbox for a trial"
        )


def require_backends(settings: Settings) -> None:
    """See that the real systems that were chosen can be opened: their settings are there, and their packages.

    Raises:
        Misconfigured: one cannot; the message has the line to write.
    """
    if unopened := list_unopened(settings):
        raise Misconfigured("\n".join(unopened))


def list_missing(settings: Settings) -> list[str]:
    """The lines that are still to be written, each with where it belongs; none in a trial."""
    if settings.sandbox:
        return []
    missing = [] if settings.company else [COMPANY]
    file = settings.company_folder / "company.toml"
    invented = [name for name, backend in chosen_backends(settings).items() if backend in (SANDBOX, "remote")]
    for system in invented:
        if system not in settings.mcp_servers:
            missing.append(_line_of(system))
    missing += list_unopened(settings)
    if (
        SANDBOX in (settings.carriers.sms, settings.carriers.email)
        and "crm" in invented
        and "crm" not in settings.mcp_servers
    ):
        missing.append(f'{file}: [codes] sms = "crm"   (who carries verification codes: the CRM\'s server sends them)')
    return missing


def _line_of(system: str) -> str:
    ready = " or ".join(f"SWITCHBOARD_BACKENDS__{system.upper()}={name}" for name in find_systems(system))
    return (
        f"SWITCHBOARD_MCP_SERVERS__{system.upper()}__URL=https://…   (your {system} as an MCP server, with "
        f"…__FIRST_PARTY=true where it checks grants; `switchboard mcp conform URL --contract {system}` proves it"
        f"{f'; or {ready}' if ready else ''})"
    )


def is_local(settings: Settings, server: str) -> bool:
    """Whether one of our own servers runs here: what is invented does not, in production."""
    invented = server in SYSTEMS and settings.environment == "production" and not settings.sandbox
    return not invented and server not in settings.mcp_servers
