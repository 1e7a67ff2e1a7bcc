"""What was anchored outside the database shows what the chains alone cannot."""

import asyncio
import base64
import fcntl
import json
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.digest import canonical
from domain.errors import RecordBroken
from domain.ids import ConversationId, TenantId, TurnId
from policy.journal.chain import GENESIS
from policy.journal.checkpoints import Checkpoints
from policy.journal.journal import Draft, HashChainedJournal
from policy.journal.stored_chains import Chains
from policy.keys import generate_private_key, load_private_key
from storage.tables.control import journal_entries, journal_heads
from storage.transactions import Transactions
from tests.policy.house import Clock
from tests.vaults import open_test_vault

CLOCK = Clock()


@pytest.fixture
def journal(sqlite: AsyncEngine) -> HashChainedJournal:
    return HashChainedJournal(Transactions(sqlite, open_test_vault()), CLOCK)


@pytest.fixture
def chains(sqlite: AsyncEngine) -> Chains:
    return Chains(Transactions(sqlite))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints.jsonl"


@pytest.fixture
def checkpoints(chains: Chains, file: Path) -> Checkpoints:
    return Checkpoints(chains, generate_private_key(), file, CLOCK)


def read_lines(file: Path) -> list[str]:
    return file.read_text().splitlines()


def write_lines(file: Path, lines: list[str]) -> None:
    file.write_text("\n".join(lines) + "\n")


async def write(journal: HashChainedJournal, conversation: str, rationale: str = "because", count: int = 3) -> None:
    draft = Draft(ConversationId(conversation), TurnId("t"), TenantId("a"), CLOCK(), "note", rationale)
    await journal.record([draft] * count)


async def rewrite(database: AsyncEngine, journal: HashChainedJournal, conversation: str, count: int) -> None:
    """Replace a whole chain by another that verifies by itself."""
    async with database.begin() as connection:
        for table in (journal_entries, journal_heads):
            await connection.execute(delete(table).where(table.c.conversation_id == conversation))
    if count:
        await write(journal, conversation, "another story", count)
    assert (await Chains(Transactions(database)).verify()).ok


async def test_only_chains_that_grew_are_anchored(journal: HashChainedJournal, checkpoints: Checkpoints):
    assert (await checkpoints.anchor()).signed == 0
    await write(journal, "c1")
    await write(journal, "c2")
    assert (await checkpoints.anchor()).signed == 2
    assert (await checkpoints.anchor()).signed == 0
    await write(journal, "c2")
    assert (await checkpoints.anchor()).signed == 1
    assert await checkpoints.verify() == ()


@pytest.mark.parametrize(
    ("count", "problem"), [(3, "c1/3: is not the entry that was anchored"), (2, "c1/3: was anchored and is missing")]
)
async def test_a_chain_replaced_as_a_whole_shows(
    sqlite: AsyncEngine, journal: HashChainedJournal, checkpoints: Checkpoints, count: int, problem: str
):
    await write(journal, "c1")
    await write(journal, "c2")
    await checkpoints.anchor()
    await write(journal, "c2")
    await rewrite(sqlite, journal, "c1", count)
    assert await checkpoints.verify() == (problem,)


async def test_a_conversation_that_vanished_with_its_head_shows(
    sqlite: AsyncEngine, journal: HashChainedJournal, checkpoints: Checkpoints
):
    await write(journal, "c1")
    await checkpoints.anchor()
    await rewrite(sqlite, journal, "c1", 0)
    assert await checkpoints.verify() == ("c1/3: was anchored and is missing",)


async def test_a_chain_that_only_grew_is_whole(journal: HashChainedJournal, checkpoints: Checkpoints):
    await write(journal, "c1")
    await checkpoints.anchor()
    await write(journal, "c1")
    assert await checkpoints.verify() == ()


async def test_a_changed_checkpoint_is_worth_nothing(journal: HashChainedJournal, checkpoints: Checkpoints, file: Path):
    for _ in range(3):
        await write(journal, "c1")
        await checkpoints.anchor()
    lines = read_lines(file)
    assert len(lines) == 3
    for changed in (
        [lines[0], lines[2]],
        [lines[1], lines[0], lines[2]],
        [lines[0].replace("c1", "c9")],
        ["{}"],
        ["x"],
    ):
        write_lines(file, changed)
        with pytest.raises(RecordBroken):
            await checkpoints.verify()
        with pytest.raises(RecordBroken):
            await checkpoints.anchor()


async def test_a_checkpoint_of_another_key_is_worth_nothing(
    journal: HashChainedJournal, chains: Chains, checkpoints: Checkpoints, file: Path
):
    await write(journal, "c1")
    await checkpoints.anchor()
    with pytest.raises(RecordBroken):
        await Checkpoints(chains, generate_private_key(), file, CLOCK).verify()


async def test_an_edit_that_the_chain_shows_is_left_to_the_chain(
    sqlite: AsyncEngine, journal: HashChainedJournal, checkpoints: Checkpoints
):
    await write(journal, "c1")
    await checkpoints.anchor()
    async with sqlite.begin() as connection:
        await connection.execute(update(journal_entries).values(rationale="no").where(journal_entries.c.sequence == 2))
    assert await checkpoints.verify() == ()
    assert not (await journal.verify()).ok


async def test_a_replaced_chain_is_never_signed_again(
    sqlite: AsyncEngine, journal: HashChainedJournal, checkpoints: Checkpoints
):
    await write(journal, "c1")
    await checkpoints.anchor()
    await rewrite(sqlite, journal, "c1", 4)
    found = await checkpoints.anchor()
    assert (found.signed, found.problems) == (0, ("c1/3: is not the entry that was anchored",))
    assert await checkpoints.verify() == found.problems


async def test_a_chain_that_was_deleted_with_a_signed_word_is_no_tampering(
    sqlite: AsyncEngine, journal: HashChainedJournal, checkpoints: Checkpoints
):
    await write(journal, "c1")
    await write(journal, "c2")
    await checkpoints.anchor()
    await checkpoints.retire({"c1": (await checkpoints.read()).heads["c1"]})
    for name in ("c1", "c2"):
        await rewrite(sqlite, journal, name, 0)
    assert await checkpoints.verify() == ("c2/3: was anchored and is missing",)


async def test_lines_from_before_checkpoints_had_a_key_are_read_with_the_older_key(
    journal: HashChainedJournal, chains: Chains, checkpoints: Checkpoints, file: Path
):
    old, new = generate_private_key(), generate_private_key()
    body = {"at": "2026-01-01T00:00:00+00:00", "heads": {}, "previous": GENESIS}
    signature = base64.b64encode(load_private_key(old).sign(canonical(body))).decode()
    write_lines(file, [json.dumps({**body, "signature": signature})])
    await write(journal, "c1")
    upgraded = Checkpoints(chains, new, file, CLOCK, oldest=load_private_key(old).public_key())
    assert (await upgraded.anchor()).signed == 1
    assert (await upgraded.read()).lines == 2
    with pytest.raises(RecordBroken):
        await checkpoints.read()


async def test_a_process_that_froze_while_it_anchored_costs_others_nothing_but_the_wait(
    journal: HashChainedJournal, checkpoints: Checkpoints, file: Path
) -> None:
    await write(journal, "c-1")
    with file.with_name(f"{file.name}.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for _ in range(40):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await checkpoints.anchor()
        async with asyncio.timeout(30):
            assert await asyncio.to_thread(lambda: "a thread is free") == "a thread is free"
    assert (await checkpoints.anchor()).signed == 1
