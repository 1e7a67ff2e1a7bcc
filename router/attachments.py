"""Files in a conversation: taken by what they are, and read again by whoever may read the conversation."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, cast
from uuid import uuid4

import puremagic
import structlog

from domain.caller import Caller, Role
from domain.conversation import Attachment, Status
from domain.errors import BadRequest, Conflict, NotFound
from domain.ids import ConversationId
from router.left_out import LeftOut, left_out
from router.memory.attachments import Upload, keep, open_content
from router.memory.store import Store, Stored
from router.services import Services
from router.turn import Turns
from storage.transactions import Transactions

_log = structlog.get_logger()
PEOPLE = frozenset({Role.REPRESENTATIVE, Role.SUPERVISOR})
LONGEST_NAME = 120
LARGEST_BYTES = 10 * 1024 * 1024
CARRYING = frozenset({"chat", "email"})
"""The channels on which a customer gets files from us; on any other a representative is told so before."""
TAKEN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
PLAIN = "text/plain"
_identify = cast("Callable[[bytes], Sequence[Any]]", puremagic.magic_string)


@dataclass(frozen=True, slots=True)
class File:
    """A file as the other side calls it; `media_type` is what it says that it is, which only words are made of."""

    name: str
    content: bytes
    media_type: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """What became of the files of a message: ids of those that were kept, and the others."""

    ids: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def type_of(content: bytes) -> str:
    """What a file is, by its content alone.

    Raises:
        BadRequest: it is nothing that is taken.
    """
    try:
        kind = str(_identify(content)[0].mime_type)
    except (puremagic.PureError, ValueError, IndexError):
        kind = PLAIN if _is_text(content) else ""
    if kind not in TAKEN and kind != PLAIN:
        raise BadRequest("file: only images (PNG, JPEG, GIF, WebP), PDF and plain text are taken")
    return kind


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(text) and all(each.isprintable() or each in "\n\r\t\f\ufeff" for each in text)


class Attachments:
    """Keeps what customers and representatives send beside their words; nothing here reads it."""

    def __init__(self, services: Services, turns: Turns, store: Store, transactions: Transactions) -> None:
        self._services = services
        self._turns = turns
        self._store = store
        self._transactions = transactions

    async def keep(self, caller: Caller, conversation_id: ConversationId, file: File) -> Attachment:
        """Keep a file for the customer's next message, or for that of the representative who has the conversation.

        Raises:
            BadRequest: it is nothing that is taken.
            NotFound: unknown, another tenant's or another customer's; for people at the desk, not handed to them.
            Conflict: the conversation is closed, or has as many files as it may; somebody else has it, or its channel
                carries no files.
        """
        row = await self._turns.find(caller, conversation_id)
        if caller.role in PEOPLE:
            await self._see_sendable(caller, row)
        if row.status is Status.CLOSED:
            raise Conflict("this conversation is closed")
        return await self._keep(row.id, file, uuid4().hex)

    async def _see_sendable(self, caller: Caller, row: Stored) -> None:
        """See that somebody at the desk may send this customer a file."""
        handoff = await self._store.handoff(row.id)
        if handoff is None:
            raise NotFound(f"{row.id} is not with people")
        if handoff.state != "claimed" or handoff.claimed_by != caller.subject:
            raise Conflict(f"claim {row.id} first")
        if row.channel not in CARRYING:
            raise Conflict(f"no file reaches the customer on the channel {row.channel}; nothing was kept")

    async def keep_all(self, conversation_id: ConversationId, message: str, files: Iterable[File]) -> KeptFiles:
        """Keep what came with a message that its sender calls so; seen again, they are the same files.

        What is too large, or of a kind that is not taken, is left out.
        """
        taken, others = list[str](), list[LeftOut]()
        for number, file in enumerate(files):
            name = sha256(f"{conversation_id}\0{message}\0{number}".encode("utf-8", "surrogatepass")).hexdigest()
            try:
                taken.append((await self._keep(conversation_id, file, name)).id)
            except (BadRequest, Conflict) as error:
                _log.info("attachment_not_taken", conversation_id=conversation_id, reason=str(error))
                others.append(left_out(_plain(file.name), file.media_type))
        return KeptFiles(tuple(taken), tuple(others))

    async def carry_over(
        self, old: ConversationId, new: ConversationId, message: str, attachments: Sequence[str]
    ) -> tuple[str, ...]:
        """Keep files of a conversation in the one that its message belongs to now; returns their ids there."""
        vault = self._transactions.vault
        found = [
            await self._transactions.read(lambda connection, each=each: open_content(connection, vault, old, each))
            for each in attachments
        ]
        return (await self.keep_all(new, message, [File(about.name, content) for about, content in found])).ids

    async def _keep(self, owner: ConversationId, file: File, name: str) -> Attachment:
        if len(file.content) > LARGEST_BYTES:
            raise BadRequest(f"file: it has more than {LARGEST_BYTES} bytes")
        upload = Upload(f"AT-{name[:20]}", _plain(file.name), type_of(file.content), file.content)
        vault, now = self._transactions.vault, self._services.clock()
        return await self._transactions.write(lambda connection: keep(connection, vault, owner, upload, now))

    async def open(
        self, caller: Caller, conversation_id: ConversationId, attachment_id: str
    ) -> tuple[Attachment, bytes]:
        """A file with its content; people at the desk read those of conversations that came to them.

        Raises:
            NotFound: unknown, erased, another tenant's or another customer's.
        """
        row = await self._turns.find(caller, conversation_id)
        if caller.role in PEOPLE and await self._store.handoff(row.id) is None:
            raise NotFound(f"no attachment {attachment_id}")
        vault = self._transactions.vault
        return await self._transactions.read(lambda connection: open_content(connection, vault, row.id, attachment_id))


def _plain(name: str) -> str:
    """A file's name as it may be shown: its last part, without signs that are none of a name."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable())[:LONGEST_NAME].strip() or "file"
