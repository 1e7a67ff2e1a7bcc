"""The contract of a connector: it sends one event of a conversation, and says what became of that."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from domain.conversation import Attachment, Event
from domain.ids import ConversationId, TenantId
from router.memory.store import Stored

LONGEST_ERROR = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event that is to be sent to one target; `id` is the same at every try. Times in seconds since 1970.

    `state` is waiting, delivered, dead (given up) or dropped (there is nothing to send). `reference` is what the other
    side calls it, `?` while it is not known whether it took it; `remote` how it stands there.
    """

    id: str
    tenant: TenantId
    target: str
    conversation_id: str
    event_id: int
    kind: str
    state: str
    attempts: int
    due_at: float
    made_at: float
    done_at: float | None
    status: int
    error: str
    reference: str = ""
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A delivery with what it is about: the conversation, the event with its words, and what reads files it names."""

    delivery: Delivery
    row: Stored
    event: Event
    read_file: Callable[[ConversationId, str], Awaitable[tuple[Attachment, bytes]]] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a try. `status` is the other side's, 0 where it did not answer; `error` has nobody's words in it.

    `dropped` says that there was nothing to send, `final` that trying again is useless, `wait_s` how long the other
    side asks to be left alone. `reference` is what it calls what it took, `?` where it may have taken it.
    """

    status: int = 0
    error: str = ""
    dropped: bool = False
    final: bool = False
    wait_s: float = 0.0
    reference: str = ""


class Connector(Protocol):
    """Sends events of conversations to one other side."""

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Send one event; sent twice with the same delivery it is one message for the other side, where that can know.

        Trouble of the other side is a receipt, never an exception.
        """
        ...
