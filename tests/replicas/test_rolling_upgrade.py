"""While replicas are rolled the schema is the next release's: present ones go on, and each knows the other's rows."""

from app.records import verify
from storage.tagged_rows import TAG, TAGGED, is_vouched, tag_row, tagged_columns
from tests.cluster.front import Talk
from tests.replicas.conftest import OpenFront
from tests.rows import value_for
from tests.vaults import open_test_vault

ADDED = "of_the_next_release"


async def test_replicas_go_on_while_the_next_release_has_added_a_column_to_every_tagged_table(
    open_front: OpenFront,
) -> None:
    front = await open_front()
    one, other = front.cluster.replicas
    begun, later = Talk(front, "C-10001"), Talk(front, "C-10002")
    await begun.open(one)
    await begun.say("how much do I owe?", first=one)
    for table in TAGGED:
        await front.cluster.postgres.execute(f"ALTER TABLE {table} ADD COLUMN {ADDED} TEXT")

    told = [await begun.say("why is my bill so high?", first=replica) for replica in (one, other)]
    await later.open(other)
    told.append(await later.say("how much do I owe?", first=one))

    assert [bool(turn["messages"]) for turn in told] == [True, True, True]
    assert (begun.problems, later.problems, front.seen.broken) == ([], [], [])
    assert (await verify(front.cluster.settings))["ok"]


def test_the_next_release_vouches_for_rows_that_the_present_one_wrote() -> None:
    keys = open_test_vault().tags
    for name, table in TAGGED.items():
        row = {column.name: value_for(column) for column in table.c if column.name != TAG}
        row[TAG] = tag_row(keys, name, row)
        known = tuple(sorted((*tagged_columns(table), ADDED)))
        assert is_vouched(keys, name, {**row, ADDED: None}, known)
        assert not is_vouched(keys, name, {**row, ADDED: "forged"}, known)
