"""One trial: a simulated customer talks to a house until they leave, and the judge looks at what is there then."""

import time
from dataclasses import dataclass
from typing import Any

from app.journeys.customer import Leave, Say, SimulatedCustomer, Trial, Wait
from app.journeys.house import MOMENT, JourneyError, TrialHouse
from app.journeys.judge import Evidence, judge

Json = dict[str, Any]
MOST_MESSAGES = 24
HELLO = "Hello, I have read everything. I take care of it."
"""What a representative says who takes a conversation over."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a trial; `missed` is empty where it passed."""

    variant: str
    number: int
    customer_id: str
    missed: tuple[str, ...]
    transcript: tuple[tuple[str, str], ...]
    record: tuple[str, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether the customer was served."""
        return not self.missed


class Conversation:
    """One conversation as it is played: the customer's moves, and the people that a scenario brings in."""

    def __init__(self, house: TrialHouse, trial: Trial) -> None:
        self._house = house
        self._scenario = trial.variant.scenario
        self.customer = SimulatedCustomer(trial, MOMENT.date())
        self.id = ""

    async def play(self) -> None:
        """Talk until the customer leaves.

        Raises:
            JourneyError: the house answered with a problem.
        """
        who = {"id": self.customer.customer_id, "auth_level": self._scenario.auth_level}
        known = None if self._scenario.auth_level == "anonymous" else who
        opening = {"channel": self._scenario.channel, "customer": known, "locale": self.customer.locale}
        self.id = (await self._house.call("channel", "POST", "/v1/conversations", opening))["id"]
        turn = await self._say(self.customer.open())
        for _ in range(MOST_MESSAGES):
            if turn["status"] == "with_representative" and self._scenario.representative:
                await self._take_over()
                return
            match self.customer.answer(turn):
                case Say() as words:
                    turn = await self._say(words)
                case Wait():
                    if not self._scenario.supervisor:
                        return
                    turn = await self._decide()
                case Leave():
                    return

    async def _say(self, words: Say) -> Json:
        code = await self._house.code_of(self.customer.customer_id) if "{code}" in words.text else ""
        return await self._house.send(self.id, words.text.replace("{code}", code))

    async def _decide(self) -> Json:
        """The supervisor looks at what waits, and decides as the scenario says."""
        items = (await self._house.call("supervisor", "GET", "/v1/approvals?status=pending"))["items"]
        item = next((each for each in items if each["conversation_id"] == self.id), None)
        if item is None:
            raise JourneyError("the conversation waits for an approval that no supervisor can see")
        decision = {"decision": self._scenario.supervisor, "reason": "looked into it"}
        await self._house.call("supervisor", "POST", f"/v1/approvals/{item['id']}", decision)
        return await self.look()

    async def _take_over(self) -> None:
        """A representative claims the conversation, answers, and hands it back or closes it."""
        desk = f"/v1/desk/{self.id}"
        await self._house.call("representative", "POST", f"{desk}/claim", {})
        await self._house.call("representative", "POST", f"{desk}/messages", {"text": HELLO})
        if self._scenario.representative == "release":
            await self._house.call("representative", "POST", f"{desk}/release", {"to": "assistant"})
        else:
            done = {"disposition": "solved", "note": "done by hand"}
            await self._house.call("representative", "POST", f"{desk}/resolve", done)

    async def look(self) -> Json:
        """The whole conversation."""
        return await self._house.call("channel", "GET", f"/v1/conversations/{self.id}")


async def play(house: TrialHouse, trial: Trial) -> Result:
    """Play a trial and judge it. Afterwards the house is as before, but for its record; a failing house fails it."""
    began = time.perf_counter()
    conversation, stuck = Conversation(house, trial), ""
    try:
        await conversation.play()
    except JourneyError as error:
        stuck = str(error)
    evidence = await gather_evidence(house, conversation, stuck)
    missed = judge(trial.variant, evidence)
    return Result(
        variant=trial.variant.id,
        number=trial.number,
        customer_id=conversation.customer.customer_id,
        missed=missed,
        transcript=tuple((each["role"], each["text"]) for each in evidence.conversation.get("messages", [])),
        record=tuple(_line(each) for each in evidence.journal if each["kind"] != "intent"),
        seconds=time.perf_counter() - began,
    )


async def gather_evidence(house: TrialHouse, conversation: Conversation, stuck: str) -> Evidence:
    """Everything that the judge looks at; the house is put back as it was."""
    kinds = {tool: known.get("kind", "write") for tool, known in house.tools.items()}
    who = conversation.customer.customer_id
    if not conversation.id:
        return Evidence(who, {}, [], {}, house.restore(), kinds, stuck)
    path = f"/v1/conversations/{conversation.id}/journal"
    journal = (await house.call("auditor", "GET", path))["items"]
    verification = await house.call("auditor", "GET", "/v1/journal/verify")
    found = await conversation.look()
    return Evidence(who, found, journal, verification, house.restore(), kinds, stuck)


def _line(entry: Json) -> str:
    """A line of the record, short."""
    what = " ".join(word for word in (entry["kind"], entry["tool"], entry["effect"], entry["outcome"]) if word)
    return f"{what}: {entry['rationale']}" if entry["rationale"] else what
