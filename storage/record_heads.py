"""The heads of the record within one transaction: locked when they are looked at, written once, at its end."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.errors import RecordBroken
from domain.vault import Tags
from storage.tables.control import journal_heads

GENESIS = "sha256:" + "0" * 64
"""The hash of a head that names no entry yet."""
MODULUS = 2**128
_FIND = select(journal_heads).where(journal_heads.c.conversation_id == bindparam("wanted")).with_for_update()
_WRITTEN = ("sequence", "hash", "keyed_from", "totals", "mac")
_WRITE = (
    update(journal_heads)
    .where(journal_heads.c.conversation_id == bindparam("wanted"))
    .values(**{name: bindparam(name) for name in _WRITTEN})
)
_CREATE = {
    "sqlite": sqlite.insert(journal_heads).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(journal_heads).on_conflict_do_nothing(),
}
_NAMES = ("conversation_id", "tenant", "sequence", "hash", "keyed_from", "totals")


@dataclass(slots=True)
class Head:
    """The end of a conversation's chain, and the totals of its rows by table; others' heads have no entries."""

    conversation_id: str
    tenant: str
    sequence: int = 0
    hash: str = GENESIS
    keyed_from: int = 0
    totals: dict[str, int] = field(default_factory=dict[str, int])

    @staticmethod
    def read(row: Any) -> "Head":
        """A head as it is stored."""
        totals = {name: int(total, 16) for name, total in json.loads(row["totals"]).items()}
        return Head(row["conversation_id"], row["tenant"], row["sequence"], row["hash"], row["keyed_from"], totals)

    def row(self, keys: Tags) -> dict[str, Any]:
        """A head as it is stored, with its tag."""
        totals = {name: f"{total:032x}" for name, total in self.totals.items() if total}
        row = {"sequence": self.sequence, "hash": self.hash, "keyed_from": self.keyed_from}
        row |= {"conversation_id": self.conversation_id, "tenant": self.tenant, "totals": json.dumps(totals)}
        return {**row, "mac": keys.tag("head", _canonical(row))}


def is_head_vouched(keys: Tags, row: Any) -> bool:
    """Whether we wrote exactly this head."""
    return keys.knows("head", _canonical({name: row[name] for name in _NAMES}), row["mac"])


class RecordHeads:
    """The heads that one transaction looked at or adds to."""

    def __init__(self, keys: Tags) -> None:
        self._keys = keys
        self._heads: dict[str, Head] = {}
        self._shares: dict[str, dict[str, int]] = {}
        self._tenants: dict[str, str] = {}
        self._changed: set[str] = set()
        self._dropped: set[str] = set()

    def lock(self, connection: Connection, conversation_id: str, tenant: str) -> Head:
        """The head, made if there is none; its lock makes the caller the only writer until the transaction ends.

        Raises:
            RecordBroken: it was changed or forged.
        """
        head = self._heads.get(conversation_id)
        if head is None:
            head = self._heads[conversation_id] = self._find(connection, conversation_id, tenant)
            for table, share in self._shares.pop(conversation_id, {}).items():
                self._join(head, table, share)
        return head

    def advance(self, head: Head, sequence: int, entry_hash: str) -> None:
        """Let a locked head name another entry."""
        head.sequence, head.hash = sequence, entry_hash
        self._changed.add(head.conversation_id)

    def add(self, scope: str, tenant: str, table: str, share: int) -> None:
        """Add to the total of a scope, which need not be locked yet."""
        if not share or scope in self._dropped:
            return
        head = self._heads.get(scope)
        if head is not None:
            self._join(head, table, share)
            return
        shares = self._shares.setdefault(scope, {})
        shares[table] = shares.get(table, 0) + share
        self._tenants[scope] = self._tenants.get(scope) or tenant

    def drop(self, connection: Connection, names: Sequence[str]) -> None:
        """Delete heads whose entries and rows go with them, in this transaction."""
        self._dropped.update(names)
        for name in names:
            self._shares.pop(name, None)
            self._heads.pop(name, None)
            self._changed.discard(name)
        connection.execute(delete(journal_heads).where(journal_heads.c.conversation_id.in_(names)))

    def flush(self, connection: Connection) -> None:
        """Write what changed: the last thing that a transaction does."""
        for scope in sorted(self._shares):
            self.lock(connection, scope, self._tenants[scope])
        for name in sorted(self._changed):
            row = self._heads[name].row(self._keys)
            connection.execute(_WRITE, {"wanted": name, **{column: row[column] for column in _WRITTEN}})
        self._changed.clear()

    def _join(self, head: Head, table: str, share: int) -> None:
        head.totals[table] = (head.totals.get(table, 0) + share) % MODULUS
        self._changed.add(head.conversation_id)

    def _find(self, connection: Connection, conversation_id: str, tenant: str) -> Head:
        row = connection.execute(_FIND, {"wanted": conversation_id}).mappings().first()
        if row is None:
            new = Head(conversation_id, tenant).row(self._keys)
            connection.execute(_CREATE[connection.dialect.name], new)
            row = connection.execute(_FIND, {"wanted": conversation_id}).mappings().one()
        if not is_head_vouched(self._keys, row):
            raise RecordBroken(f"the head of {conversation_id} was changed or forged: run `switchboard journal verify`")
        return Head.read(row)


_OPEN: WeakKeyDictionary[Connection, RecordHeads] = WeakKeyDictionary()


def heads_of(connection: Connection, keys: Tags) -> RecordHeads:
    """The heads of the connection's transaction."""
    found = _OPEN.get(connection)
    if found is None:
        found = _OPEN[connection] = RecordHeads(keys)
    return found


def flush_heads(connection: Connection) -> None:
    """Write the heads of a transaction that is about to be committed, and forget them."""
    found = _OPEN.get(connection)
    if found is not None:
        found.flush(connection)
        _OPEN.pop(connection, None)


def forget_heads(connection: Connection) -> None:
    """Forget the heads of a transaction that was undone."""
    _OPEN.pop(connection, None)


def _canonical(row: dict[str, Any]) -> bytes:
    return json.dumps([(name, row[name]) for name in _NAMES], ensure_ascii=True).encode()
