"""What personal words are kept in: a box for each conversation, whose key can be destroyed.

Destroying a key erases everything that was ever sealed with it, wherever copies of it lie.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from domain.ids import ConversationId, TenantId

ERASED = "[erased]"
"""What is read, and shown, in place of words whose key was destroyed."""


def place_of(column: str, *row: object) -> str:
    """The one place that a sealed value belongs to, as `table.column` and the row's key; it opens nowhere else."""
    return "/".join((column, *map(str, row)))


class Tags(Protocol):
    """What vouches for what we wrote: nobody without its key can make a tag."""

    def tag(self, kind: str, content: bytes) -> str:
        """The tag of some content; `kind` keeps apart what happens to be spelled alike."""
        ...

    def knows(self, kind: str, content: bytes, tag: str) -> bool:
        """Whether we made this tag for exactly this content."""
        ...

    def is_current(self, tag: str) -> bool:
        """Whether the newest key made it."""
        ...

    def holds(self, tag: str) -> bool:
        """Whether the key that the tag names is at hand, whether or not it made it."""
        ...


class Cipher(Protocol):
    """One conversation's key at hand, for the work of a moment: do not keep it."""

    @property
    def erased(self) -> bool:
        """Whether the key was destroyed."""
        ...

    @property
    def tags(self) -> Tags:
        """What vouches for the conversation's rows, also once the key is gone."""
        ...

    def seal(self, place: str, text: str) -> str:
        """The text as it may be kept at that place; empty stays empty, and nothing is kept once the key is gone."""
        ...

    def unseal(self, place: str, sealed: str) -> str:
        """The text that was sealed for that place, `ERASED` once the key is gone.

        Raises:
            RecordBroken: it was not sealed for this place by this key.
        """
        ...

    def seal_bytes(self, place: str, content: bytes) -> bytes:
        """The bytes as they may be kept at that place; empty once the key is gone."""
        ...

    def unseal_bytes(self, place: str, sealed: bytes) -> bytes | None:
        """The bytes that were sealed for that place, None once the key is gone.

        Raises:
            RecordBroken: they were not sealed for this place by this key.
        """
        ...

    def seal_json(self, place: str, value: Any) -> Any:
        """A JSON value, sealed; None stays None."""
        ...

    def unseal_json(self, place: str, sealed: Any, erased: Any = None) -> Any:
        """The JSON value that was sealed for that place, `erased` once the key is gone.

        Raises:
            RecordBroken: it was not sealed for this place by this key.
        """
        ...


class Vault(Protocol):
    """Every conversation's box. All methods work within the caller's transaction on its database connection."""

    @property
    def tags(self) -> Tags:
        """What vouches for rows and entries."""
        ...

    def box(self, connection: Any, owner: ConversationId) -> Cipher:
        """The conversation's box; an erased one where it never had any."""
        ...

    def own_box(self, connection: Any, owner: ConversationId, tenant: TenantId, customer_id: str = "") -> Cipher:
        """The conversation's box, made if it is new; from now on it is this customer's, where one is named."""
        ...

    def keyed(self, text: str) -> str:
        """A digest that only holders of the encryption key can try guesses against."""
        ...

    def keyed_by_each(self, text: str) -> tuple[str, ...]:
        """What `keyed` gave with any of the encryption keys at hand, the newest first: for finding what was stored."""
        ...

    def boxes(self, connection: Any, owners: Iterable[ConversationId]) -> Mapping[ConversationId, Cipher]:
        """The boxes of several conversations, with one look."""
        ...

    def beside(self, query: Any, column: Any) -> Any:
        """The query with each conversation's key beside its row, so that reading it costs no other; see `learn`."""
        ...

    def before_tags(self) -> AbstractContextManager[None]:
        """Within this, rows are of a schema that knew no tags yet."""
        ...

    def from_row(self, row: Any, owner: ConversationId) -> Cipher:
        """The box of a row that was read with its key beside it."""
        ...

    def settle(self, connection: Any) -> int:
        """Bring keys that lie elsewhere to where they belong; returns how many were moved.

        Raises:
            Misconfigured: keys are missing as a whole.
        """
        ...

    def drop(self, owners: Iterable[ConversationId]) -> None:
        """Delete the keys of conversations that are gone as a whole."""
        ...

    async def close(self) -> None:
        """Let go of what keeps the keys."""
        ...
