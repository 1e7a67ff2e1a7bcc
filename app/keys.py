"""Key material: given by settings, or made in the data folder on the first start; readable by its owner only."""

import base64
import os
from pathlib import Path

from app.settings import Settings
from domain.errors import Misconfigured
from policy.keys import generate_private_key, public_key_of
from storage.vault import KEY_BYTES

GRANT_KEY = "grant_key.pem"
GRANT_PUBLIC_KEY = "grant_key.pub.pem"
CHECKPOINT_KEY = "checkpoint_key.pem"
ENCRYPTION_KEY = "encryption_key"


def load_or_create_grant_key(folder: Path) -> bytes:
    """The private key that signs grants; its public half lies beside it, for MCP servers that run alone."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / GRANT_KEY
    if not path.exists():
        write_private(path, generate_private_key())
    private = path.read_bytes()
    (folder / GRANT_PUBLIC_KEY).write_bytes(public_key_of(private))
    return private


def read_grant_key(settings: Settings) -> bytes:
    """The private key that signs grants: the settings', else the data folder's, made there at the first start.

    Raises:
        Misconfigured: the file that the settings name cannot be read.
    """
    if settings.grants.key is None:
        return load_or_create_grant_key(settings.data)
    return _read(settings.grants.key, "SWITCHBOARD_GRANTS__KEY")


def read_public_grant_key(settings: Settings) -> bytes:
    """What an MCP server that runs alone checks grants with.

    Raises:
        Misconfigured: the file that the settings name cannot be read.
    """
    if settings.grants.public_key is None:
        return public_key_of(read_grant_key(settings))
    return _read(settings.grants.public_key, "SWITCHBOARD_GRANTS__PUBLIC_KEY")


def create_shared_keys(folder: Path) -> list[Path]:
    """Make the keys that all processes of one installation share; those that lie there stay. Returns the new files."""
    grant, checkpoint, encryption = folder / GRANT_KEY, folder / CHECKPOINT_KEY, folder / ENCRYPTION_KEY
    wanted = {grant: generate_private_key, checkpoint: generate_private_key, encryption: _make_encryption_key}
    made = [path for path, generate in wanted.items() if create_private(path, generate())]
    for private in (grant, checkpoint):
        private.with_suffix(".pub.pem").write_bytes(public_key_of(private.read_bytes()))
    return made


def _make_encryption_key() -> bytes:
    return base64.b64encode(os.urandom(KEY_BYTES))


def _read(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"{setting} names {path}, which cannot be read: {error.strerror}") from error


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    part.replace(path)


def create_private(path: Path, content: bytes) -> bool:
    """Write a file that only its owner can read, unless it is there; of several that try, one does."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    finally:
        part.unlink()
    return True
