"""Input documents on their way to an engine: the same bytes for every engine."""

from typing import Any

from domain.digest import canonical
from domain.errors import NotCanonical, PolicyUnavailable

MAX_BYTES = 256 * 1024
"""No honest call comes near this; what is larger is not judged."""


def encode(document: Any) -> bytes:
    """Spell an input document as canonical JSON.

    Raises:
        PolicyUnavailable: it is no JSON object or is too large to be judged.
    """
    if not isinstance(document, dict):
        raise PolicyUnavailable("the input document is not an object")
    try:
        encoded = canonical(document)
    except NotCanonical as error:
        raise PolicyUnavailable(f"the input document is not JSON: {error}") from error
    if len(encoded) > MAX_BYTES:
        raise PolicyUnavailable(f"the input document has {len(encoded)} bytes; at most {MAX_BYTES} are judged")
    return encoded
