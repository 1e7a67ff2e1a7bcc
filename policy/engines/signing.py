"""Signatures of bundles in OPA's own format, so that a sidecar verifies the very same archive.

Source: "Signing" in OPA's documentation of bundles: `.signatures.json` holds one JWT that lists every file's digest.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from domain.errors import Misconfigured
from policy.engines.files import BUNDLE_MANIFEST, SIGNATURES, Files

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey
PublicKey = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey
STRUCTURED = ("data.json", BUNDLE_MANIFEST)
"""OPA signs what these say, not how they are spelt; of all other files it signs the bytes."""


def generate_key_pair() -> tuple[bytes, bytes]:
    """Make a P-256 key pair, the kind that OPA takes everywhere: the private and the public half, as PEM."""
    key = generate_private_key(SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def sign_files(files: Files, private_pem: bytes) -> bytes:
    """The `.signatures.json` of a bundle's files.

    Raises:
        Misconfigured: the key is no Ed25519, P-256 or RSA private key.
    """
    key = _load(private_pem, private=True)
    public = key.public_key()
    listed = [{"name": name, "hash": digest, "algorithm": "SHA-256"} for name, digest in _digests(files).items()]
    token = jwt.encode({"files": listed}, key, _algorithm(public), headers={"kid": key_name(public)})
    return json.dumps({"signatures": [token]}, indent=1).encode() + b"\n"


def verify_files(files: Files, public_pem: bytes) -> str:
    """See that the key's owner signed exactly these files; returns the key's name.

    Raises:
        Misconfigured: there is no signature, it is another key's, or a file was added, dropped or changed.
    """
    public = _load(public_pem, private=False)
    if SIGNATURES not in files:
        raise Misconfigured("it is not signed")
    try:
        (token,) = json.loads(files[SIGNATURES])["signatures"]
        claims = cast(Any, jwt).decode(token, public, algorithms=[_algorithm(public)])
        signed = {entry["name"]: entry["hash"] for entry in claims["files"] if entry["algorithm"] == "SHA-256"}
    except (jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"its signature is not of the key {key_name(public)}") from error
    found = _digests(files)
    if different := sorted(name for name in found.keys() | signed.keys() if found.get(name) != signed.get(name)):
        raise Misconfigured(f"not what was signed: {', '.join(different[:3])}")
    return key_name(public)


def key_name(public: PublicKey) -> str:
    """A public key's name: the beginning of its digest."""
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()[:16]


def _digests(files: Files) -> dict[str, str]:
    return {
        name: hashlib.sha256(_signed_form(name, files[name])).hexdigest()
        for name in sorted(files.keys() - {SIGNATURES})
    }


def _signed_form(name: str, content: bytes) -> bytes:
    if name.rpartition("/")[2] not in STRUCTURED:
        return content
    try:
        return _spell(json.loads(content, parse_int=_Number, parse_float=_Number)).encode("utf-8", "replace")
    except ValueError as error:
        raise Misconfigured(f"{name} is not JSON") from error


class _Number(str):
    """A number as it is spelt."""

    __slots__ = ()


def _spell(value: Any) -> str:
    """A JSON value as Go's encoder spells it: sorted keys, no space, numbers as they were."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, Mapping):
        items = cast(Mapping[str, Any], value)
        return "{" + ",".join(f"{_text(name)}:{_spell(items[name])}" for name in sorted(items)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_spell(item) for item in cast(list[Any], value)) + "]"
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _load(pem: bytes, *, private: bool) -> Any:
    """A usable key of the wanted half."""
    try:
        key = load_pem_private_key(pem, None) if private else load_pem_public_key(pem)
    except (ValueError, TypeError) as error:
        raise Misconfigured(f"the key is no {'private' if private else 'public'} key in PEM: {error}") from error
    _algorithm(key.public_key() if private else key)  # type: ignore[union-attr]
    return key


def _algorithm(key: Any) -> str:
    """The one algorithm that goes with a key: a token that names another is refused."""
    if isinstance(key, Ed25519PublicKey):
        return "EdDSA"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return "ES256"
    if isinstance(key, RSAPublicKey):
        return "RS256"
    raise Misconfigured("the key must be Ed25519, P-256 or RSA")
