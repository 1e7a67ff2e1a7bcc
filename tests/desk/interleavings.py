"""Claim, message, release, transfer, take over, close and automated turns in any order and at once: a state machine.

.venv/bin/python -m tests.desk.interleavings --examples 1000     # the long run; prints how much was tried
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from router.memory.store import Store
from tests.house_guest import Guest, Json, Talk, open_guest

T = TypeVar("T")
PEOPLE = ("representative", "representative_2")
SAYINGS = (
    "I want to talk to a person",
    "why is my bill so high",
    "hello?",
    "I was charged twice for my last bill",
    "no, leave it",
    "how long do I have to wait?",
)
CLAIMED = "has your conversation now"
REQUEUED = "now waits for someone else"
TAKEN_BACK = "automated assistant again"
OFTEN = {"requests_per_minute": 10**7, "messages_per_minute": 10**6}
"""Nobody is told to wait in these tests."""
_customers = count(10_001)
_numbers = count(1)

ACTS = st.one_of(
    st.tuples(st.just("says"), st.sampled_from(SAYINGS)),
    st.tuples(st.just("handoff"), st.just("channel")),
    st.tuples(st.just("claim"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("writes"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("to queue"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("to assistant"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("transfer"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("take over"), st.just("supervisor")),
    st.tuples(st.just("note"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("resolve"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("close"), st.just("channel")),
)
OFTENER = st.one_of(ACTS, ACTS.filter(lambda act: act[0] not in ("resolve", "close")))
REFUSALS = {404, 409}
"""Not with people, or not theirs, or closed: the act did not happen, and says so."""


@dataclass
class Tally:
    """What was tried and what came of it."""

    acts: int = 0
    done: int = 0
    conversations: int = 0


@dataclass
class Said:
    """The words that were accepted and those that were refused, each with a number of its own."""

    accepted: list[str] = field(default_factory=list[str])
    refused: list[str] = field(default_factory=list[str])


class Interleavings(RuleBasedStateMachine):
    """One conversation after the other, worked on by everybody at once. After each step nothing is lost or invented."""

    guest: ClassVar[Guest]
    runner: ClassVar[asyncio.Runner]
    tally: ClassVar[Tally] = Tally()

    def __init__(self) -> None:
        super().__init__()
        self._begin()

    def _begin(self) -> None:
        self.talk: Talk = self._run(self.guest.customer(f"C-{10_001 + next(_customers) % 1000}"))
        self.said = Said()
        self.tally.conversations += 1

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @rule(acts=st.lists(OFTENER, min_size=1, max_size=4))
    def at_once(self, acts: list[tuple[str, str]]) -> None:
        """So many acts begin at the same moment."""
        if self._run(self._act(acts)):
            self._begin()

    async def _act(self, acts: list[tuple[str, str]]) -> bool:
        """Do them; says whether the conversation is over."""
        await asyncio.gather(*(self._do(kind, detail) for kind, detail in acts))
        now = await self.talk.look()
        self._see_words(now)
        self._see_who_spoke(now)
        await self._see_events(now)
        return now["status"] == "closed"

    async def _do(self, kind: str, detail: str) -> None:
        number, of = next(_numbers), f"/v1/conversations/{self.talk.id}"
        at = f"/v1/desk/{self.talk.id}"
        words = f"{detail} (no. {number})" if kind == "says" else f"Here is answer {number}."
        role, path, body = {
            "says": ("channel", f"{of}/messages", {"client_message_id": f"m-{number}", "text": words}),
            "handoff": ("channel", f"{of}/handoff", {"reason": "asked_for_person"}),
            "close": ("channel", f"{of}/close", {}),
            "claim": (detail, f"{at}/claim", {}),
            "writes": (detail, f"{at}/messages", {"text": words}),
            "to queue": (detail, f"{at}/release", {"to": "queue"}),
            "to assistant": (detail, f"{at}/release", {"to": "assistant"}),
            "transfer": (detail, f"{at}/transfer", {"queue": "billing", "note": "see before"}),
            "take over": (detail, f"{at}/takeover", {}),
            "note": (detail, f"{at}/notes", {"text": "for colleagues"}),
            "resolve": (detail, f"{at}/resolve", {"disposition": "done", "note": ""}),
        }[kind]
        answer = await self.guest.call(role, "POST", path, body)
        self._count(kind, words, answer)

    def _count(self, kind: str, words: str, answer: httpx.Response) -> None:
        assert answer.is_success or answer.status_code in REFUSALS, (kind, answer.status_code, answer.text)
        self.tally.acts += 1
        self.tally.done += answer.is_success
        if kind in ("says", "writes"):
            (self.said.accepted if answer.is_success else self.said.refused).append(words)

    def _see_words(self, now: Json) -> None:
        """What was accepted stands there once, what was refused not at all."""
        texts = [each["text"] for each in now["messages"]]
        wrong = {each: texts.count(each) for each in self.said.accepted if texts.count(each) != 1}
        assert not wrong, wrong
        assert not [each for each in self.said.refused if each in texts]

    def _see_who_spoke(self, now: Json) -> None:
        """From a claim on nobody speaks but people and the customer, until it is given back or over."""
        claimed = False
        for each in now["messages"]:
            text = each["text"]
            if each["role"] == "system" and CLAIMED in text:
                claimed = True
            elif (each["role"] == "system" and REQUEUED in text) or (
                each["role"] == "assistant" and TAKEN_BACK in text
            ):
                claimed = False
            else:
                assert not (claimed and each["role"] in ("assistant", "system")), now["messages"]
            assert claimed or each["role"] != "representative", now["messages"]

    async def _see_events(self, now: Json) -> None:
        """Whoever listens has heard it all: no event is missing, and each of our words is one."""
        events = await Store(self.guest.house.control.transactions).events_after(now["id"], 0)
        assert [each.id for each in events] == list(range(1, len(events) + 1))
        told = [each.data["id"] for each in events if each.kind == "message" and each.data["role"] != "customer"]
        assert told == [each["id"] for each in now["messages"] if each["role"] != "customer"]


def try_interleavings(guest: Guest, runner: asyncio.Runner, examples: int, steps: int) -> Tally:
    """Run so many examples of so many steps at most; what was tried is told.

    Raises:
        AssertionError: a word was lost or invented, or somebody spoke who should not have.
    """
    Interleavings.guest, Interleavings.runner, Interleavings.tally = guest, runner, Tally()
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Interleavings, settings=chosen)
    return Interleavings.tally


def main() -> None:
    """The long run."""
    parser = argparse.ArgumentParser(description="Everybody works on one conversation at once, again and again.")
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=12, help="steps of an example, each of up to four acts at once")
    given = parser.parse_args()
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory(prefix="interleavings-") as folder:
        stack, begun = AsyncExitStack(), time.monotonic()
        guest = runner.run(stack.enter_async_context(open_guest(Path(folder), limits=OFTEN)))
        try:
            tally = try_interleavings(guest, runner, given.examples, given.steps)
        finally:
            runner.run(stack.aclose())
    seconds = time.monotonic() - begun
    print(
        f"{given.examples} examples, {tally.conversations} conversations, {tally.acts} acts, {tally.done} of them "
        f"done, in {seconds:.0f} s: no word lost, none invented, nobody spoke after a claim"
    )


if __name__ == "__main__":
    main()
