"""What customers come for, and how they go about it: they ask again until they were told that it is done."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from tests.chaos.charges import LARGE, SMALL
from tests.cluster.front import Front, Json, NeverAnswered, Talk

REFUND, CREDIT, PAYMENT = "payments.refund_payment", "erp.apply_credit", "payments.take_payment"
TRIES = 8
AGAIN_S = 0.7
APPROVAL_S = 60


class Errand(StrEnum):
    """What a customer wants."""

    REFUND = "a refund"
    LARGE_REFUND = "a refund that a supervisor approves"
    CREDIT = "a credit"
    CREDIT_THEN_BILL = "a credit, then asks about a bill and says no more"
    BOTH = "a credit and to pay, and says yes to the first only"
    DECLINED = "a refund, and says no"


OPENINGS = {
    Errand.REFUND: "I was charged twice for my last bill, please refund one of them",
    Errand.LARGE_REFUND: "I was charged twice for my last bill, please refund one of them",
    Errand.CREDIT: "I want a credit for the outage",
    Errand.CREDIT_THEN_BILL: "I want a credit for the outage",
    Errand.BOTH: "I want a credit for the outage and I want to pay my bill",
    Errand.DECLINED: "I was charged twice for my last bill, please refund one of them",
}
ASKED = {each: CREDIT if "credit" in OPENINGS[each] else REFUND for each in Errand}
EXPECTED: dict[Errand, dict[str, list[int]]] = {
    Errand.REFUND: {"refunds": [SMALL]},
    Errand.LARGE_REFUND: {"refunds": [LARGE]},
    Errand.CREDIT: {"credits": [600]},
    Errand.CREDIT_THEN_BILL: {"credits": [600]},
    Errand.BOTH: {"credits": [600]},
    Errand.DECLINED: {},
}
"""What the business systems must show in the end, and nothing else."""


class Delivery(StrEnum):
    """How the network treats a yes."""

    ONCE = "once"
    TWICE_AT_ONCE = "to two replicas at once"
    TWO_IDS = "twice under two ids, to two replicas"
    AGAIN_LATER = "again later"


@dataclass
class Visit:
    """One customer with an errand."""

    customer_id: str
    errand: Errand
    delivery: Delivery
    front: Front
    rng: Random
    talks: list[Talk] = field(default_factory=list[Talk])
    done: bool = False
    problem: str = ""
    asked_for_yes: Callable[[], None] = lambda: None
    _texts: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def conversations(self) -> list[str]:
        """The ids of all conversations that it took."""
        return [talk.id for talk in self.talks]

    async def run(self) -> None:
        """Ask until it is done; several conversations are held where one ends with a person, or with an apology."""
        try:
            for _ in range(TRIES):
                talk = Talk(self.front, self.customer_id)
                self.talks.append(talk)
                await talk.open()
                if await self._try(talk) or await self._was_done_after_all():
                    self.done = True
                    return
                await asyncio.sleep(AGAIN_S)
            self.problem = f"{self.customer_id} asked {TRIES} times for {self.errand} in vain"
        except NeverAnswered as error:
            self.problem = f"{self.customer_id}: {error}"
        except (KeyError, TypeError, ValueError) as error:
            self.problem = f"{self.customer_id}: an answer was not as promised: {error!r}"

    @property
    def captured(self) -> list[int]:
        """What the payment system had taken from the customer before any of this."""
        return EXPECTED[self.errand].get("refunds", [SMALL])

    async def _was_done_after_all(self) -> bool:
        """An earlier conversation may have come to its end meanwhile: nobody asks twice for what was done."""
        if self.errand is Errand.DECLINED:
            return False
        return any([await self._is_done(talk) for talk in self.talks])

    async def look_back(self) -> None:
        """Send what was answered once more, to whichever replica: nothing may come of it."""
        for talk in self.talks:
            answered = list(talk.turns)
            self.rng.shuffle(answered)
            for name in answered[:2]:
                await talk.say(self._texts[name], name)

    async def _try(self, talk: Talk) -> bool:
        """Hold one conversation; whether the customer was told that it is done."""
        turn = await self._say(talk, OPENINGS[self.errand], "opening")
        if talk.pending_tool(turn) != ASKED[self.errand]:
            return False
        self.asked_for_yes()
        if self.errand is Errand.DECLINED:
            turn = await self._say(talk, "no", "no")
            return not _succeeded(turn, REFUND)
        turn = await self._say_yes(talk)
        if turn["status"] == "waiting_approval":
            return await self._approved(talk)
        if not await self._is_done(talk):
            return False
        if self.errand is Errand.CREDIT_THEN_BILL:
            await self._say(talk, "I want to pay my bill", "bill")
        if self.errand is Errand.CREDIT_THEN_BILL or self.delivery is Delivery.AGAIN_LATER:
            await self._say(talk, "yes", "yes")
        return True

    async def _say_yes(self, talk: Talk) -> Json:
        if self.delivery is Delivery.TWICE_AT_ONCE:
            return (await asyncio.gather(*(self._say(talk, "yes", "yes") for _ in range(2))))[0]
        if self.delivery is Delivery.TWO_IDS and self.errand is not Errand.BOTH:
            names = ("yes", "yes-again")
            return (await asyncio.gather(*(self._say(talk, "yes", name) for name in names)))[0]
        return await self._say(talk, "yes", "yes")

    async def _approved(self, talk: Talk) -> bool:
        """A supervisor approves, in one case of three at two replicas at once; whether it was done then."""
        listed = await self.front.ask("supervisor", "GET", "/v1/approvals?status=pending")
        mine = [item for item in listed.json()["items"] if item["conversation_id"] == talk.id]
        if mine:
            body = {"decision": "approve", "reason": "the charge is there twice"}
            both = 2 if self.rng.random() < 1 / 3 else 1
            path = f"/v1/approvals/{mine[0]['id']}"
            answers = await asyncio.gather(
                *(self.front.ask("supervisor", "POST", path, body) for _ in range(both)),
            )
            wrong = [one.status_code for one in answers if one.status_code not in (200, 409)]
            talk.problems += [f"{talk.id}: the approval was answered {status}" for status in wrong]
        return await self._until_done(talk)

    async def _until_done(self, talk: Talk) -> bool:
        """What was approved is done by whichever replica is up, within the time that a take-over may take."""
        for _ in range(APPROVAL_S * 2):
            if await self._is_done(talk):
                return True
            await asyncio.sleep(0.5)
        return False

    async def _is_done(self, talk: Talk) -> bool:
        return _succeeded(await talk.look(), ASKED[self.errand])

    def _say(self, talk: Talk, text: str, name: str) -> Awaitable[Json]:
        self._texts[name] = text
        return talk.say(text, name)


def _succeeded(shown: Json, tool: str) -> bool:
    return any(one["tool"] == tool and one["outcome"] == "succeeded" for one in shown["actions"])
