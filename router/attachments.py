"""Files in a conversation: taken in, and read again by whoever may read the conversation."""

from uuid import uuid4

from domain.caller import Caller, Role
from domain.conversation import Attachment, Status
from domain.errors import Conflict, NotFound
from domain.ids import ConversationId
from router.memory.attachments import Upload, keep, open_content
from router.memory.store import Store
from router.services import Services
from router.turn import Turns
from storage.transactions import Transactions

PEOPLE = frozenset({Role.REPRESENTATIVE, Role.SUPERVISOR})
LONGEST_NAME = 120


class Attachments:
    """Keeps what customers send beside their words; nothing here reads it."""

    def __init__(self, services: Services, turns: Turns, store: Store, transactions: Transactions) -> None:
        self._services = services
        self._turns = turns
        self._store = store
        self._transactions = transactions

    async def keep(
        self, caller: Caller, conversation_id: ConversationId, name: str, media_type: str, content: bytes
    ) -> Attachment:
        """Keep a file for the customer's next message.

        Raises:
            NotFound: unknown, another tenant's or another customer's.
            Conflict: the conversation is closed, or has as many files as it may.
        """
        row = await self._turns.find(caller, conversation_id)
        if row.status is Status.CLOSED:
            raise Conflict("this conversation is closed")
        upload = Upload(f"AT-{uuid4().hex[:20]}", _plain(name), media_type, content)
        vault, now = self._transactions.vault, self._services.clock()
        return await self._transactions.write(lambda connection: keep(connection, vault, row.id, upload, now))

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
