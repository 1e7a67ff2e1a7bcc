"""The vault: AES-256-GCM with a random key for each conversation, which a master key wraps (envelope encryption)."""

import base64
import hmac
import json
import os
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, RowMapping, and_, bindparam, event, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.errors import Misconfigured, RecordBroken
from domain.ids import ConversationId, TenantId
from domain.vault import ERASED, Cipher, place_of
from storage.key_store import APART, KeyStore
from storage.record_keys import RecordKeys
from storage.tables.control import data_keys, dump
from storage.tagged_rows import see_vouched

PREFIX = "sealed:1:"
KEY_BYTES = 32
_NONCE_BYTES = 12
STALE_S = 4.0
"""How long a key may be used here after another process destroyed it."""
MAX_KEPT = 4_000

_FIND = select(data_keys).where(data_keys.c.conversation_id == bindparam("wanted"))
_COLUMNS = (data_keys.c.conversation_id, data_keys.c.wrapped, data_keys.c.customer_id)
_FIND_UNTAGGED = select(*_COLUMNS).where(data_keys.c.conversation_id == bindparam("wanted"))
_FIND_MANY = select(data_keys).where(data_keys.c.conversation_id.in_(bindparam("wanted", expanding=True)))
_LINK = (
    update(data_keys)
    .where(data_keys.c.conversation_id == bindparam("wanted"), data_keys.c.wrapped.is_not(None))
    .values(customer_id=bindparam("whose"))
)
_PLANT = {
    "sqlite": sqlite.insert(data_keys).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(data_keys).on_conflict_do_nothing(),
}


class MasterKeys:
    """The keys that wrap data keys: the first one wraps, each of them unwraps.

    `load` is asked again where a data key is wrapped by an unknown one, since keys are rotated while others run.
    """

    def __init__(self, load: Callable[[], Sequence[bytes]]) -> None:
        self.load = load
        self._keys: dict[str, AESGCM] = {}
        self._first = ""
        self._peppers: tuple[bytes, ...] = ()
        self.reload()

    def reload(self) -> None:
        """Read the keys.

        Raises:
            Misconfigured: there is none, or one is not 32 bytes long.
        """
        keys = self.load()
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise Misconfigured("an encryption key is 32 random bytes in base64")
        self._keys = {name_of(key): AESGCM(key) for key in keys}
        self._first = name_of(keys[0])
        self._peppers = tuple(hmac.digest(key, b"switchboard keyed digests", sha256) for key in keys)

    def wrap(self, owner: ConversationId, key: bytes) -> str:
        """The data key as it may be stored, for this conversation alone; by the newest key, though others rotate it."""
        self.reload()
        nonce = os.urandom(_NONCE_BYTES)
        wrapped = nonce + self._keys[self._first].encrypt(nonce, key, _wrapping(owner))
        return f"{self._first}:{base64.b64encode(wrapped).decode()}"

    def unwrap(self, owner: ConversationId, wrapped: str) -> bytes:
        """The data key.

        Raises:
            RecordBroken: it was wrapped by a key that is not at hand, or for another conversation.
        """
        name, _, content = wrapped.partition(":")
        if name not in self._keys:
            self.reload()
        if name not in self._keys:
            raise RecordBroken(f"the data key of {owner} is wrapped by encryption key {name}, which is not configured")
        raw = base64.b64decode(content)
        try:
            return self._keys[name].decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _wrapping(owner))
        except InvalidTag as error:
            raise RecordBroken(f"the data key of {owner} was tampered with") from error

    def keyed(self, text: str) -> str:
        """An HMAC with a key that is derived from the first one."""
        return _keyed(self._peppers[0], text)

    def keyed_by_each(self, text: str) -> tuple[str, ...]:
        """The HMACs with keys that are derived from each one, the newest first."""
        return tuple(_keyed(pepper, text) for pepper in self._peppers)

    def is_current(self, wrapped: str) -> bool:
        """Whether it is wrapped by the first key."""
        return wrapped.partition(":")[0] == self._first


def _keyed(pepper: bytes, text: str) -> str:
    return "hmac:" + hmac.new(pepper, text.encode(), sha256).hexdigest()


def name_of(key: bytes) -> str:
    """What an encryption key is called where it is not shown."""
    return sha256(b"switchboard encryption key" + key).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class SealedBox:
    """A conversation's key; `cipher` is None once it was destroyed. `learnt` is when it was read, in seconds."""

    owner: ConversationId
    cipher: AESGCM | None
    customer_id: str
    learnt: float
    tags: RecordKeys

    @property
    def erased(self) -> bool:
        """Whether the key was destroyed."""
        return self.cipher is None

    def seal(self, place: str, text: str) -> str:
        """Encrypt a text for that place."""
        if not text:
            return ""
        if self.cipher is None:
            return ERASED
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self.cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), place.encode())
        return PREFIX + base64.b64encode(nonce + sealed).decode()

    def unseal(self, place: str, sealed: str) -> str:
        """Decrypt a text of that place."""
        if not sealed:
            return ""
        if self.cipher is None or sealed == ERASED:
            return ERASED
        if not is_sealed(sealed):
            raise RecordBroken(f"{place} is not sealed")
        raw = base64.b64decode(sealed[len(PREFIX) :])
        try:
            text = self.cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode())
        except InvalidTag as error:
            raise RecordBroken(f"{place} was tampered with") from error
        return text.decode("utf-8", "surrogatepass")

    def seal_bytes(self, place: str, content: bytes) -> bytes:
        """Encrypt bytes for that place."""
        if self.cipher is None:
            return b""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, content, place.encode())

    def unseal_bytes(self, place: str, sealed: bytes) -> bytes | None:
        """Decrypt bytes of that place."""
        if self.cipher is None or not sealed:
            return None
        try:
            return self.cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except InvalidTag as error:
            raise RecordBroken(f"{place} was tampered with") from error

    def seal_json(self, place: str, value: Any) -> Any:
        """Encrypt a JSON value for that place."""
        return None if value is None else self.seal(place, dump(value))

    def unseal_json(self, place: str, sealed: Any, erased: Any = None) -> Any:
        """Decrypt a JSON value of that place."""
        if sealed is None:
            return None
        if self.cipher is None or sealed == ERASED:
            return erased
        return json.loads(self.unseal(place, sealed if isinstance(sealed, str) else "?"))


class EnvelopeVault:
    """The boxes of all conversations; known ones are kept for a few seconds.

    Wrapped keys lie in a store apart, of which the table `data_keys` only says that they are there; without a store
    they lie in that table itself.
    """

    def __init__(
        self,
        master: MasterKeys,
        seconds: Callable[[], float] = time.monotonic,
        store: KeyStore | None = None,
        tags: RecordKeys | None = None,
    ) -> None:
        """`tags` vouch for rows and entries; by default their keys are derived from the encryption keys."""
        self.master = master
        self.store = store
        self.tags = tags or RecordKeys(master.load)
        self._seconds = seconds
        self._tagged = True
        self._kept: dict[ConversationId, SealedBox] = {}

    def box(self, connection: Connection, owner: ConversationId) -> Cipher:
        """The conversation's box; an erased one where it never had any."""
        return self._find(connection, owner) or SealedBox(owner, None, "", 0.0, self.tags)

    def own_box(self, connection: Connection, owner: ConversationId, tenant: TenantId, customer_id: str = "") -> Cipher:
        """The conversation's box, made if it is new; from now on it is this customer's, where one is named."""
        box = self._find(connection, owner) or self._plant(connection, owner, tenant, customer_id)
        if customer_id and box.customer_id != customer_id and not box.erased:
            connection.execute(_LINK, {"wanted": owner, "whose": customer_id})
            self._forget_if_undone(connection, owner)
            box = self._keep(replace(box, customer_id=customer_id))
        return box

    def keyed(self, text: str) -> str:
        """A digest that only holders of the encryption key can try guesses against."""
        return self.master.keyed(text)

    def keyed_by_each(self, text: str) -> tuple[str, ...]:
        """What `keyed` gave with any of the encryption keys at hand, the newest first."""
        return self.master.keyed_by_each(text)

    def boxes(self, connection: Connection, owners: Iterable[ConversationId]) -> Mapping[ConversationId, Cipher]:
        """The boxes of several conversations, with one look."""
        wanted = list(dict.fromkeys(owners))
        unknown = [owner for owner in wanted if self._fresh(owner) is None]
        if unknown:
            for row in connection.execute(_FIND_MANY, {"wanted": unknown}).mappings().all():
                self._take_in(row)
        return {owner: self._fresh(owner) or self.box(connection, owner) for owner in wanted}

    def beside(self, query: Any, column: Any) -> Any:
        """The query with each conversation's key beside its row."""
        columns = (data_keys.c.wrapped.label("key_wrapped"), data_keys.c.customer_id.label("key_customer"))
        return query.add_columns(*columns).outerjoin(data_keys, data_keys.c.conversation_id == column)

    def from_row(self, row: Any, owner: ConversationId) -> Cipher:
        """The box of a row that was read with its key beside it."""
        return self._read(owner, row["key_wrapped"], row["key_customer"] or "")

    def forget(self, owners: Iterable[ConversationId]) -> None:
        """Use none of these keys any more without looking."""
        for owner in owners:
            self._kept.pop(owner, None)

    def settle(self, connection: Connection) -> int:
        """Move keys that still lie in the database to the store apart; returns how many.

        Raises:
            Misconfigured: the database says that keys lie apart, and the store has never held any.
        """
        if self.store is None:
            return 0
        here = and_(data_keys.c.wrapped.is_not(None), data_keys.c.wrapped != APART)
        apart = select(data_keys.c.conversation_id).where(data_keys.c.wrapped == APART).limit(1)
        if connection.execute(apart).first() and self.store.is_empty():
            raise Misconfigured(
                f"the conversations' keys are not in {self.store.place}: put that store back, or name it with "
                "SWITCHBOARD_ENCRYPTION__DATA_KEYS; without it nothing that was said can be read"
            )
        rows = connection.execute(select(data_keys.c.conversation_id, data_keys.c.wrapped).where(here)).all()
        for row in rows:
            self.store.add(row.conversation_id, row.wrapped)
        connection.execute(update(data_keys).where(here).values(wrapped=APART))
        return len(rows)

    def destroy(self, owners: Iterable[ConversationId], erasure: str) -> None:
        """Destroy keys in the store apart, once the database says that they are destroyed."""
        owners = list(owners)
        if self.store is not None and owners:
            self.store.destroy(owners, erasure)
        self.forget(owners)

    def drop(self, owners: Iterable[ConversationId]) -> None:
        """Delete keys in the store apart of conversations that are gone as a whole."""
        owners = list(owners)
        if self.store is not None and owners:
            self.store.drop(owners)
        self.forget(owners)

    async def close(self) -> None:
        """Let go of the store."""
        if self.store is not None:
            await self.store.close()

    def _find(self, connection: Connection, owner: ConversationId) -> SealedBox | None:
        kept = self._fresh(owner)
        if kept is not None:
            return kept
        query = _FIND if self._tagged else _FIND_UNTAGGED
        row = connection.execute(query, {"wanted": owner}).mappings().first()
        return None if row is None else self._take_in(row)

    @contextmanager
    def before_tags(self) -> Generator[None]:
        """Within this, rows are of a schema that knew no tags yet: while it is brought to the newest step."""
        self._tagged = False
        try:
            yield
        finally:
            self._tagged = True
            self._kept.clear()

    def _take_in(self, row: RowMapping) -> SealedBox:
        if self._tagged:
            see_vouched(self.tags, "data_keys", row)
        return self._read(ConversationId(row["conversation_id"]), row["wrapped"], row["customer_id"])

    def _fresh(self, owner: ConversationId) -> SealedBox | None:
        kept = self._kept.get(owner)
        return kept if kept is not None and self._seconds() - kept.learnt < STALE_S else None

    def _read(self, owner: ConversationId, wrapped: str | None, customer_id: str) -> SealedBox:
        """Take a stored key in."""
        wrapped = self._fetch(owner) if wrapped == APART else wrapped
        cipher = None if wrapped is None else AESGCM(self.master.unwrap(owner, wrapped))
        return self._keep(SealedBox(owner, cipher, customer_id, self._seconds(), self.tags))

    def _fetch(self, owner: ConversationId) -> str | None:
        """A key from the store apart; None where it was destroyed there, whatever an older database still says."""
        if self.store is None:
            raise RecordBroken(f"the key of {owner} lies in a store apart: set SWITCHBOARD_ENCRYPTION__DATA_KEYS")
        wrapped = self.store.find(owner)
        if wrapped is None and self.store.erasure_of(owner) is None:
            raise RecordBroken(f"the key of {owner} is not in {self.store.place}: the store of the keys was lost")
        return wrapped

    def _keep(self, box: SealedBox) -> SealedBox:
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        self._kept[box.owner] = box
        return box

    def _plant(self, connection: Connection, owner: ConversationId, tenant: TenantId, customer_id: str) -> SealedBox:
        """Make a key; of several processes that make one at once, one's stands."""
        wrapped = self.master.wrap(owner, os.urandom(KEY_BYTES))
        if self.store is not None:
            self.store.add(owner, wrapped)
            wrapped = APART
        row = {"conversation_id": owner, "tenant": tenant, "customer_id": customer_id, "wrapped": wrapped}
        connection.execute(_PLANT[connection.dialect.name], {**row, "erasure": ""})
        self._forget_if_undone(connection, owner)
        query = _FIND if self._tagged else _FIND_UNTAGGED
        return self._take_in(connection.execute(query, {"wanted": owner}).mappings().one())

    def _forget_if_undone(self, connection: Connection, owner: ConversationId) -> None:
        """A key of a transaction that is rolled back was never stored: nothing may be sealed with it."""

        def undone(_: Any) -> None:
            self._kept.pop(owner, None)

        event.listen(connection, "rollback", undone)


def is_sealed(text: Any) -> bool:
    """Whether that is a sealed value."""
    return isinstance(text, str) and text.startswith(PREFIX)


def _wrapping(owner: ConversationId) -> bytes:
    return place_of("data_keys.wrapped", owner).encode()
