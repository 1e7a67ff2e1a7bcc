"""The record shows what happened, and every kind of tampering with it."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.ids import ConversationId, TenantId, TurnId
from domain.record import Note
from policy.journal.journal import Draft, HashChainedJournal, recordable
from storage.tables.control import dump, journal_entries, journal_heads
from storage.transactions import Transactions
from tests.vaults import open_test_vault

TENANT, OTHER = TenantId("northwind-fibre"), TenantId("other-co")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
C = journal_entries.c


def open_journal(database: AsyncEngine) -> HashChainedJournal:
    return HashChainedJournal(Transactions(database, open_test_vault()), lambda: NOW)


def draft(conversation: str = "conv-1", tenant: TenantId = TENANT, **more: object) -> Draft:
    return Draft(ConversationId(conversation), TurnId("turn-1"), tenant, NOW, "decision", "because", **more)


async def written(database: AsyncEngine, count: int = 5) -> HashChainedJournal:
    journal = open_journal(database)
    for conversation in ("conv-1", "conv-2"):
        await journal.record([draft(conversation, payload={"number": number}) for number in range(count)])
    assert (await journal.verify()).ok
    return journal


async def tamper(database: AsyncEngine, statement: object) -> None:
    async with database.begin() as connection:
        assert (await connection.execute(statement)).rowcount == 1


async def test_entries_come_back_as_they_were_written(database: AsyncEngine):
    journal = open_journal(database)
    payload = {"amount": 3999, "text": "ü\0\ud800", "big": 2**60, "none": None, "list": [1.5, True]}
    await journal.record([draft(tool="a.b", decision_id="dec_1", effect="allow", rules=("x/y",), payload=payload)])
    (entry,) = await journal.entries(TENANT, ConversationId("conv-1"))
    assert (entry.sequence, entry.at, entry.tool, entry.rules, entry.payload) == (1, NOW, "a.b", ("x/y",), payload)
    assert (await journal.verify()).ok


async def test_each_entry_follows_the_one_before(database: AsyncEngine):
    journal = await written(database)
    entries = await journal.entries(TENANT, ConversationId("conv-1"))
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert len({entry.hash for entry in entries}) == 5


async def test_another_tenant_sees_no_entries(sqlite: AsyncEngine):
    journal = await written(sqlite)
    assert await journal.entries(OTHER, ConversationId("conv-1")) == []


async def test_a_note_is_an_entry(sqlite: AsyncEngine):
    journal = open_journal(sqlite)
    await journal.note(
        Note(ConversationId("c"), TurnId("t"), TENANT, "handoff", "Asked for a person.", {"queue": "general"})
    )
    (entry,) = await journal.entries(TENANT, ConversationId("c"))
    assert (entry.kind, entry.rationale, entry.payload) == ("handoff", "Asked for a person.", {"queue": "general"})


async def test_concurrent_writers_of_one_conversation_make_one_chain(database: AsyncEngine):
    journals = [open_journal(database) for _ in range(4)]
    await asyncio.gather(*(journals[n % 4].record([draft(payload={"n": n}), draft()]) for n in range(40)))
    result = await journals[0].verify()
    assert (result.ok, result.conversations, result.entries) == (True, 1, 80)


async def test_verification_counts_the_tenants_conversations(sqlite: AsyncEngine):
    journal = await written(sqlite)
    await journal.record([draft("conv-3", OTHER)])
    assert (await journal.verify()).conversations == 3
    assert (await journal.verify(OTHER)).entries == 1
    assert (await journal.verify(TENANT)).entries == 10


async def test_verification_holds_while_others_write(database: AsyncEngine):
    journal = await written(database)
    writing = [journal.record([draft("conv-1"), draft("conv-1")]) for _ in range(20)]
    results = await asyncio.gather(*writing, *(journal.verify() for _ in range(10)))
    assert all(result.ok for result in results if result is not None)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("payload", '{"number":9}'), ("effect", "allow"), ("rules", '["no/rule"]'), ("rationale", "no"), ("id", "x"),
        ("at", "2026-11-20T12:00:00.000001+00:00"), ("tool", "x.y"), ("kind", "note"), ("outcome", "succeeded"),
        ("decision_id", "dec_x"), ("turn_id", "turn-9"), ("tenant", "other-co"),
    ],
)  # fmt: skip
async def test_an_edit_of_any_field_shows(sqlite: AsyncEngine, column: str, value: str):
    journal = await written(sqlite)
    await tamper(
        sqlite, update(journal_entries).where(C.conversation_id == "conv-1", C.sequence == 3).values({column: value})
    )
    result = await journal.verify()
    assert not result.ok
    assert result.problems == ("conv-1/3: content was changed",)


async def test_an_edit_with_its_hash_made_anew_shows_at_the_next_entry(sqlite: AsyncEngine):
    from policy.journal.journal import hash_of

    journal = await written(sqlite)
    async with sqlite.connect() as connection:
        row = dict(
            (await connection.execute(journal_entries.select().where(C.conversation_id == "conv-1", C.sequence == 3)))
            .mappings()
            .one()
        )
    row["payload"] = dump({"number": 9})
    await tamper(
        sqlite,
        update(journal_entries)
        .where(C.conversation_id == "conv-1", C.sequence == 3)
        .values(payload=row["payload"], hash=hash_of(row)),
    )
    problems = (await journal.verify()).problems
    assert [each.partition(", dated")[0] for each in problems] == [
        "conv-1/4: does not follow the entry before it",
        "conv-1/3: was not written by us",
    ]


@pytest.mark.parametrize(
    ("sequence", "problem"),
    [
        (1, "conv-1/1: entry missing before 2"),
        (3, "conv-1/3: entry missing before 4"),
        (5, "conv-1/5: the tail is missing up to 5"),
    ],
)
async def test_a_deleted_entry_shows(database: AsyncEngine, sequence: int, problem: str):
    journal = await written(database)
    await tamper(database, delete(journal_entries).where(C.conversation_id == "conv-1", C.sequence == sequence))
    assert (await journal.verify()).problems == (problem,)


async def test_a_truncated_tail_shows(sqlite: AsyncEngine):
    journal = await written(sqlite)
    for sequence in (4, 5):
        await tamper(sqlite, delete(journal_entries).where(C.conversation_id == "conv-1", C.sequence == sequence))
    assert (await journal.verify()).problems == ("conv-1/4: the tail is missing up to 5",)


async def test_two_entries_that_changed_places_show(sqlite: AsyncEngine):
    journal = await written(sqlite)
    for old, new in ((3, 99), (4, 3), (99, 4)):
        await tamper(
            sqlite, update(journal_entries).where(C.conversation_id == "conv-1", C.sequence == old).values(sequence=new)
        )
    problems = (await journal.verify()).problems
    assert {problem.partition(":")[0] for problem in problems} == {"conv-1/3", "conv-1/4", "conv-1/5"}


async def test_a_conversation_that_vanished_shows(sqlite: AsyncEngine):
    journal = await written(sqlite)
    async with sqlite.begin() as connection:
        await connection.execute(delete(journal_entries).where(C.conversation_id == "conv-1"))
    assert (await journal.verify()).problems == ("conv-1/1: all 5 entries are missing",)


async def test_a_head_that_vanished_shows(sqlite: AsyncEngine):
    journal = await written(sqlite)
    await tamper(sqlite, delete(journal_heads).where(journal_heads.c.conversation_id == "conv-2"))
    assert (await journal.verify()).problems == (
        "conv-2/5: the conversation's head is missing",
        "conv-2/0: rows of data_keys were changed, removed, added or put back since entry 0",
    )


async def test_an_entry_moved_to_another_conversation_shows(sqlite: AsyncEngine):
    journal = await written(sqlite)
    await tamper(
        sqlite,
        update(journal_entries)
        .where(C.conversation_id == "conv-1", C.sequence == 5)
        .values(conversation_id="conv-2", sequence=6),
    )
    assert len((await journal.verify()).problems) >= 2


@given(st.text())
def test_any_text_can_be_recorded(text: str):
    kept = recordable(text)
    assert "\0" not in kept
    kept.encode()
    assert kept == text or "\0" in text or not text.isprintable() or "?" in kept
