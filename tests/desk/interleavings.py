"""Claim, message, release, transfer, take over, whisper, close and automated turns in any order and at once.

.venv/bin/python -m tests.desk.interleavings --examples 10000     # the long run; prints how much was tried
.venv/bin/python -m tests.desk.interleavings --examples 2000 --replicas 2     # two replicas on one PostgreSQL
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from domain.conversation import Event
from domain.errors import Busy, NotFound
from domain.ids import ConversationId, TenantId
from router.memory.store import Store
from router.other_desks import DeskAgent, DeskNews, DeskPlace
from tests.cluster.postgres import running_postgres
from tests.house_guest import Guest, Json, Talk, open_guest
from tests.learnt import give_learnt

PEOPLE = ("representative", "representative_2")
AGENTS = ("Anna", "Boris")
"""Those who work at another desk that has the same conversations."""
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
FAREWELL, CLOSED = "has closed this conversation", {"status": "closed"}
OFTEN = {"requests_per_minute": 10**7, "messages_per_minute": 10**6}
"""Nobody is told to wait in these tests."""
UNKNOWN = "CV-00000000000000000000"
HELPDESK: Json = {
    "connectors": {
        "helpdesk": {
            "kind": "chatwoot",
            "url": "http://127.0.0.1:9",
            "account_id": "1",
            "inbox_id": "1",
            "api_token": "nobody listens there",
            "webhook_secret": "nobody listens there",
        }
    }
}
"""Another desk that cannot be told anything: what it tells is followed all the same."""
STRANDED, SOON, AWAY = "stranded-claims", {"claim_minutes": 1}, timedelta(minutes=5)
"""Whoever is not heard for three minutes counts as gone, and a minute later what they have is free again."""
_numbers = count(1)


class WallClock:
    """Tells the time; it can be put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


ACTS = st.one_of(
    st.tuples(st.just("says"), st.sampled_from(SAYINGS)),
    st.tuples(st.just("handoff"), st.just("channel")),
    st.tuples(st.just("claim"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("writes"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("to queue"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("to assistant"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("transfer"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("take over"), st.just("supervisor")),
    st.tuples(st.just("assign"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("note"), st.sampled_from((*PEOPLE, "supervisor"))),
    st.tuples(st.just("resolve"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("close"), st.just("channel")),
    st.tuples(st.just("several"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("several end"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("absent"), st.just("everybody")),
    st.tuples(st.sampled_from(("said", "assigned", "unassigned", "resolved", "reopened")), st.sampled_from(AGENTS)),
)
OFTENER = st.one_of(ACTS, ACTS.filter(lambda act: act[0] not in ("resolve", "resolved", "close")))
REFUSALS = {404, 409}
"""Not with people, or not theirs, or closed: the act did not happen, and says so."""


@dataclass
class Tally:
    """What was tried and what came of it."""

    acts: int = 0
    done: int = 0
    unanswered: int = 0
    conversations: int = 0


@dataclass
class Said:
    """The words that were accepted and those that were refused, each with a number of its own."""

    accepted: list[str] = field(default_factory=list[str])
    refused: list[str] = field(default_factory=list[str])


class Interleaving:
    """One conversation that everybody works on at once, to its end. After each step nothing is lost or invented."""

    def __init__(self, guest: Guest, talk: Talk, subjects: dict[str, str], tally: Tally, clock: WallClock) -> None:
        self.guest = guest
        self.clock = clock
        self.talk = talk
        self.subjects = subjects
        self.tally = tally
        self.said = Said()
        self._replicas = cycle(guest.replicas)

    async def act(self, acts: list[tuple[str, str]]) -> bool:
        """Do them, beginning at the same moment; says whether the conversation is over."""
        await asyncio.gather(*(self._do(kind, detail) for kind, detail in acts))
        now = await self.talk.look()
        self._see_words(now)
        self._see_who_spoke(await self._see_events(now))
        return now["status"] == "closed"

    async def _do(self, kind: str, detail: str) -> None:
        number, of = next(_numbers), f"/v1/conversations/{self.talk.id}"
        if detail in AGENTS:
            await self._do_elsewhere(kind, detail, f"From the other desk {number}.")
            return
        if kind == "absent":
            await self._go_away()
            return
        at, several = f"/v1/desk/{self.talk.id}", {"conversations": [self.talk.id, UNKNOWN]}
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
            "assign": ("supervisor", f"{at}/assign", {"person": self.subjects.get(detail, ""), "note": "yours"}),
            "several": (detail, "/v1/desk/bulk", {**several, "act": "release"}),
            "several end": (detail, "/v1/desk/bulk", {**several, "act": "resolve", "disposition": "done"}),
            "take over": (detail, f"{at}/takeover", {}),
            "note": (detail, f"{at}/notes", {"text": "for colleagues"}),
            "resolve": (detail, f"{at}/resolve", {"disposition": "done", "note": ""}),
        }[kind]
        answer = await self.guest.call(role, "POST", path, body)
        self._count(kind, words, answer)

    async def _go_away(self) -> None:
        """Nobody is heard for so long that what they have returns to its queue; then they are there again."""
        self.clock.ahead += AWAY
        await next(self._replicas).jobs.run(STRANDED)
        await _be_there(self.guest)
        self.tally.acts += 1
        self.tally.done += 1

    async def _do_elsewhere(self, kind: Any, name: str, words: str) -> None:
        """What the other desk tells is followed, or refused with a reason."""
        acts = next(self._replicas).connectors.desk_intake.acts
        place = DeskPlace("helpdesk", TenantId("northwind-fibre"))
        news = DeskNews(kind, DeskAgent(name, name), words if kind == "said" else "")
        try:
            refused = await acts.follow(place, ConversationId(self.talk.id), news, lambda _: None)
        except NotFound:
            refused = "not with people"
        except Busy:  # as a 503: the other desk's news are kept and tried again
            self.tally.acts += 1
            self.tally.unanswered += 1
            return
        self.tally.acts += 1
        self.tally.done += not refused
        if kind == "said":
            (self.said.refused if refused else self.said.accepted).append(words)

    def _count(self, kind: str, words: str, answer: httpx.Response) -> None:
        assert answer.is_success or answer.status_code in (*REFUSALS, 503), (kind, answer.status_code, answer.text)
        self.tally.acts += 1
        self.tally.done += answer.is_success
        if answer.status_code == 503:  # a machine with much else to do: whether it was done is not known
            self.tally.unanswered += 1
        elif kind in ("says", "writes"):
            (self.said.accepted if answer.is_success else self.said.refused).append(words)

    def _see_words(self, now: Json) -> None:
        """What was accepted stands there once, what was refused not at all."""
        texts = [each["text"] for each in now["messages"]]
        wrong = {each: texts.count(each) for each in self.said.accepted if texts.count(each) != 1}
        assert not wrong, wrong
        assert not [each for each in self.said.refused if each in texts]

    def _see_who_spoke(self, events: list[Event]) -> None:
        """From a claim on nobody speaks but people and the customer, until it is given back, or over.

        Whoever resolves it has the farewell said, which nothing follows.
        """
        claimed = False
        for each, after in zip(events, [*events[1:], None], strict=True):
            if each.kind == "message":
                role, text = each.data["role"], each.data["text"]
                if role == "system" and CLAIMED in text:
                    claimed = True
                elif (role == "system" and REQUEUED in text) or (role == "assistant" and TAKEN_BACK in text):
                    claimed = False
                elif role == "system" and FAREWELL in text:
                    assert after, events
                    assert after.data == CLOSED, events
                else:
                    assert not (claimed and role in ("assistant", "system")), events
                assert claimed or role != "representative", events
            elif (each.kind, each.data.get("state")) == ("handoff", "queued") or each.data == CLOSED:
                claimed = False

    async def _see_events(self, now: Json) -> list[Event]:
        """Whoever listens has heard it all: no event is missing, and each of our words is one."""
        events = await Store(self.guest.house.control.transactions).events_after(now["id"], 0)
        assert [each.id for each in events] == list(range(1, len(events) + 1))
        told = [each.data["id"] for each in events if each.kind == "message" and each.data["role"] != "customer"]
        assert told == [each["id"] for each in now["messages"] if each["role"] != "customer"]
        return events


@asynccontextmanager
async def open_desk(folder: Path, replicas: int = 1) -> AsyncIterator[tuple[Guest, WallClock]]:
    """A house whose desk has another desk beside it, and the clock by which people are missed.

    Several replicas share a PostgreSQL of their own, and get the requests in turn.
    """
    clock, shared = WallClock(), dict[str, str]()
    async with AsyncExitStack() as stack:
        if replicas > 1:
            shared = {"database_url": (await stack.enter_async_context(running_postgres(folder / "postgres.log"))).url}
        opening = open_guest(folder, replicas, clock, limits=OFTEN, conversation=SOON, **HELPDESK, **shared)
        yield await stack.enter_async_context(opening), clock


def try_interleavings(
    desk: tuple[Guest, WallClock], runner: asyncio.Runner, examples: int, steps: int, start: int = 0
) -> Tally:
    """Try so many conversations, each of so many steps at most and of up to four acts a step; what was tried is told.

    Raises:
        AssertionError: a word was lost or invented, or somebody spoke who should not have.
    """
    tally, (guest, clock) = Tally(), desk

    async def play(plan: list[list[tuple[str, str]]]) -> None:
        tally.conversations += 1
        talk = await guest.customer(f"C-{10_001 + (start + tally.conversations) % 1000}")
        played = Interleaving(guest, talk, await _be_there(guest), tally, clock)
        for acts in plan:
            if await played.act(acts):
                return

    @seed(start)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.lists(OFTENER, min_size=1, max_size=4), min_size=steps // 2, max_size=steps))
    def tried(plan: list[list[tuple[str, str]]]) -> None:
        runner.run(play(plan))

    tried()
    return tally


async def _be_there(guest: Guest) -> dict[str, str]:
    """Have both representatives at the desk; what each is called by the desk."""
    found: dict[str, str] = {}
    for each in PEOPLE:
        answer = await guest.call(each, "PUT", "/v1/desk/presence", {"status": "available", "name": each})
        assert answer.is_success, answer.text
    for each in (await guest.fetch("supervisor", "/v1/desk/presence"))["items"]:
        found[each["name"]] = each["subject"]
    return found


def _try_apart(examples: int, steps: int, start: int, replicas: int) -> Tally:
    """Try them in a house of their own."""
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory(prefix="interleavings-", dir=_memory()) as folder:
        give_learnt(Path(folder) / "cache")
        stack = AsyncExitStack()
        desk = runner.run(stack.enter_async_context(open_desk(Path(folder), replicas)))
        try:
            return try_interleavings(desk, runner, examples, steps, start)
        finally:
            runner.run(stack.aclose())


def _memory() -> str | None:
    """Where a house has no disk to wait for, if the machine has such a place."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def main() -> None:
    """The long run."""
    parser = argparse.ArgumentParser(description="Everybody works on one conversation at once, again and again.")
    parser.add_argument("--examples", type=int, default=10_000, help="so many conversations")
    parser.add_argument(
        "--steps", type=int, default=12, help="steps of a conversation, each of up to four acts at once"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="houses at work at the same time")
    parser.add_argument("--replicas", type=int, default=1, help="replicas of a house; several share a PostgreSQL")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other conversations")
    asked = parser.parse_args()
    shares = [asked.examples // asked.processes] * asked.processes
    shares[0] += asked.examples - sum(shares)
    seeds = [asked.seed + 100_003 * n for n in range(asked.processes)]
    begun = time.monotonic()
    with ProcessPoolExecutor(asked.processes, get_context("spawn")) as pool:
        tried = [
            pool.submit(_try_apart, share, asked.steps, start, asked.replicas)
            for share, start in zip(shares, seeds, strict=True)
            if share
        ]
        found = [each.result() for each in tried]
    seconds = time.monotonic() - begun
    conversations, acts, done, unanswered = (
        sum(getattr(each, name) for each in found) for name in ("conversations", "acts", "done", "unanswered")
    )
    print(
        f"{conversations} interleavings, {acts} acts, {done} of them done, {unanswered} not answered, "
        f"in {seconds:.0f} s: no word lost, none invented, nobody spoke after a claim"
    )


if __name__ == "__main__":
    main()
