"""A new encryption key: keys are wrapped anew and tags made anew, and no word is encrypted again."""

from sqlalchemy import Connection, bindparam, select, update

from app.keys import write_private
from app.settings import Settings
from app.vault import keys_file, make_key
from domain.ids import ConversationId
from router.memory.external_ids import rekey_external_ids
from storage.key_store import KeyStore
from storage.retagging import retag
from storage.tables.control import data_keys
from storage.transactions import Transactions
from storage.vault import EnvelopeVault

BATCH = 500
_NEXT = (
    select(data_keys.c.conversation_id, data_keys.c.wrapped)
    .where(data_keys.c.wrapped.is_not(None), data_keys.c.conversation_id > bindparam("after"))
    .order_by(data_keys.c.conversation_id)
    .limit(BATCH)
)
_REWRAP = (
    update(data_keys)
    .where(data_keys.c.conversation_id == bindparam("wanted"), data_keys.c.wrapped == bindparam("old"))
    .values(wrapped=bindparam("new"))
)


async def rotate(settings: Settings, transactions: Transactions, vault: EnvelopeVault) -> int:
    """Wrap every key with the newest encryption key; returns how many were wrapped by an older one.

    What the record's key of an older encryption key vouches for is vouched for by the newest one's.

    Where the keys lie in a file, a new one is made first, and the oldest leave it at the end. The one before the newest
    stays until the next time, for conversations that others begin meanwhile.

    Raises:
        RecordBroken: a key is wrapped by an encryption key that is not at hand, or a row was changed or forged.
    """
    file = keys_file(settings)
    if file is not None:
        write_private(file, f"{make_key()}\n{file.read_text('ascii')}".encode())
        vault.master.reload()
        vault.tags.reload()
    changed, after = 0, ""
    apart = vault.store
    while True:
        if apart is not None:
            last, count = await transactions.read(lambda _, after=after: _rewrap_apart(apart, vault, after))
        else:
            last, count = await transactions.write(lambda connection, after=after: _rewrap(connection, vault, after))
        changed += count
        if not last:
            break
        after = last
    await retag(transactions)
    await rekey_external_ids(transactions)
    if file is not None:
        known = file.read_text("ascii").splitlines()[:2]
        write_private(file, "".join(f"{line}\n" for line in known).encode())
    return changed


def _rewrap(connection: Connection, vault: EnvelopeVault, after: str) -> tuple[str, int]:
    """One batch: the last conversation of it, empty after the end, and how many keys were wrapped anew."""
    rows = [(row.conversation_id, row.wrapped) for row in connection.execute(_NEXT, {"after": after})]
    changes = _changes(vault, rows)
    if changes:
        connection.execute(_REWRAP, changes)
    return rows[-1][0] if len(rows) == BATCH else "", len(changes)


def _rewrap_apart(store: KeyStore, vault: EnvelopeVault, after: str) -> tuple[str, int]:
    """The same in the store apart."""
    rows = store.batch(after, BATCH)
    changes = _changes(vault, rows)
    if changes:
        store.replace(changes)
    return rows[-1][0] if len(rows) == BATCH else "", len(changes)


def _changes(vault: EnvelopeVault, rows: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Each key that is not wrapped by the newest encryption key, with how it will be."""
    found: list[dict[str, str]] = []
    for name, wrapped in rows:
        if not vault.master.is_current(wrapped):
            owner = ConversationId(name)
            found.append(
                {"wanted": name, "old": wrapped, "new": vault.master.wrap(owner, vault.master.unwrap(owner, wrapped))}
            )
    return found
