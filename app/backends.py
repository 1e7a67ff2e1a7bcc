"""What each business system runs on: the sandbox, or a real system that one setting chooses and others describe."""

import importlib
from collections.abc import Mapping

import mcp_servers
from app.settings import Settings
from domain.errors import Misconfigured
from domain.names import suggest
from mcp_servers.backend import SystemBackend, SystemOptions, TenantFacts
from mcp_servers.catalogue import SANDBOX, find_toolsets, list_backends
from mcp_servers.key_book import KeyBook

ELSEWHERE = ("remote", "none")
"""Backends that are no code of ours: an MCP server of the company's own, and nothing at all."""
SYSTEMS = ("crm", "erp", "payments", "network")


def chosen_backends(settings: Settings) -> dict[str, str]:
    """What each business system runs on: as the settings say, else as the company's folder does, else the sandbox."""
    return {**dict.fromkeys(SYSTEMS, SANDBOX), **settings.profile.backends, **settings.backends}


def open_backends(settings: Settings, only: str = "") -> Mapping[str, SystemBackend]:
    """The backends of all servers, or of one, that run on a real system; none is contacted yet.

    Raises:
        Misconfigured: there is no such backend, its package is not installed, or one of its settings is missing.
    """
    found = {name: backend for name, backend in chosen_backends(settings).items() if only in ("", name)}
    return {
        name: _open(settings, name, backend)
        for name, backend in found.items()
        if backend not in (SANDBOX, *ELSEWHERE) and name not in settings.mcp_servers
    }


def list_unopened(settings: Settings) -> list[str]:
    """Why real systems that were chosen cannot be opened, each with the line to write; no more than one a system."""
    found: list[str] = []
    for name in SYSTEMS:
        try:
            open_backends(settings, name)
        except Misconfigured as error:
            found.append(str(error))
    return found


def _open(settings: Settings, server: str, backend: str) -> SystemBackend:
    known = list_backends(server)
    if backend not in known:
        raise Misconfigured(
            f"{server} cannot run on {backend!r}; there are {', '.join(known)}{suggest(backend, known)}"
        )
    given = settings.systems.get(backend, {})
    values = {name: value.get_secret_value() for name, value in given.items()}
    tenants = {name: TenantFacts(each.currency, each.country) for name, each in settings.profile.tenants.items()}
    variable = f"SWITCHBOARD_SYSTEMS__{backend.upper()}__"
    module = importlib.import_module(f"{mcp_servers.__name__}.{server}.backends.{backend}")
    system = module.open_system(SystemOptions(values, tenants, variable))
    keys = KeyBook(settings.data / f"{server}.keys.db")
    return SystemBackend(server, system, find_toolsets()[server].entries, keys)
