"""What the database remembers of its anchor, so that an anchor that is missing, or was cut, is no new beginning."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, insert, update

from domain.errors import RecordBroken
from policy.journal.anchors import Anchored
from policy.journal.stored_rows import since_keyed
from storage.keying import find_mark
from storage.tables.control import record_marks
from storage.transactions import Transactions

ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last line that was anchored: its digest, number and time. `keyed` is since when rows carry tags."""

    last: str = ""
    lines: int = 0
    at: str = ""
    keyed: str = ""

    def see(self, anchored: Anchored) -> None:
        """See that the anchor still says what the database remembers, and is of this database.

        Raises:
            RecordBroken: it is missing, was cut or replaced, or the database is not the one that was anchored.
        """
        repair = "put it back, or go on with what is there, on record, by `switchboard journal repair-anchor`"
        if self.lines and not anchored.lines:
            raise RecordBroken(f"the anchor is missing, and had {self.lines} lines until {self.at}: {repair}")
        if self.lines and anchored.remembered != self.last:
            was = f"it had {self.lines} lines until {self.at}, and has {anchored.lines}"
            raise RecordBroken(f"the anchor was cut or replaced: {was}: {repair}")
        if anchored.keyed and self.keyed and anchored.keyed != self.keyed:
            raise RecordBroken(f"rows carry tags since {self.keyed}, and by the anchor since {anchored.keyed}")
        if anchored.keyed and not self.lines:
            raise RecordBroken(f"the database does not remember its anchor of {anchored.at}: {repair}")


class AnchorMemory:
    """Reads and writes what the database remembers."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def recall(self) -> Remembered:
        """What is remembered.

        Raises:
            RecordBroken: it was changed or forged.
        """
        return await self._transactions.read(self._recall)

    async def remember(self, anchored: Anchored) -> None:
        """Remember the last line."""
        content = json.dumps({"last": anchored.last, "lines": anchored.lines})
        row = {"name": ANCHOR, "at": anchored.at, "content": content}

        def write(connection: Connection) -> None:
            changed = update(record_marks).where(record_marks.c.name == ANCHOR).values(at=anchored.at, content=content)
            if not connection.execute(changed).rowcount:
                connection.execute(insert(record_marks).values(**row))

        await self._transactions.write(write)

    def _recall(self, connection: Connection) -> Remembered:
        tags = self._transactions.vault.tags
        keyed, mark = since_keyed(connection, tags), find_mark(connection, tags, ANCHOR)
        return (
            Remembered(keyed=keyed)
            if mark is None
            else Remembered(**json.loads(mark["content"]), at=mark["at"], keyed=keyed)
        )
