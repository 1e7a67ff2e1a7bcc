"""What is sealed opens with its own key in its own place, and with nothing once the key is destroyed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.errors import Misconfigured, RecordBroken
from domain.ids import ConversationId, TenantId
from domain.vault import ERASED
from storage.record_keys import RecordKeys
from storage.tables.control import data_keys
from storage.transactions import Transactions
from storage.vault import STALE_S, EnvelopeVault, MasterKeys, SealedBox, is_sealed
from tests.vaults import KEY, open_test_vault

ONE, OTHER, TENANT = ConversationId("conv-1"), ConversationId("conv-2"), TenantId("northwind-fibre")
PLACE = "messages.text/conv-1/1"
ANOTHER_KEY = bytes(reversed(KEY))


@pytest.fixture
def transactions(database: AsyncEngine) -> Transactions:
    return Transactions(database, open_test_vault())


async def seal(transactions: Transactions, owner: ConversationId = ONE, vault: EnvelopeVault | None = None) -> str:
    sealer = vault or transactions.vault
    return await transactions.write(
        lambda connection: sealer.own_box(connection, owner, TENANT).seal(PLACE, "my words")
    )


async def unseal(
    transactions: Transactions, sealed: str, owner: ConversationId = ONE, vault: EnvelopeVault | None = None
) -> str:
    opener = vault or open_test_vault()
    return await transactions.read(lambda connection: opener.box(connection, owner).unseal(PLACE, sealed))


async def destroy(transactions: Transactions, owner: ConversationId = ONE) -> None:
    statement = update(data_keys).where(data_keys.c.conversation_id == owner).values(wrapped=None)
    assert await transactions.write(lambda connection: connection.execute(statement).rowcount) == 1


async def test_another_process_reads_what_was_sealed(transactions: Transactions):
    sealed = await seal(transactions)
    assert is_sealed(sealed)
    assert "words" not in sealed
    assert await unseal(transactions, sealed) == "my words"


async def test_a_sealed_value_opens_nowhere_else(transactions: Transactions):
    sealed = await seal(transactions)
    await seal(transactions, OTHER)
    with pytest.raises(RecordBroken, match="tampered"):
        await unseal(transactions, sealed, OTHER)
    with pytest.raises(RecordBroken, match="tampered"):
        await transactions.read(
            lambda connection: transactions.vault.box(connection, ONE).unseal("messages.text/conv-1/2", sealed)
        )


async def test_plain_words_put_in_place_of_sealed_ones_are_refused(transactions: Transactions):
    await seal(transactions)
    with pytest.raises(RecordBroken, match="not sealed"):
        await unseal(transactions, '{"customer":{"id":"C-1001","auth_level":"strong"}}')


async def test_a_key_moved_to_another_conversation_opens_nothing(transactions: Transactions):
    await seal(transactions)
    await seal(transactions, OTHER)

    def swap(connection: Connection) -> None:
        stolen = connection.execute(data_keys.select().where(data_keys.c.conversation_id == ONE)).one().wrapped
        connection.execute(update(data_keys).where(data_keys.c.conversation_id == OTHER).values(wrapped=stolen))

    await transactions.write(swap)
    with pytest.raises(RecordBroken, match="tampered"):
        await unseal(transactions, "sealed:1:AAAA", OTHER)


async def test_without_its_key_a_value_reads_as_erased_and_nothing_new_is_kept(transactions: Transactions):
    sealed = await seal(transactions)
    await destroy(transactions)
    assert await unseal(transactions, sealed) == ERASED
    assert await seal(transactions, vault=open_test_vault()) == ERASED


async def test_another_process_stops_using_a_destroyed_key_within_seconds(transactions: Transactions):
    now = [0.0]
    vault = EnvelopeVault(MasterKeys(lambda: [KEY]), lambda: now[0])
    sealed = await seal(transactions, vault=vault)
    await destroy(transactions)
    now[0] += STALE_S
    assert STALE_S <= 5
    assert await unseal(transactions, sealed, vault=vault) == ERASED


async def test_a_key_whose_transaction_was_undone_is_not_used(transactions: Transactions):
    def fail(connection: Connection) -> None:
        transactions.vault.own_box(connection, ONE, TENANT)
        raise LookupError("undone")

    with pytest.raises(LookupError, match="undone"):
        await transactions.write(fail)
    assert await unseal(transactions, await seal(transactions)) == "my words"


async def test_a_conversation_becomes_its_customers(transactions: Transactions):
    await transactions.write(lambda connection: transactions.vault.own_box(connection, ONE, TENANT))
    await transactions.write(lambda connection: transactions.vault.own_box(connection, ONE, TENANT, "C-1"))
    row = await transactions.read(lambda connection: connection.execute(data_keys.select()).one())
    assert (row.tenant, row.customer_id) == (TENANT, "C-1")


async def test_keys_are_read_with_an_older_encryption_key_and_written_with_the_newest(transactions: Transactions):
    sealed = await seal(transactions)
    keys = [ANOTHER_KEY]
    vault = EnvelopeVault(MasterKeys(lambda: keys))
    with pytest.raises(RecordBroken, match="not configured"):
        await unseal(transactions, sealed, vault=vault)
    keys.append(KEY)
    assert await unseal(transactions, sealed, vault=vault) == "my words"
    await seal(transactions, OTHER, vault)
    wrapped = await transactions.read(lambda connection: connection.execute(data_keys.select()).all())
    assert [vault.master.is_current(row.wrapped) for row in sorted(wrapped)] == [False, True]


@pytest.mark.parametrize("keys", [[], [b"short"], [KEY, b""]])
def test_keys_that_are_none_are_said(keys: list[bytes]):
    with pytest.raises(Misconfigured):
        MasterKeys(lambda: keys)


@given(st.text(), st.text(min_size=1))
def test_any_text_comes_back(text: str, place: str):
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    box = SealedBox(ONE, AESGCM(KEY), "", 0.0, RecordKeys(lambda: [KEY]))
    place = place.encode("utf-8", "replace").decode()
    assert box.unseal(place, box.seal(place, text)) == text
    assert box.unseal_json(place, box.seal_json(place, {"text": text})) == {"text": text}
    assert is_sealed(box.seal(place, text)) or not text
