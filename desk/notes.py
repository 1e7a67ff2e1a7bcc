"""Notes that people at the desk write to each other about a conversation. No customer and no assistant sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import uuid4

from sqlalchemy import Connection, insert, or_, select

from desk.cases import WATCHERS
from domain.caller import Caller
from domain.ids import ConversationId
from domain.vault import place_of
from storage.tables.desk import desk_notes, desk_presence
from storage.transactions import Transactions
from storage.unit_of_work import open_unit

NoteKind = Literal["note", "whisper", "transfer"]
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class DeskNote:
    """One note. `name` is what customers call its author; `addressed_to` is empty where it is for everybody."""

    id: str
    kind: NoteKind
    author: str
    name: str
    addressed_to: str
    text: str
    at: datetime


class DeskNotes:
    """Notes at rest, sealed with the conversation's key and gone with it."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def add(
        self, caller: Caller, owner: ConversationId, kind: NoteKind, text: str, at: datetime, addressed_to: str = ""
    ) -> None:
        """Have a note written with the open unit of work."""
        row = {"id": f"DN-{uuid4().hex[:20]}", "conversation_id": owner, "tenant": caller.tenant, "kind": kind}
        row |= {"author": caller.subject, "addressed_to": addressed_to}

        def write(connection: Connection) -> None:
            box = self._transactions.vault.box(connection, owner)
            sealed = box.seal(place_of("desk_notes.text", owner, row["id"]), text)
            connection.execute(insert(desk_notes).values(**row, text=sealed, at=at))

        open_unit().append(write)

    async def list(self, caller: Caller, owner: ConversationId) -> list[DeskNote]:
        """The newest notes that the caller may see, oldest first; a whisper is for one and for supervisors."""
        columns, known = desk_notes.c, desk_presence.c
        named = (known.tenant == columns.tenant) & (known.subject == columns.author)
        query = select(desk_notes, known.name).outerjoin(desk_presence, named)
        query = query.where(columns.conversation_id == owner, columns.tenant == caller.tenant)
        if caller.role not in WATCHERS:
            query = query.where(or_(columns.addressed_to.in_(("", caller.subject)), columns.author == caller.subject))
        query = query.order_by(columns.at.desc(), columns.id).limit(MOST_SHOWN)

        def read(connection: Connection) -> list[DeskNote]:
            rows = connection.execute(query).mappings().all()
            if not rows:
                return []
            box = self._transactions.vault.box(connection, owner)
            return [
                DeskNote(
                    row["id"],
                    row["kind"],
                    row["author"],
                    row["name"] or "",
                    row["addressed_to"],
                    box.unseal(place_of("desk_notes.text", owner, row["id"]), row["text"]),
                    row["at"],
                )
                for row in reversed(rows)
            ]

        return await self._transactions.read(read)
