"""The seam: what another desk's product has to do for us. A further product is a file that does this, and its hook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from channels.connectors.connector import Receipt
from domain.errors import Unavailable
from router.attachments import File
from router.other_desks import DeskAgent, DeskNews, FiledUnder


class DeskTrouble(Unavailable):
    """The other desk did not do what it was asked; `receipt` says what became of it."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.error)
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class RemoteCase:
    """A conversation as another desk is told of it: ours by its id, and whose it is.

    `person` is the same for all conversations of a customer; of somebody unknown it is the conversation's id.
    """

    conversation_id: str
    person: str
    name: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Post:
    """Words for another desk: the customer's own, or a note that no customer sees. `key` is the same at every try."""

    key: str
    text: str
    private: bool = False
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands over there; `outcome` and `note` are what its people wrote down of its end."""

    is_open: bool
    agent: DeskAgent | None
    labels: tuple[str, ...] = ()
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that lies over there."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class RemoteNews:
    """What the other desk told us: about which conversation there, which of ours it names, and what happened.

    `key` is the same each time it is told, and `order` rises with what is said. `news` is None where it tells how the
    conversation stands, which is then asked for: news that come late are not believed. `reopens` says that somebody
    opened or resolved it, `relabels` that its labels changed. `files` came with what was said.
    """

    key: str
    remote: str
    conversation_id: str
    standing: Standing
    news: DeskNews | None = None
    order: int = 0
    reopens: bool = False
    relabels: bool = False
    files: tuple[RemoteFile, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteTyping:
    """Somebody types over there, in an answer to the customer."""

    remote: str
    agent_id: str


class RemoteDesk(Protocol):
    """One account at another desk. Each call raises `DeskTrouble` where it was not done, or that is not known."""

    async def open(self, case: RemoteCase) -> str:
        """The id of the conversation there that stands for ours; it is made where there is none, as is its customer."""
        ...

    async def has(self, remote: str, key: str) -> bool:
        """Whether a post is there already, among the last ones."""
        ...

    async def post(self, remote: str, post: Post) -> None:
        """Post words into a conversation there."""
        ...

    async def turn(self, remote: str, *, is_open: bool) -> None:
        """Have a conversation there open, or resolved."""
        ...

    async def label(self, remote: str, filed: FiledUnder) -> None:
        """Give a conversation there the labels that it has here, and leave those that only they know."""
        ...

    async def look(self, remote: str) -> Standing:
        """How a conversation stands there."""
        ...

    async def fetch(self, file: RemoteFile) -> bytes:
        """What is in a file that lies there; empty where it is not given, or too large."""
        ...

    async def check(self) -> str:
        """What is wrong with the account, for operators; empty where it can be used. Nothing is made."""
        ...
