"""What is remembered of a customer is that customer's, of that tenant, and earlier."""

import sqlite3
from contextlib import closing
from datetime import timedelta

from domain.ids import ConversationId
from router.memory.contact import Contact
from tests.conftest import OpenHouse
from tests.house_guest import Guest


async def remembered(guest: Guest, conversation_id: str) -> tuple[Contact, ...]:
    store = guest.house.turns._store  # pyright: ignore[reportPrivateUsage]
    row = await store.load(ConversationId(conversation_id))
    assert row is not None
    return await store.contacts(row, row.created_at - timedelta(days=1), 10)


async def test_another_tenants_conversation_with_a_customer_of_the_same_number_is_not_remembered(
    open_house: OpenHouse,
) -> None:
    guest = await open_house()
    earlier = await guest.customer("C-1001")
    await earlier.says("how much do I owe?")
    await earlier.says("goodbye")
    stranger = await guest.customer("C-1002")
    await stranger.says("how much do I owe?")
    now = await guest.customer("C-1001")
    assert [each.conversation_id for each in await remembered(guest, now.id)] == [earlier.id]
    file = guest.house.settings.data / "switchboard.db"
    with closing(sqlite3.connect(file, timeout=20)) as database, database:
        assert database.execute("UPDATE conversations SET tenant = 'other-co' WHERE id = ?", (earlier.id,)).rowcount
    assert await remembered(guest, now.id) == ()
