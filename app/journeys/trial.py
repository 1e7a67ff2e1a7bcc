"""One trial: a simulated customer talks to the application until they leave; the judge looks at what is there then."""

import time
from dataclasses import dataclass
from typing import Any

from app.journeys.application import MOMENT, JourneyError, TrialApplication
from app.journeys.customer import Leave, SimulatedCustomer, Trial, Utterance, Wait
from app.journeys.judge import UNWANTED, TrialEvidence, judge
from app.journeys.rewording import RewordedCustomer, RewordedTrial

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

    @property
    def harmed(self) -> bool:
        """Whether something was done that the customer did not ask for."""
        return any(each.startswith(UNWANTED) for each in self.missed)


def customer_of(trial: Trial) -> SimulatedCustomer:
    """Who talks in this trial: with the project's words, or with strangers'."""
    reworded = isinstance(trial, RewordedTrial)
    return RewordedCustomer(trial, MOMENT.date()) if reworded else SimulatedCustomer(trial, MOMENT.date())


class PlayedConversation:
    """One conversation as it is played: the customer's moves, and the people that a scenario brings in."""

    def __init__(self, application: TrialApplication, trial: Trial) -> None:
        self._application = application
        self._scenario = trial.variant.scenario
        self.customer = customer_of(trial)
        self.id = ""

    async def play(self) -> None:
        """Talk until the customer leaves.

        Raises:
            JourneyError: the application answered with a problem.
        """
        who = {"id": self.customer.customer_id, "auth_level": self._scenario.auth_level}
        known = None if self._scenario.auth_level == "anonymous" else who
        opening = {"channel": self._scenario.channel, "customer": known, "locale": self.customer.locale}
        self.id = (await self._application.call("channel", "POST", "/v1/conversations", opening))["id"]
        turn = await self._say(self.customer.open())
        for _ in range(MOST_MESSAGES):
            if turn["status"] == "with_representative" and self._scenario.representative:
                await self._take_over()
                return
            match self.customer.answer(turn):
                case Utterance() as words:
                    turn = await self._say(words)
                case Wait():
                    if not self._scenario.supervisor:
                        return
                    turn = await self._decide()
                case Leave():
                    return

    async def _say(self, words: Utterance) -> Json:
        code = await self._application.code_of(self.customer.customer_id) if "{code}" in words.text else ""
        return await self._application.send(self.id, words.text.replace("{code}", code))

    async def _decide(self) -> Json:
        """The supervisor looks at what waits, and decides as the scenario says."""
        items = (await self._application.call("supervisor", "GET", "/v1/approvals?status=pending"))["items"]
        item = next((each for each in items if each["conversation_id"] == self.id), None)
        if item is None:
            raise JourneyError("the conversation waits for an approval that no supervisor can see")
        decision = {"decision": self._scenario.supervisor, "reason": "looked into it"}
        await self._application.call("supervisor", "POST", f"/v1/approvals/{item['id']}", decision)
        return await self.look()

    async def _take_over(self) -> None:
        """A representative claims the conversation, answers, and hands it back or closes it."""
        desk = f"/v1/desk/{self.id}"
        await self._application.call("representative", "POST", f"{desk}/claim", {})
        await self._application.call("representative", "POST", f"{desk}/messages", {"text": HELLO})
        if self._scenario.representative == "release":
            await self._application.call("representative", "POST", f"{desk}/release", {"to": "assistant"})
        else:
            done = {"disposition": "solved", "note": "done by hand"}
            await self._application.call("representative", "POST", f"{desk}/resolve", done)

    async def look(self) -> Json:
        """The whole conversation."""
        return await self._application.call("channel", "GET", f"/v1/conversations/{self.id}")


async def play(application: TrialApplication, trial: Trial) -> Result:
    """Play a trial and judge it. Afterwards all is as before but for the record; a failing application fails it."""
    began = time.perf_counter()
    conversation, stuck = PlayedConversation(application, trial), ""
    try:
        await conversation.play()
    except JourneyError as error:
        stuck = str(error)
    evidence = await gather_evidence(application, conversation, stuck)
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


async def gather_evidence(application: TrialApplication, conversation: PlayedConversation, stuck: str) -> TrialEvidence:
    """Everything that the judge looks at; the application is put back as it was."""
    kinds = {tool: known.get("kind", "write") for tool, known in application.tools.items()}
    who, refused = conversation.customer.customer_id, frozenset(conversation.customer.refused)
    if not conversation.id:
        return TrialEvidence(who, {}, [], {}, application.restore(), kinds, stuck, refused, application.elsewhere)
    path = f"/v1/conversations/{conversation.id}/journal"
    journal = (await application.call("auditor", "GET", path))["items"]
    verification = await application.call("auditor", "GET", "/v1/journal/verify")
    found = await conversation.look()
    changes = application.restore()
    return TrialEvidence(who, found, journal, verification, changes, kinds, stuck, refused, application.elsewhere)


def _line(entry: Json) -> str:
    """A line of the record, short."""
    what = " ".join(word for word in (entry["kind"], entry["tool"], entry["effect"], entry["outcome"]) if word)
    return f"{what}: {entry['rationale']}" if entry["rationale"] else what
