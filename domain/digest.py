"""Canonical JSON and its digest: the one spelling of a value that evidence, grants and the journal are bound to."""

import hashlib
from typing import Any

import rfc8785

from domain.errors import NotCanonical


def canonical(value: Any) -> bytes:
    """Spell a JSON value in its one canonical form (RFC 8785, JSON Canonicalization Scheme).

    Raises:
        NotCanonical: the value is not JSON: NaN, an integer beyond 2**53, a lone surrogate, a foreign type.
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def digest(value: Any) -> str:
    """Name a JSON value by the SHA-256 of its canonical form, as `sha256:<64 hex digits>`.

    Raises:
        NotCanonical: see `canonical`.
    """
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()
