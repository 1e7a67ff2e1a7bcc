"""What a partner agent asks for, read from an A2A message."""

import re
from dataclasses import dataclass
from typing import Any

from a2a.types import Message, Role, SendMessageRequest
from a2a.utils.errors import ContentTypeNotSupportedError, InvalidParamsError
from google.protobuf.json_format import MessageToDict

from channels.a2a.customer_identity import read_identity
from channels.a2a.modes import TEXT, read_modes
from channels.http.limits import TEXT_CHARACTERS
from domain.digest import digest

CUSTOMER_KEY = "customer_id"
"""Key in a message's metadata: the customer whom the partner acts for."""

LOCALE_KEY = "locale"
"""Key in a message's metadata: the language that a new context begins in."""

MAX_ID = 128
_CUSTOMER_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


@dataclass(frozen=True, slots=True)
class PartnerMessage:
    """A partner's message. Empty ids: a new or the present task, a new context, nobody known.

    `output_modes` are the kinds of parts that it takes from now on, empty where it does not say.
    """

    message_id: str
    text: str
    task_id: str = ""
    context_id: str = ""
    customer_id: str = ""
    locale: str = "en"
    output_modes: str = ""

    def new_context_id(self, tenant: str, partner: str) -> str:
        """The id of the context that this message begins: the same each time that it is sent."""
        return "CX-" + digest([tenant, partner, self.message_id, self.customer_id, self.text]).rpartition(":")[2][:32]


def read_message(request: SendMessageRequest, *, legacy: bool = False) -> PartnerMessage:
    """Read what is asked for; `legacy` says that the partner speaks A2A 0.3.

    Raises:
        InvalidParamsError: a field is missing, too long or of another kind; the message names it.
        ContentTypeNotSupportedError: a part is something else than text, or the partner takes nothing that we have.
    """
    message = request.message
    if message.role != Role.ROLE_USER:
        raise InvalidParamsError("message.role: must be ROLE_USER")
    for name in ("message_id", "task_id", "context_id"):
        if len(getattr(message, name)) > MAX_ID:
            raise InvalidParamsError(f"message.{name}: longer than {MAX_ID} characters")
    metadata = _metadata(request)
    return PartnerMessage(
        message_id=message.message_id,
        text=_text(message),
        task_id=message.task_id,
        context_id=message.context_id,
        customer_id=_customer(metadata.get(CUSTOMER_KEY, "")),
        locale=_language(metadata.get(LOCALE_KEY, "en")),
        output_modes=read_modes(request.configuration.accepted_output_modes, legacy=legacy),
    )


def _metadata(request: SendMessageRequest) -> dict[str, Any]:
    """What is said beside the words; a customer who is named twice, and differently, is refused."""
    metadata: dict[str, Any] = {**MessageToDict(request.metadata), **MessageToDict(request.message.metadata)}
    named = read_identity(request.message, metadata)
    if CUSTOMER_KEY in named and metadata.get(CUSTOMER_KEY, "") not in ("", named[CUSTOMER_KEY]):
        raise InvalidParamsError(f"message.metadata.{CUSTOMER_KEY}: the customer-identity extension names another one")
    return {**metadata, **named}


def _text(message: Message) -> str:
    if not all(part.HasField("text") and _is_plain(part.media_type) for part in message.parts):
        raise ContentTypeNotSupportedError(f"message.parts: only text parts ({TEXT}) are understood")
    text = "\n".join(part.text for part in message.parts)
    if not text.strip():
        raise InvalidParamsError("message.parts: the text says nothing")
    if len(text) > TEXT_CHARACTERS:
        raise InvalidParamsError(f"message.parts: the text is longer than {TEXT_CHARACTERS} characters")
    return text


def _is_plain(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower() in ("", TEXT)


def _customer(value: Any) -> str:
    if value == "" or (isinstance(value, str) and _CUSTOMER_ID.fullmatch(value)):
        return value
    raise InvalidParamsError(f"message.metadata.{CUSTOMER_KEY}: not a customer's id")


def _language(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidParamsError(f"message.metadata.{LOCALE_KEY}: not a language tag")
    return value
