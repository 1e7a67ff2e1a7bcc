"""How a conversation is opened."""

from dataclasses import dataclass, field

from domain.principal import Customer
from router.memory.state import Origin


@dataclass(frozen=True, slots=True)
class Opening:
    """How a channel opens a conversation; `customer` is None where the channel does not know who it is.

    `locale` is a language tag (BCP 47). `subject` is that of the customer's mail, empty where there is none. `origin`
    is the channel's own id for the conversation, its notes, and the number or address that a stranger writes from.
    """

    channel: str
    customer: Customer | None
    locale: str = "en"
    subject: str = ""
    origin: Origin = field(default_factory=Origin)
