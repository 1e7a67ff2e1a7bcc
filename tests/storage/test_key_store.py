"""The store of keys: made by whoever needs it first, whoever else comes at that moment."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Engine, event, make_url
from sqlalchemy.util.concurrency import greenlet_spawn

from storage.key_store import KeyStore, open_key_database, open_key_file


@contextmanager
def overtaken_by(other: KeyStore) -> Iterator[None]:
    """Whoever is about to create the first table finds that another process has just made them all."""
    waiting = [other]

    def overtake(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "CREATE TABLE" in statement and waiting:
            assert waiting.pop().is_empty()

    event.listen(Engine, "before_cursor_execute", overtake)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", overtake)
    assert not waiting


async def test_of_two_that_make_the_same_new_file_both_find_what_they_need(tmp_path: Path) -> None:
    one, other = open_key_file(tmp_path / "keys.db"), open_key_file(tmp_path / "keys.db")
    with overtaken_by(other):
        assert one.add("CV-1", "first") == "first"
    assert other.add("CV-1", "second") == "first"
    for store in (one, other):
        await store.close()


async def test_replicas_that_start_together_on_a_new_key_database_are_all_served(postgres_url: str) -> None:
    stores = [open_key_database(postgres_url) for _ in range(8)]
    kept = await asyncio.gather(*(greenlet_spawn(store.add, "CV-1", f"key {n}") for n, store in enumerate(stores)))
    assert len(set(kept)) == 1
    for store in stores:
        await store.close()


async def test_who_may_create_no_tables_keeps_keys_in_those_that_are_there(postgres_url: str) -> None:
    owner = open_key_database(postgres_url)
    assert await greenlet_spawn(owner.add, "CV-1", "first") == "first"
    server = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    await server.execute(
        "CREATE ROLE key_keeper LOGIN; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO key_keeper"
    )
    await server.close()
    keeper = open_key_database(make_url(postgres_url).set(username="key_keeper").render_as_string())
    assert await greenlet_spawn(keeper.add, "CV-1", "second") == "first"
    assert await greenlet_spawn(keeper.add, "CV-2", "third") == "third"
    for store in (owner, keeper):
        await store.close()
