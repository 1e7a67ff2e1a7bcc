"""A customer's words lie in the database sealed, also those from before there was a vault."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from domain.calls import Pending
from domain.conversation import Status
from domain.ids import ConversationId
from router.memory.store import Store
from storage.database import make_config, upgrade_database
from storage.transactions import Transactions
from tests.conftest import OpenHouse
from tests.house_guest import Guest
from tests.vaults import open_test_vault

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORDS = "my husband Giuseppe has left me"
PENDING = '{"id":"pa_1","kind":"confirm","summary":"' + WORDS + '"}'
MEMORY = json.dumps({"customer": {"id": "C-1001", "auth_level": "authenticated"}, "window": [["customer", WORDS]]})
RESULT = json.dumps({"conversation_id": "CV-1", "turn_id": "T-1", "status": "open", "messages": [
    {"id": "CV-1-2", "role": "assistant", "text": WORDS, "at": AT.isoformat()}]})  # fmt: skip
TURN = {"id": "T-1", "number": 1, "client_message_id": "m1", "text": WORDS, "kind": "message", "at": AT}
ROWS = {
    "conversations": {"id": "CV-1", "tenant": "northwind-fibre", "channel": "chat", "status": "open", "created_at": AT,
                      "memory": MEMORY, "pending": PENDING, "events": 1, "messages": 1},
    "turns": {**TURN, "conversation_id": "CV-1", "request": {"spelling": WORDS}, "result": RESULT},
    "messages": {"conversation_id": "CV-1", "number": 1, "id": "CV-1-1", "role": "customer", "text": WORDS, "at": AT},
    "events": {"conversation_id": "CV-1", "id": 1, "kind": "message", "data": {"text": WORDS}},
    "handoffs": {"conversation_id": "CV-1", "tenant": "northwind-fibre", "queue": "general", "priority": "high",
                 "reason": "anger", "waiting_since": AT, "packet": {"id": "PK-1", "words": WORDS}, "state": "queued",
                 "claimed_by": ""},
    "feedback": {"id": "f1", "conversation_id": "CV-1", "score": 5, "comment": WORDS, "at": AT},
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgres"])
async def old_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncEngine:
    """A database as the schema's sixth step left it, with one conversation in plain words."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
    engine = create_async_engine(url if request.param == "sqlite" else request.getfixturevalue("postgres_url"))

    def fill(connection: sa.Connection) -> None:
        command.upgrade(make_config(connection), "0006")
        known = sa.MetaData()
        known.reflect(connection)
        for name, row in ROWS.items():
            connection.execute(known.tables[name].insert().values(row))

    async with engine.begin() as connection:
        await connection.run_sync(fill)
    return engine


def spill(connection: sa.Connection) -> str:
    known = sa.MetaData()
    known.reflect(connection)
    return "\n".join(str(row) for table in known.tables.values() for row in connection.execute(table.select()))


async def test_an_older_database_is_sealed_once_and_reads_as_before(old_database: AsyncEngine) -> None:
    async with old_database.connect() as connection:
        assert await connection.run_sync(lambda sync: spill(sync).count("Giuseppe")) == 9
    for _ in range(2):
        await upgrade_database(old_database, open_test_vault())
    async with old_database.connect() as connection:
        assert "Giuseppe" not in await connection.run_sync(spill)
    transactions = Transactions(old_database, open_test_vault())
    store, name = Store(transactions), ConversationId("CV-1")
    row = await store.load(name)
    turn = await transactions.read(lambda connection: store.find_turn(connection, name, "m1"))
    assert row is not None
    assert turn is not None
    assert turn.result is not None
    assert row.memory.customer is not None
    assert (row.status, row.memory.customer.id, row.memory.window) == (Status.OPEN, "C-1001", (("customer", WORDS),))
    assert isinstance(row.pending, Pending)
    assert (turn.text, turn.request, turn.result.messages[0].text) == (WORDS, {"spelling": WORDS}, WORDS)
    assert [message.text for message in await store.words(name)] == [WORDS]
    assert [event.data for event in await store.events_after(name, 0)] == [{"text": WORDS}]
    assert [each.packet["words"] for each in await store.queue(row.tenant)] == [WORDS]
    await old_database.dispose()


async def test_no_words_of_a_whole_conversation_are_in_the_database(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill, zanzibar")
    await amira.says("yes")
    await amira.says("I am angry about zanzibar, give me a person")
    body = {"score": 2, "comment": "zanzibar"}
    await house.call("channel", "POST", f"/v1/conversations/{amira.id}/feedback", body)
    with closing(sqlite3.connect(house.house.settings.data / "switchboard.db")) as database:
        everything = "\n".join(database.iterdump())
    assert amira.id in everything
    assert [word for word in ("zanzibar", "Amira", "Visa", "•", "please") if word in everything] == []
    assert "zanzibar" in str(await amira.look())
    assert '"amount_minor": 3999' in json.dumps((await amira.look())["actions"])
    assert (await house.fetch("auditor", "/v1/journal/verify"))["ok"]


async def test_a_house_that_is_opened_again_reads_what_it_sealed(open_house: OpenHouse) -> None:
    first = await open_house()
    amira = await first.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    again = await open_house()
    found = await again.fetch("channel", f"/v1/conversations/{amira.id}")
    assert found["messages"] == (await amira.look())["messages"]
