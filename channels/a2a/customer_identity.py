"""The extension by which a partner says for whom it acts: declared on the card, sent in a message's metadata."""

import json
from typing import Any

from a2a.extensions.common import get_requested_extensions
from a2a.types import AgentExtension, Message
from a2a.utils.errors import InvalidParamsError
from google.protobuf.json_format import ParseDict
from pydantic import Field, ValidationError
from starlette.datastructures import Headers

from channels.http.models import ANYTHING, RequestBody

URI = "urn:switchboard:a2a:customer-identity:v1"
SCHEMA = "a2a-customer-identity"
HEADERS = ("A2A-Extensions", "X-A2A-Extensions")
"""Where a client asks for extensions; the second name is that of A2A 0.3."""
DESCRIPTION = (
    "Names the customer for whom a message is sent: metadata of the message under this URI, an object as "
    "`params.schema` says. It holds for the whole context. You vouch for the customer as `params.auth_level`. Without "
    "it nobody is known, and a task that needs a customer is INPUT_REQUIRED with `pending.arguments.slot` `identity`."
)


class CustomerIdentity(RequestBody):
    """For whom a partner's message is sent: the customer's number, and the language that a new context begins in."""

    customer_id: str = Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$", examples=["C-1001"])
    locale: str = Field(default="", max_length=35, json_schema_extra={**ANYTHING}, examples=["en", "es-419"])


def declare(base_url: str) -> AgentExtension:
    """The extension as the card of a service at that address declares it; nobody has to use it."""
    extension = AgentExtension(uri=URI, description=DESCRIPTION, required=False)
    ParseDict({"schema": f"{base_url}/schemas/{SCHEMA}.json", "auth_level": "authenticated"}, extension.params)
    return extension


def identity_schema() -> dict[str, Any]:
    """The JSON Schema of the extension's metadata, published as `/schemas/a2a-customer-identity.json`."""
    return CustomerIdentity.model_json_schema()


def read_identity(message: Message, metadata: dict[str, Any]) -> dict[str, str]:
    """What the extension says in a message's metadata, nothing where it is not used.

    Raises:
        InvalidParamsError: it is malformed, or the message says that it carries it and does not; the message names it.
    """
    if URI not in metadata:
        if URI in message.extensions:
            raise InvalidParamsError(f"message.metadata.{URI}: missing, although message.extensions names it")
        return {}
    try:
        found = CustomerIdentity.model_validate_json(json.dumps(metadata[URI]))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, (URI, *first["loc"])))
        raise InvalidParamsError(f"message.metadata.{place}: {first['msg']}") from None
    return {name: value for name, value in found.model_dump().items() if value}


def activated(headers: Headers) -> str:
    """The extensions that an answer says were used, of those that its request asked for."""
    asked = get_requested_extensions([each for name in HEADERS for each in headers.getlist(name)])
    return URI if URI in asked else ""
