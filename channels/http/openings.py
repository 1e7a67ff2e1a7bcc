"""What a channel says when it opens a conversation."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from channels.http.models import ANYTHING, Locale, RequestBody
from domain.conversation import CustomerChannel
from domain.ids import CustomerId
from domain.principal import AuthLevel, Customer
from router.memory.state import ContactPoint, Origin
from router.opening import Opening

METADATA_BYTES = 4096
EXTERNAL_ID_CHARACTERS = 255
MetadataNumber = Annotated[int, Field(ge=-(2**53), le=2**53)]
MetadataValue = str | bool | MetadataNumber | Annotated[float, Field(allow_inf_nan=False)] | None


def _small(metadata: dict[str, Any]) -> dict[str, Any]:
    size = len(json.dumps(metadata, ensure_ascii=False).encode())
    if size > METADATA_BYTES:
        raise ValueError(f"has {size} bytes as JSON; there may be {METADATA_BYTES}")
    return metadata


class AskedCustomer(RequestBody):
    """The customer as the channel vouches for them."""

    id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$", examples=["C-1001"])
    auth_level: Literal["anonymous", "authenticated", "strong"] = Field(
        default="anonymous",
        description="How surely the channel knows this customer; `strong` counts from now.",
        examples=["authenticated"],
    )


class AskedContact(RequestBody):
    """What somebody writes from: a phone number or an e-mail address, one of them.

    The CRM is asked whose it is. That identifies, and never authenticates; where several customers share it, or the
    CRM does not know it, the conversation asks.
    """

    phone: str | None = Field(default=None, min_length=3, max_length=40, pattern=r"^[0-9+() ./-]+$")
    email: str | None = Field(default=None, min_length=3, max_length=254, pattern=r"^[^\s@\u0000]+@[^\s@\u0000]+$")

    @model_validator(mode="after")
    def _one(self) -> "AskedContact":
        if (self.phone is None) == (self.email is None):
            raise ValueError("give a phone number or an e-mail address, one of them")
        return self

    @property
    def point(self) -> ContactPoint:
        """The one that was given."""
        return ContactPoint("phone", self.phone) if self.phone is not None else ContactPoint("email", self.email or "")


class OpenConversation(RequestBody):
    """Open a conversation; `customer` is null when nobody signed in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"channel": "chat", "customer": {"id": "C-1001", "auth_level": "authenticated"}, "locale": "en"}
            ]
        }
    )

    channel: CustomerChannel
    customer: AskedCustomer | None = None
    contact: AskedContact | None = Field(default=None, description="Instead of `customer`, where that is not known.")
    locale: Locale = "en"
    subject: str = Field(
        default="",
        max_length=998,
        json_schema_extra={**ANYTHING},
        description="The subject of the customer's e-mail; our messages answer under it. Other channels have none.",
    )
    external_id: str | None = Field(
        default=None,
        min_length=1,
        max_length=EXTERNAL_ID_CHARACTERS,
        json_schema_extra={**ANYTHING},
        description=(
            "The channel's own id: of a thread, a number, a session. While a conversation of the same tenant, channel "
            "and id is open, that one is answered, with 200 and as it is."
        ),
    )
    metadata: Annotated[dict[str, MetadataValue], AfterValidator(_small)] = Field(
        default_factory=dict[str, Any],
        description=f"What the channel wants to know again: flat, at most {METADATA_BYTES} bytes as JSON.",
    )

    @model_validator(mode="after")
    def _customer_or_contact(self) -> "OpenConversation":
        if self.customer is not None and self.contact is not None:
            raise ValueError("give customer or contact, not both")
        return self

    @property
    def opening(self) -> Opening:
        """The same for the router."""
        asked = self.customer
        customer = Customer(CustomerId(asked.id), AuthLevel(asked.auth_level)) if asked else None
        contact = self.contact.point if self.contact else None
        origin = Origin(self.external_id or "", self.metadata, contact)
        return Opening(self.channel, customer, self.locale, self.subject, origin)
