"""What can be known to be wrong before anything is opened: said at once, with the setting that mends it."""

import os
import socket
from pathlib import Path

import structlog

from app.ports import check_free
from app.settings import Settings, missing_config, providers_of
from app.stanza_variables import UnsetVariable, unset_variables
from domain.errors import Misconfigured

log = structlog.get_logger()
POSTGRESQL_PORT = 5432
REACH_S = 5.0
DATABASES = ("sqlite+aiosqlite://", "postgresql+asyncpg://", "postgresql://", "postgres://")


def check_start(settings: Settings) -> None:
    """See that a service can start with these settings; nothing is opened, made or changed.

    Raises:
        Misconfigured: it cannot; the message names the setting.
    """
    check_free(settings.host, settings.port)
    check_folder(settings.data)
    if settings.database_url and not settings.database_url.startswith(DATABASES):
        raise Misconfigured("SWITCHBOARD_DATABASE_URL begins with postgresql://, or is left out for a file of our own")
    check_database_answers(settings.database_url)
    _check_files(settings)
    from app.company.connectors import read_connectors

    read_connectors(settings.company_folder, settings.profile, settings.connectors)
    from app.production import (
        require_backends,
        require_production,
    )  # slow to load, as is the next: a busy port is said before
    from app.vault import check_keys

    check_keys(settings)
    if settings.environment == "production" and not providers_of(settings.auth):
        raise Misconfigured("production needs SWITCHBOARD_AUTH__ISSUER and SWITCHBOARD_AUTH__JWKS_URL")
    require_production(settings)
    require_backends(settings)


def tell_ignored(settings: Settings) -> list[str]:
    """What was set and changes nothing, a sentence each."""
    missing = missing_config()
    told = [f"{missing} is not there (SWITCHBOARD_CONFIG): only the environment is read"] if missing else []
    if settings.policy.engine != "opa" and "opa_url" in settings.policy.model_fields_set:
        told.append("SWITCHBOARD_POLICY__OPA_URL changes nothing: SWITCHBOARD_POLICY__ENGINE is not opa")
    if settings.auth.desk_client and settings.environment == "development":
        told.append("SWITCHBOARD_AUTH__DESK_CLIENT changes nothing in development: tokens of our own are used")
    return told


def tell_unset(settings: Settings) -> list[UnsetVariable]:
    """The variables of the environment that stanzas refer to and that are not set; each is in the log, too."""
    found = unset_variables(settings)
    for each in found:
        log.warning("variable_not_set", stanza=each.stanza, variable=each.variable)
    return found


def check_folder(folder: Path) -> None:
    """See that the data folder is one, or can be made.

    Raises:
        Misconfigured: it is a file, or cannot be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise Misconfigured(f"the data folder {folder} is a file; set SWITCHBOARD_DATA")
    nearest = folder.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        raise Misconfigured(f"the data folder {folder} cannot be written to; set SWITCHBOARD_DATA")


def check_database_answers(url: str) -> None:
    """See that somebody listens where the database server is said to be; a socket file and SQLite are not looked for.

    Raises:
        Misconfigured: nobody does.
    """
    if not url or url.startswith("sqlite"):
        return
    from sqlalchemy.engine import make_url  # slow to load: a busy port is said before

    where = make_url(url)
    if not where.host or where.host.startswith("/"):
        return
    try:
        socket.create_connection((where.host, where.port or POSTGRESQL_PORT), REACH_S).close()
    except OSError as error:
        raise Misconfigured(
            f"no database server answers at {where.host}:{where.port or POSTGRESQL_PORT} ({error.strerror or error}): "
            "start it, or correct SWITCHBOARD_DATABASE_URL"
        ) from error


def _check_files(settings: Settings) -> None:
    policy = settings.policy
    for name in ("bundle", "verification_key", "shadow_bundle"):
        path: Path | None = getattr(policy, name)
        if path is not None and not path.exists():
            raise Misconfigured(f"SWITCHBOARD_POLICY__{name.upper()} names {path}, which is not there")
