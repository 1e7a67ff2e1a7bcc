"""The keys that other teams know us by: the settings' one, else derived from the encryption keys."""

from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.settings import Settings
from channels.a2a.signing_keys import SigningKeys
from domain.errors import Misconfigured

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points the curve P-256 has."""


def open_signing_keys(settings: Settings, secrets: Callable[[], Sequence[bytes]]) -> SigningKeys:
    """The signing keys; `secrets` gives the encryption keys, the newest first.

    Raises:
        Misconfigured: the file that settings name is no such key.
    """
    if settings.a2a.key is None:
        return SigningKeys(lambda: [_derive(each) for each in secrets()], settings.address)
    try:
        key = load_pem_private_key(settings.a2a.key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise Misconfigured(
            f"SWITCHBOARD_A2A__KEY names {settings.a2a.key}: no private key in PEM ({error})"
        ) from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise Misconfigured(f"SWITCHBOARD_A2A__KEY names {settings.a2a.key}, which is no EC key on P-256")
    found = key
    return SigningKeys(lambda: [found], settings.address)


def _derive(secret: bytes) -> EllipticCurvePrivateKey:
    """A key that everybody with the secret makes alike; 48 bytes, so that no value is likelier than another."""
    material = HKDF(SHA256(), 48, None, b"switchboard a2a signatures").derive(secret)
    return derive_private_key(int.from_bytes(material) % (ORDER - 1) + 1, SECP256R1())
