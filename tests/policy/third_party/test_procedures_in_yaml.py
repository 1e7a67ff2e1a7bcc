"""A customer's wish reaches a tool of somebody else's program by a procedure in YAML: no Python, no language model."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.house_guest import Guest, Talk, open_guest
from tests.policy.third_party.lending_library import Library


@asynccontextmanager
async def talking(library: Library) -> AsyncIterator[tuple[Guest, Talk]]:
    async with open_guest(library.folder / "var") as guest:
        yield guest, await guest.customer("C-1")


async def test_a_wish_is_looked_up_or_done_once_on_a_yes_to_what_it_says(library: Library) -> None:
    async with talking(library) as (_, talk):
        await talk.says("do you lend tools")
        assert talk.text == "Which thing would you like to borrow?"
        await talk.says("drill")
        assert (talk.text, talk.turn["procedure"]) == ("There are 3 of it left.", "count_things")
        await talk.says("do you lend tools")
        await talk.says("unicorn")
        assert talk.text == "We do not lend that."
        for words in ("I want to borrow a tool", "the drill", "for 3 days"):
            await talk.says(words)
        assert talk.text == "Shall I lend you the large drill for 3 days?"
        assert library.loans == []
        await talk.says("yes")
        assert talk.text == "It is yours under L-1: drill."
        assert library.loans == [{"thing": "drill", "days": 3, "member": talk.customer_id, "size": "large"}]
        for words in ("I want to borrow a tool", "the ladder", "five days I think"):
            await talk.says(words)
        assert talk.text == "Shall I lend you the large ladder for 5 days?"
        await talk.says("no")
        assert len(library.loans) == 1
        assert await talk.done() == [("lending.lend_thing", "succeeded")]
        told = [(each["kind"], each["effect"]) for each in await talk.journal() if each["tool"] == "lending.lend_thing"]
        asked = ("note", "allow")  # whether a yes would do, before it is asked for
        done = [("decision", "confirm"), ("evidence", ""), ("intent", "allow"), ("outcome", "allow")]
        assert told == [asked, *done, asked]
