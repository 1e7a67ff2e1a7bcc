"""The vault by settings: its encryption keys from the environment, or in development from a file made at first."""

import base64
import binascii
import os
import shlex
import signal
import subprocess
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path

from app.keys import create_private
from app.settings import Settings
from domain.errors import Misconfigured
from storage.key_store import KeyStore, open_key_database, open_key_file
from storage.vault import KEY_BYTES, EnvelopeVault, MasterKeys

ENCRYPTION_KEYS = "encryption_keys"
"""In the data folder: one key a line in base64, the newest first. Whoever has it and the database reads everything."""


DATA_KEYS = Path("keys") / "data_keys.db"
"""In the data folder: every conversation's own key, wrapped. Its copies are to be kept for days, not for years."""
COMMAND_S = 30.0
"""How long the command may take that fetches the keys."""
KEY_COMMAND = "SWITCHBOARD_ENCRYPTION__KEY_COMMAND"
EXPECTED = "an encryption key is 32 random bytes in base64, one a line, the newest first"
POSTGRESQL = ("postgresql://", "postgres://", "postgresql+asyncpg://")


def open_vault(settings: Settings) -> EnvelopeVault:
    """The vault of these settings.

    Raises:
        Misconfigured: production without an encryption key, or one that is not 32 bytes in base64.
    """
    master = MasterKeys(partial(_load_keys, settings))
    return EnvelopeVault(master, store=_open_store(settings))


def data_keys_place(settings: Settings) -> Path | str | None:
    """Where conversations' keys lie apart: a file, or a database's URL; None where they lie in our own database."""
    named = settings.encryption.data_keys
    if named.startswith(POSTGRESQL):
        return named
    if named:
        return Path(named)
    return None if settings.database_url.startswith(POSTGRESQL) else settings.data / DATA_KEYS


def _open_store(settings: Settings) -> KeyStore | None:
    place = data_keys_place(settings)
    if isinstance(place, str):
        if not settings.database_url.startswith(POSTGRESQL):
            raise Misconfigured(
                "SWITCHBOARD_ENCRYPTION__DATA_KEYS is a file where SWITCHBOARD_DATABASE_URL is not PostgreSQL"
            )
        return open_key_database(place)
    return None if place is None else open_key_file(place)


def check_keys(settings: Settings) -> None:
    """See that the encryption keys of these settings can be used; none is made.

    Raises:
        Misconfigured: see `open_vault`.
    """
    file = keys_file(settings)
    if file is None or settings.environment == "production" or file.exists():
        MasterKeys(partial(_load_keys, settings))


def keys_file(settings: Settings) -> Path | None:
    """Where the keys lie; None where they come from settings, or from a command that they name."""
    given = settings.encryption.key.get_secret_value() or settings.encryption.key_command
    return None if given else settings.data / ENCRYPTION_KEYS


def make_key() -> str:
    """A new key as it is written."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def _load_keys(settings: Settings) -> list[bytes]:
    given = settings.encryption
    file = keys_file(settings)
    if given.key_command and given.key.get_secret_value():
        raise Misconfigured("SWITCHBOARD_ENCRYPTION__KEY and SWITCHBOARD_ENCRYPTION__KEY_COMMAND exclude each other")
    if given.key_command:
        return _read_keys(KEY_COMMAND, _ask_for_keys(given.key_command))
    if file is None:
        first = _read_keys("SWITCHBOARD_ENCRYPTION__KEY", [given.key.get_secret_value()])
        previous = given.previous_keys.get_secret_value().split(",")
        return [*first, *_read_keys("SWITCHBOARD_ENCRYPTION__PREVIOUS_KEYS", previous, least=0)]
    if settings.environment == "production":
        raise Misconfigured("production needs SWITCHBOARD_ENCRYPTION__KEY, 32 random bytes in base64, or __KEY_COMMAND")
    create_private(file, f"{make_key()}\n".encode())
    return _read_keys(str(file), file.read_text("ascii", "replace").splitlines())


def _read_keys(source: str, lines: Iterable[str], least: int = 1) -> list[bytes]:
    """The keys that a source gives, a line each; what it gave is never told, since it may be a secret all the same."""
    given = [line.strip() for line in lines if line.strip()]
    if len(given) < least:
        raise Misconfigured(f"{source} gave no key: {EXPECTED}")
    return [_decode(source, number, line) for number, line in enumerate(given, start=1)]


@cache
def _ask_for_keys(command: str) -> tuple[str, ...]:
    """What the command prints, asked for once in the life of a process; no word of it reaches a log or a message."""
    try:
        return tuple(_run(shlex.split(command)).decode("ascii").splitlines())  # the operator's own words, and no shell
    except subprocess.CalledProcessError as error:
        reason = f"ended with exit code {error.returncode}"
    except subprocess.TimeoutExpired:
        reason = f"did not end within {COMMAND_S:g} s"
    except UnicodeDecodeError:
        reason = "printed something else than keys"
    except (OSError, ValueError) as error:
        reason = f"cannot be run: {getattr(error, 'strerror', '') or error}"
    raise Misconfigured(f"{KEY_COMMAND} {reason}: {EXPECTED}. Run it by hand to see why")


def _run(arguments: list[str]) -> bytes:
    """What a program prints. It is asked nothing, and ends in time with all that it started.

    Raises:
        subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError: it did not go well.
    """
    silent, heard = subprocess.DEVNULL, subprocess.PIPE
    with subprocess.Popen(  # noqa: S603
        arguments, stdin=silent, stdout=heard, stderr=silent, start_new_session=True
    ) as process:
        try:
            printed, _ = process.communicate(timeout=COMMAND_S)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "")
    return printed


def _decode(source: str, number: int, line: str) -> bytes:
    try:
        key = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Misconfigured(f"{source}: line {number} is no key: {EXPECTED}")
    return key
