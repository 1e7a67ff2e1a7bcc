"""Who signed another team's agent card: looked at once with its keys, which are pinned with it."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from a2a.client.card_resolver import parse_agent_card
from a2a.utils.signing import SignatureVerificationError, create_signature_verifier
from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError
from jwt.utils import base64url_decode

from domain.errors import BadRequest, Misconfigured

KEYS = "keys.json"
ALGORITHMS = ["ES256", "ES384", "ES512", "EdDSA", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
"""Signatures by a key pair alone: what is published never signs."""
KEYS_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a card: the keys that are to be pinned, none where that is not known, and what to tell people."""

    remark: str
    keys: Mapping[str, Any] = field(default_factory=dict[str, Any])


async def find_signer(http: httpx.AsyncClient, url: str, card: Mapping[str, Any]) -> Signer:
    """Who signed the card that is shown at that URL; keys are taken from the same origin alone.

    Raises:
        BadRequest: it is signed, and not by a key that its origin publishes.
    """
    places = _named_places(card)
    if not places:
        return Signer("its card is not signed")
    own = [place for place in places if _origin(place) == _origin(url)]
    if not own:
        return Signer(f"its card is signed by a key of {_origin(places[0])[1] or 'nobody'}: not looked at")
    try:
        answer = await http.get(own[0])
        answer.raise_for_status()
        if len(answer.content) > KEYS_BYTES:
            raise BadRequest(f"the keys at {own[0]} are more than {KEYS_BYTES} bytes")
        keys = cast("dict[str, Any]", answer.json())
        see_signed(card, keys)
    except (httpx.HTTPError, ValueError) as error:
        raise BadRequest(f"the keys that sign its card cannot be had from {own[0]} ({type(error).__name__})") from None
    except SignatureVerificationError:
        raise BadRequest(f"its card is signed, and by none of the keys at {own[0]}: do not trust it") from None
    return Signer(f"its card is signed by a key of {own[0]}", keys)


def see_signed(card: Mapping[str, Any], keys: Mapping[str, Any]) -> None:
    """See that one of these keys signed a card.

    Raises:
        SignatureVerificationError: none did.
    """
    try:
        known = PyJWKSet.from_dict(dict(keys))
    except PyJWTError as error:
        raise SignatureVerificationError("the keys cannot be read") from error

    def find(kid: str | None, _jku: str | None) -> PyJWK:
        for key in known.keys:
            if key.key_id == kid:
                return key
        raise PyJWTError("no such key")

    create_signature_verifier(find, ALGORITHMS)(parse_agent_card(copy.deepcopy(dict(card))))


def read_keys(folder: Path) -> Mapping[str, Any]:
    """The keys that were pinned with a card; none where it was not signed.

    Raises:
        Misconfigured: they cannot be read.
    """
    file = folder / KEYS
    try:
        return cast("dict[str, Any]", json.loads(file.read_text("utf-8"))) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{file}: {error}") from None


def _named_places(card: Mapping[str, Any]) -> list[str]:
    """Where the keys are said to be that signed a card."""
    found: list[str] = []
    for signature in card.get("signatures") or ():
        try:
            header = json.loads(base64url_decode(str(signature["protected"]).encode()))
            found.append(str(header.get("jku", "")))
        except (ValueError, KeyError, TypeError, AttributeError):
            found.append("")
    return found


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
