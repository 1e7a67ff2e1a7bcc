"""What a tool answers beside structured data: text, and everything else as attachments that say what they are."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mcp_types import (
    AudioContent,
    BlobResourceContents,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)

LONGEST_ANSWER = 4 * 1024 * 1024
"""Bytes in which a server may answer; of a longer message no more is read, and its connection is given up."""
MOST_KEPT = 256 * 1024
"""Characters of an answer's JSON that are kept; of a longer one only words are, cut."""
WORDS_KEPT = 64 * 1024
LARGEST = 16 * 1024
"""Bytes of one attachment that come along; a larger one is named with size and digest, and left with the server."""


@dataclass(frozen=True, slots=True)
class Contents:
    """An answer's words, and its attachments as JSON."""

    text: str
    attachments: list[dict[str, Any]]


def read_contents(blocks: Sequence[ContentBlock]) -> Contents:
    """Read an answer's blocks in their order; texts of embedded resources are words too."""
    return Contents("\n".join(_texts(blocks)), [each for block in blocks if (each := _attachment(block)) is not None])


def read_data(contents: Contents, structured: dict[str, Any] | None) -> dict[str, Any]:
    """An answer as the data that is kept: its structure or its words, with its attachments.

    It goes into the conversation and into every later turn, so one that is too large is left with the server.
    """
    attached = {"attachments": contents.attachments} if contents.attachments else {}
    data = {**attached, **structured} if structured is not None else {"text": contents.text, **attached}
    if len(json.dumps(data)) <= MOST_KEPT:
        return data
    return {"text": contents.text[:WORDS_KEPT], "left_out": f"larger than {MOST_KEPT} bytes"}


def _texts(blocks: Sequence[ContentBlock]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, TextContent):
            yield block.text
        elif isinstance(block, EmbeddedResource) and isinstance(block.resource, TextResourceContents):
            yield block.resource.text


def _attachment(block: ContentBlock) -> dict[str, Any] | None:
    match block:
        case ImageContent() | AudioContent():
            return {"kind": block.type, "media_type": block.mime_type, **_bytes(block.data)}
        case ResourceLink():
            named = {"uri": str(block.uri), "name": block.name, "title": block.title, "description": block.description}
            return {
                "kind": "link",
                "media_type": block.mime_type or "",
                **{key: each for key, each in named.items() if each},
            }
        case EmbeddedResource():
            resource = block.resource
            named = {"kind": "resource", "uri": str(resource.uri), "media_type": resource.mime_type or ""}
            return {**named, **_bytes(resource.blob)} if isinstance(resource, BlobResourceContents) else named
        case _:
            return None


def _bytes(encoded: str) -> dict[str, Any]:
    try:
        found = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return {"size": 0, "left_out": "its data is no base64"}
    known = {"size": len(found), "digest": f"sha256:{hashlib.sha256(found).hexdigest()}"}
    if len(found) > LARGEST:
        return {**known, "left_out": f"larger than {LARGEST} bytes"}
    return {**known, "data": encoded}
