"""Key material in the data folder: made on the first start, readable by its owner only."""

import os
from pathlib import Path

from policy.gate.grants import generate_private_key, public_key_of

GRANT_KEY = "grant_key.pem"
GRANT_PUBLIC_KEY = "grant_key.pub.pem"


def load_or_create_grant_key(folder: Path) -> bytes:
    """The private key that signs grants; its public half lies beside it, for MCP servers that run alone."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / GRANT_KEY
    if not path.exists():
        write_private(path, generate_private_key())
    private = path.read_bytes()
    (folder / GRANT_PUBLIC_KEY).write_bytes(public_key_of(private))
    return private


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
