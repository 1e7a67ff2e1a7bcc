"""Files that customers sent, at rest: sealed with the conversation's key, and gone with it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from domain.conversation import Attachment
from domain.errors import BadRequest, Conflict, NotFound
from domain.ids import ConversationId
from domain.vault import Cipher, Vault, place_of
from storage.tables.conversations import attachments
from storage.tagged_rows import see_vouched

MOST = 20
"""So many files a conversation may have."""
_DESCRIBED = tuple(column for column in attachments.c if column.name != "content")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came, its type found out."""

    id: str
    name: str
    media_type: str
    content: bytes


def keep(connection: Connection, vault: Vault, owner: ConversationId, upload: Upload, at: Any) -> Attachment:
    """Keep a file for the next message; one that is here already stays as it is.

    Raises:
        Conflict: the conversation has as many as it may.
    """
    mine = attachments.c.conversation_id == owner
    known = connection.execute(select(*_DESCRIBED).where(mine, attachments.c.id == upload.id)).mappings().first()
    if known is not None:
        return _described(known, vault.box(connection, owner))
    if connection.execute(select(func.count()).select_from(attachments).where(mine)).scalar_one() >= MOST:
        raise Conflict(f"a conversation may have {MOST} files")
    box = vault.box(connection, owner)
    row = {
        "id": upload.id,
        "conversation_id": owner,
        "message": 0,
        "name": box.seal(place_of("attachments.name", owner, upload.id), upload.name),
        "media_type": upload.media_type,
        "size": len(upload.content),
        "at": at,
        "content": box.seal_bytes(place_of("attachments.content", owner, upload.id), upload.content),
    }
    connection.execute(insert(attachments), row)
    return Attachment(upload.id, upload.name, upload.media_type, len(upload.content), at)


def see_sendable(connection: Connection, owner: ConversationId, names: Sequence[str]) -> None:
    """See that these files wait in the conversation for a message to name them.

    Raises:
        BadRequest: one does not; the message says which.
    """
    columns = attachments.c
    query = select(columns.id).where(columns.conversation_id == owner, columns.message == 0, columns.id.in_(names))
    waiting = set(connection.execute(query).scalars())
    for name in names:
        if name not in waiting:
            raise BadRequest(f"attachments: {name!r} was not uploaded to this conversation, or was sent before")


def send(connection: Connection, owner: ConversationId, names: Sequence[str], message: int) -> None:
    """Note which message names these files."""
    columns = attachments.c
    mine = (columns.conversation_id == owner, columns.id.in_(names), columns.message == 0)
    connection.execute(update(attachments).where(*mine).values(message=message))


def find_by_message(connection: Connection, vault: Vault, owner: ConversationId) -> dict[int, tuple[Attachment, ...]]:
    """The conversation's files by the number of the message that names them, without their content."""
    columns = attachments.c
    query = select(*_DESCRIBED).where(columns.conversation_id == owner).order_by(columns.at, columns.id)
    rows = connection.execute(query).mappings().all()
    box = vault.box(connection, owner) if rows else None
    found: defaultdict[int, tuple[Attachment, ...]] = defaultdict(tuple)
    for row in rows:
        assert box is not None
        found[row["message"]] += (_described(row, box),)
    return dict(found)


def open_content(
    connection: Connection, vault: Vault, owner: ConversationId, attachment_id: str
) -> tuple[Attachment, bytes]:
    """A file with its content.

    Raises:
        NotFound: there is none, or it was erased.
    """
    columns = attachments.c
    query = select(attachments).where(columns.conversation_id == owner, columns.id == attachment_id)
    row = connection.execute(query).mappings().first()
    box = vault.box(connection, owner)
    content = box.unseal_bytes(place_of("attachments.content", owner, attachment_id), row["content"]) if row else None
    if row is None or content is None:
        raise NotFound(f"no attachment {attachment_id}")
    return _described(row, box), content


def _described(row: RowMapping, box: Cipher) -> Attachment:
    see_vouched(box.tags, "attachments", row)
    name = box.unseal(place_of("attachments.name", row["conversation_id"], row["id"]), row["name"])
    return Attachment(row["id"], name, row["media_type"], row["size"], row["at"])
