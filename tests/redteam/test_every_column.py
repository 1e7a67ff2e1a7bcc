"""Somebody who may write the database changes one column at a time: it is found, or harmless for a reason."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Integer, Table

from app.anchoring import open_audit, open_checkpoints
from policy.journal.audit import RecordAudit
from storage.database import METADATA
from storage.tables.control import Instant, Json
from storage.tables.conversations import Moment
from storage.tagged_rows import HARMLESS, TAGGED
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Talk
from tests.rows import fill
from tests.sandbox_files import open_systems

TABLES = {table.name: table for known in METADATA for table in known.sorted_tables}
RECORDING = sorted({*TAGGED, "journal_entries", "journal_heads"})
ROWIDS = {("autonomy_overrides", "number"), ("trained_models", "version")}
"""Keys that are SQLite's own row number: a row is found by the changed one."""
COUNTED = {"calls": "kind = 'write'", "turns": "result IS NOT NULL"}
"""Other rows of these are in no total: reads, which are dropped with their turn, and a turn without a result."""


def test_every_table_is_tagged_or_harmless_for_a_reason() -> None:
    assert set(TABLES) <= {*TAGGED, *HARMLESS}
    columns = [name.partition(".") for name in HARMLESS if "." in name]
    assert all(column in TABLES[table].c for table, _, column in columns)
    assert all(len(reason) > 20 for reason in HARMLESS.values())


@pytest.fixture
async def told(open_house: OpenHouse) -> tuple[Guest, RecordAudit, Path]:
    """A house in which something is recorded in every table, and an audit of its database."""
    guest = await open_house()
    transactions, settings = guest.house.control.transactions, guest.house.settings
    talk = await refund(guest)
    await talk.says("can I talk to a person")
    await transactions.write(fill)
    await open_checkpoints(settings, transactions).anchor()
    audit = open_audit(settings, transactions)
    assert (await audit.verify()).problems == ()
    return guest, audit, settings.data / "switchboard.db"


async def refund(guest: Guest) -> Talk:
    talk = await guest.customer("C-1013", auth_level="strong")
    for words in ("I was charged twice for my last bill", "yes"):
        await talk.says(words)
    await talk.decides()
    assert ("payments.refund_payment", "succeeded") in await talk.done()
    return talk


def another(column: Any, value: Any) -> Any:
    """A value that the column may hold as well, as its database spells it."""
    if isinstance(column.type, Moment | Instant):
        return "2031" + (value or "2026-11-29 12:00:00.000000")[4:]
    if isinstance(column.type, Integer | Boolean):
        return 1 - value if isinstance(column.type, Boolean) else (value or 0) + 1_000_000
    if column.name == "mac":
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    if isinstance(column.type, Json) or (value or "")[:1] in ('"', "{", "["):
        return '{"another": 1}'
    return f"{value or ''}x"


@contextmanager
def tampered(file: Path, table: Table, column: Any) -> Iterator[bool]:
    """The database with one column of one row changed, and then as it was; says whether it could be changed."""
    where, name = COUNTED.get(table.name, "1 = 1"), column.name
    with closing(sqlite3.connect(file, timeout=20)) as database:
        row, value = database.execute(f'SELECT rowid, "{name}" FROM "{table.name}" WHERE {where} LIMIT 1').fetchone()
        change = f'UPDATE "{table.name}" SET "{name}" = ? WHERE rowid = ?'
        with database:
            database.execute(change, (another(column, value), row))
        try:
            yield True
        finally:
            is_rowid = (table.name, name) in ROWIDS
            with database:
                database.execute(change, (value, another(column, value) if is_rowid else row))


@contextmanager
def removed(file: Path, table: Table) -> Iterator[None]:
    """The database without one row, and then as it was."""
    where = COUNTED.get(table.name, "1 = 1")
    with closing(sqlite3.connect(file, timeout=20)) as database:
        row = database.execute(f'SELECT rowid, * FROM "{table.name}" WHERE {where} LIMIT 1').fetchone()
        with database:
            database.execute(f'DELETE FROM "{table.name}" WHERE rowid = ?', row[:1])
        try:
            yield
        finally:
            marks = ", ".join("?" * (len(row) - 1))
            with database:
                database.execute(f'INSERT INTO "{table.name}" VALUES ({marks})', row[1:])


async def test_any_column_that_is_changed_and_any_row_that_is_removed_is_found(
    told: tuple[Guest, RecordAudit, Path],
) -> None:
    """Pass: the audit finds every single change, and nothing once it is taken back."""
    _, audit, file = told
    unseen: list[str] = []
    for table in (TABLES[name] for name in RECORDING):
        for column in table.c:
            if f"{table.name}.{column.name}" in HARMLESS:
                continue
            with tampered(file, table, column):
                if (await audit.verify()).ok:
                    unseen.append(f"{table.name}.{column.name}")
        with removed(file, table):
            if (await audit.verify()).ok:
                unseen.append(f"a row of {table.name}")
    assert unseen == []
    assert (await audit.verify()).problems == ()


async def test_an_action_that_a_database_writer_approved_does_not_execute(open_house: OpenHouse) -> None:
    """Pass: no money moves, whether the action is set to approved, or its approval is forged with it."""
    guest = await open_house()
    talk = await guest.customer("C-1013", auth_level="strong")
    for words in ("I was charged twice for my last bill", "yes"):
        await talk.says(words)
    with closing(sqlite3.connect(guest.house.settings.data / "switchboard.db", timeout=20)) as database, database:
        approved = "UPDATE pending_actions SET status = 'approved', decided_by = 's', approved_by = '[\"s\"]'"
        assert database.execute(f"{approved} WHERE kind = 'approve'").rowcount == 1
        columns = [row[1] for row in database.execute("PRAGMA table_info(evidence)")]
        forged = {"id": "'ev_forged'", "kind": "'approval'", "by": "'s'", "used_by": "''"}
        chosen = ", ".join(forged.get(name, f'"{name}"') for name in columns)
        database.execute(f"INSERT INTO evidence SELECT {chosen} FROM evidence LIMIT 1")
    body = {"client_message_id": "again", "text": "is it done yet? yes, go ahead"}
    await guest.call("channel", "POST", f"/v1/conversations/{talk.id}/messages", body)
    assert ("payments.refund_payment", "succeeded") not in await talk.done()
    with closing(open_systems(guest.house.settings.data)) as systems:
        assert systems.execute("SELECT count(*) FROM refunds WHERE customer_id = 'C-1013'").fetchone() == (0,)


async def test_evidence_that_was_used_and_is_put_back_buys_nothing(open_house: OpenHouse) -> None:
    """Pass: the conversation's next write does not execute, since its evidence is not what there was."""
    guest = await open_house()
    talk = await guest.customer("C-1001")
    file = guest.house.settings.data / "switchboard.db"
    await talk.says("I was charged twice for my last bill")
    with closing(sqlite3.connect(file, timeout=20)) as database:
        database.row_factory = sqlite3.Row
        await talk.says("yes")
        done = len([each for each in await talk.done() if each == ("payments.refund_payment", "succeeded")])
        with database:
            assert database.execute("UPDATE evidence SET used_by = '' WHERE used_by <> ''").rowcount
    body = {"client_message_id": "again", "text": "I was charged twice for my last bill"}
    for number, words in enumerate(("I was charged twice for my last bill", "yes")):
        body = {"client_message_id": f"again-{number}", "text": words}
        await guest.call("channel", "POST", f"/v1/conversations/{talk.id}/messages", body)
    again = len([each for each in await talk.done() if each == ("payments.refund_payment", "succeeded")])
    assert (done, again) == (1, 1)


async def test_evidence_that_was_used_and_is_removed_is_found(open_house: OpenHouse) -> None:
    """Pass: the audit names the table and the conversation."""
    guest = await open_house()
    talk = await guest.customer("C-1001")
    file = guest.house.settings.data / "switchboard.db"
    await talk.says("I was charged twice for my last bill")
    await talk.says("yes")
    with closing(sqlite3.connect(file, timeout=20)) as database, database:
        database.execute("DELETE FROM evidence WHERE used_by <> ''")
    found = (await open_audit(guest.house.settings, guest.house.control.transactions).verify()).problems
    assert len(found) == 1
    assert "rows of evidence were changed, removed, added or put back" in found[0]
