"""Ed25519 keys: made, read, and halved for those who only verify."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from domain.errors import Misconfigured


def generate_private_key() -> bytes:
    """Make a new Ed25519 key as unencrypted PEM, to be kept in a file that only the gate's process may read."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_key_of(private_pem: bytes) -> bytes:
    """The public half as PEM, for the MCP servers."""
    return load_private_key(private_pem).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def load_private_key(private_pem: bytes) -> Ed25519PrivateKey:
    """Read an Ed25519 private key.

    Raises:
        Misconfigured: it is not one.
    """
    try:
        key = load_pem_private_key(private_pem, password=None)
    except (ValueError, TypeError) as error:
        raise Misconfigured("the key is not an unencrypted PEM private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured("the key is not an Ed25519 key")
    return key


def load_public_key(pem: bytes) -> Ed25519PublicKey:
    """An auditor's key.

    Raises:
        Misconfigured: that is no Ed25519 public key in PEM.
    """
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise Misconfigured("the public key is not in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Misconfigured("the public key is not an Ed25519 key")
    return key
