"""What another company's desk tells about a conversation that it has, and what may be done here on its word."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from unicodedata import category

from sqlalchemy import Connection

from domain.ids import ConversationId, TenantId
from router.memory.stored import Stored

NewsKind = Literal["said", "assigned", "unassigned", "resolved", "reopened"]


@dataclass(frozen=True, slots=True)
class DeskAgent:
    """Somebody who works at another desk: that desk's id of them, and the name that customers are told."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class DeskNews:
    """One thing that happened over there. `agent` is who did it, or who has it now; `text` what they wrote.

    `attachments` are files of theirs that were kept for this message. `outcome` is what a resolved one came to, where
    they wrote that down; their note of it is its `text`.
    """

    kind: NewsKind
    agent: DeskAgent | None = None
    text: str = ""
    attachments: tuple[str, ...] = ()
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class DeskPlace:
    """Where it happened: the desk by its connector's name, whose it is, and what a resolved case is written down as.

    `language` is what is written to those who work there.
    """

    name: str
    tenant: TenantId
    disposition: str = "resolved"
    language: str = "en"


@dataclass(frozen=True, slots=True)
class FiledUnder:
    """The labels of a conversation here, and all that its company lists."""

    chosen: tuple[str, ...]
    known: tuple[str, ...]


def label_title(label: str) -> str:
    """A label in small letters, with hyphens for spaces and for signs: how it is written where no others are taken."""
    kept = (each if each.isalnum() or each == "_" or category(each).startswith("M") else " " for each in label)
    return "-".join("".join(kept).casefold().replace("_", " ").split())


class OtherDesks(Protocol):
    """Does here what another desk says. It is all the same whichever product that is."""

    async def filed_under(self, row: Stored) -> FiledUnder:
        """The labels of a conversation, for another desk."""
        ...

    async def label(self, place: DeskPlace, conversation_id: ConversationId, labels: Collection[str]) -> None:
        """File a conversation under those labels of that desk which the company lists; the others say nothing here."""
        ...

    async def type(self, place: DeskPlace, conversation_id: ConversationId, agent_id: str) -> None:
        """Show the customer that whoever has their conversation over there types.

        Raises:
            NotFound: there is no such conversation of that tenant.
            NotPermitted: somebody else has it.
        """
        ...

    async def packet(self, row: Stored, language: str) -> Mapping[str, Any] | None:
        """The context packet of a conversation that came to people, in that language; None where none did."""
        ...

    async def follow(
        self,
        place: DeskPlace,
        conversation_id: ConversationId,
        news: DeskNews,
        settle: Callable[[Connection], None],
    ) -> str:
        """Do it; `settle` is run in the transaction that writes it, and raises `Conflict` where it was done before.

        Returns why it could not be done, for whoever did it over there: then nothing was settled. Empty where it was.

        Raises:
            NotFound: there is no such conversation of that tenant.
            Conflict: it was done before.
            Unavailable: it could not be done now.
        """
        ...
