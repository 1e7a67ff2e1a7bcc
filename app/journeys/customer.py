"""A simulated customer: wants one thing, knows what a customer knows, and talks in their own language and manner.

It sees what a customer sees through a channel: replies, what is pending, and the status. It is rule-based and thrown by
dice that are handed to it, so that the same dice give the same customer.
"""

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_skeleton

from app.journeys.phrases import ByManner, load_phrases, load_usual_answers
from app.journeys.scenario import Manner, Variant
from domain.digest import digest

Json = dict[str, Any]
PATIENCE = 3
"""How often a customer says again what they want, and answers the same question."""
WRONG_CODE = "000000"
DETOURS: tuple[str, ...] = ("hesitates", "aside", "wrong_code", "corrects")
"""What a confused customer does instead of answering."""
ENGLISH_CHANNEL = 0.25
"""The share of customers who write their language on a channel that opens every conversation in English."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words; `{code}` in them stands for the code that was sent."""

    text: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The customer waits for somebody else to decide."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The customer has nothing more to say."""


Move = Utterance | Wait | Leave


@dataclass(frozen=True, slots=True)
class Trial:
    """One try of a variant. Trials begin with other words, and with other customers where a scenario names several."""

    variant: Variant
    number: int
    seed: int

    @property
    def customer_id(self) -> str:
        """Who tries."""
        customers = self.variant.scenario.customers
        return customers[self.shift % len(customers)]

    @property
    def shift(self) -> int:
        """Where this trial begins in what is taken in turn."""
        return random.Random(f"{self.seed}/{self.variant.id}").randrange(24) + self.number


class SimulatedCustomer:
    """One customer in one conversation that takes place `today`."""

    def __init__(self, trial: Trial, today: date) -> None:
        variant = trial.variant
        self._dice = random.Random(f"{trial.seed}/{variant.id}/{trial.number}")
        self._today = today
        self._variant = variant
        self._scenario = variant.scenario
        self._phrases = load_phrases(variant.language)
        self.customer_id = trial.customer_id
        self.locale = "en" if self._dice.random() < ENGLISH_CHANNEL else variant.locale
        openings = variant.openings
        self._openings = [openings[(trial.shift + place) % len(openings)] for place in range(PATIENCE)]
        self._tries = 0
        self._asked: dict[str, int] = {}
        self._detours = self._plan_detours()
        self._served = False
        self._done = False
        self._named_day = False
        self._thanked = False
        self._strayed = False
        self.refused: set[str] = set()

    def _plan_detours(self) -> list[str]:
        if self._variant.manner != "confused":
            return []
        return [*self._dice.sample(DETOURS, self._dice.choice((1, 1, 2))), "wrong_code"]

    def open(self) -> Utterance:
        """The first words."""
        return Utterance(self._wrap(self._wish()))

    def answer(self, turn: Json) -> Move:
        """What the customer says next, seeing a turn or the conversation."""
        self._served = self._served or f"{turn['specialist']}.{turn['procedure']}" == self._variant.journey
        self._done = self._done or any(
            each["outcome"] == "succeeded" for each in turn["actions"] if self._asked_for(each)
        )
        pending: Json | None = turn["pending"]
        if turn["status"] in ("with_representative", "closed"):
            return Leave()
        if pending is None:
            return self._go_on()
        if pending["kind"] == "approve":
            return Wait()
        times = self._count(pending)
        if times >= PATIENCE:
            return Leave()
        return Utterance(self._detour(pending) or self._reply(pending, times))

    def _go_on(self) -> Move:
        """Nothing is asked: say the wish again where it was not understood or got lost on a detour; else leave."""
        lost = self._strayed and bool(self._scenario.expects.writes) and not self._done
        if (lost or not self._served) and self._tries < PATIENCE:
            self._strayed = False
            return Utterance(self._wish())
        if self._variant.manner == "chatty" and not self._thanked:
            self._thanked = True
            return Utterance(self._pick(self._phrases.thanks))
        return Leave()

    def _count(self, pending: Json) -> int:
        """How often this very thing was asked before."""
        key = digest([pending["kind"], pending["tool"], pending["arguments"]])
        self._asked[key] = self._asked.get(key, 0) + 1
        return self._asked[key] - 1

    def _wish(self) -> str:
        """What the customer wants, in other words each time."""
        self._tries += 1
        return self._fill(self._openings[(self._tries - 1) % len(self._openings)])

    def _wrap(self, opening: str) -> str:
        """The opening as somebody of this manner says it."""
        before = self._pick(self._manner(self._phrases.before), "")
        after = self._pick(self._manner(self._phrases.after), "")
        end = "" if not after or opening.endswith((".", "?", "!", "।")) else "."
        return " ".join(part for part in (before, f"{opening}{end}", after) if part)

    def _detour(self, pending: Json) -> str:
        """What a confused customer says before they answer; empty where they answer."""
        kind, slot = pending["kind"], str(pending["arguments"].get("slot", ""))
        fits = {
            "hesitates": kind == "confirm" or (kind == "slot" and "text" not in pending["arguments"]["kinds"]),
            "aside": kind in ("confirm", "verify") or slot.startswith("time"),
            "wrong_code": kind == "verify",
            "corrects": kind == "confirm" and self._named_day,
        }
        chosen = next((each for each in self._detours if fits[each]), "")
        if not chosen:
            return ""
        self._detours = [each for each in self._detours if each != chosen]
        self._strayed = self._strayed or chosen == "aside"
        return self._go_astray(chosen)

    def _go_astray(self, detour: str) -> str:
        match detour:
            case "hesitates":
                return self._pick(self._phrases.hesitates)
            case "aside":
                others = [name for name in self._phrases.asides if name != self._variant.journey]
                return self._pick(self._phrases.asides[self._dice.choice(others)])
            case "corrects":
                day = self._fill(self._pick(self._phrases.answers["in_eight_days"]))
                return self._pick(self._phrases.corrects).format(words=day)
            case _:
                return WRONG_CODE

    def _reply(self, pending: Json, times: int) -> str:
        """The answer to what is asked; plain where the first answer was not understood."""
        manner: Manner = "plain" if times else self._variant.manner
        match pending["kind"]:
            case "confirm":
                wanted = self._wants(pending["tool"], pending["arguments"])
                return self._pick((self._phrases.yes if wanted else self._phrases.no)[manner])
            case "verify":
                return self._pick(self._phrases.code[manner])
            case _:
                return self._answer_slot(pending["arguments"], manner)

    def _wants(self, tool: str, arguments: Json) -> bool:
        """Whether this is what the customer came for, as far as they can tell from the question."""
        if tool in self._scenario.refuses:
            return False
        wanted = [write for write in self._scenario.expects.writes if write.tool == tool]
        return any(fits(self._filled(write.arguments), arguments) for write in wanted)

    def _asked_for(self, action: Json) -> bool:
        return action["tool"] in {write.tool for write in self._scenario.expects.writes}

    def _answer_slot(self, question: Json, manner: Manner) -> str:
        slot, kinds = re.sub(r"_\d+$", "", str(question["slot"])), question["kinds"]
        if slot == "journey":
            return self._choose_journey(question["choices"])
        if slot == "identity":
            return self.customer_id
        own = self._scenario.answers.get(slot) or load_usual_answers().get(slot)
        if isinstance(own, dict):
            return self._fill(own[self._variant.language])
        name = own or self._guess(kinds)
        if name in ("yes", "no"):
            return self._pick((self._phrases.yes if name == "yes" else self._phrases.no)[manner])
        self._named_day = self._named_day or slot == "day"
        words = self._fill(self._pick(self._phrases.answers[name] if name else self._phrases.unsure))
        around = self._pick(self._phrases.around.get(manner, []), "{words}")
        return words if name == "story" else around.format(words=words)

    def _guess(self, kinds: list[str]) -> str:
        """An answer to a question that nobody foresaw: no, the first, or not sure."""
        return {"yes_no": "no", "choice": "first", "date": "in_six_days"}.get(kinds[0] if kinds else "", "")

    def _choose_journey(self, offered: list[str]) -> str:
        """Which of two journeys was meant: the place of the right one, or the wish in other words."""
        if self._variant.journey not in offered:
            return self._wish()
        if len(offered) == 1:
            return self._pick(self._phrases.yes["plain"])
        return self._pick(self._phrases.answers[("first", "second")[offered.index(self._variant.journey)]])

    def _manner(self, by_manner: ByManner) -> list[str]:
        return by_manner.get(self._variant.manner, [])

    def _pick(self, phrases: list[str], otherwise: str | None = None) -> str:
        if not phrases and otherwise is not None:
            return otherwise
        return self._dice.choice(phrases)

    def _fill(self, text: str) -> str:
        """The text with the customer's own number, a test card's number, and with days by their date."""
        text = text.replace("{n}", self.customer_id.partition("-")[2]).replace("{card}", "4242" * 4)
        return re.sub(r"\{date\+(\d+)\}", lambda found: self._date(int(found.group(1))), text)

    def _date(self, days: int) -> str:
        return format_skeleton("MMMMd", self._today + timedelta(days=days), locale=self._variant.locale)

    def _filled(self, arguments: Json) -> Json:
        return fill(arguments, self.customer_id)


def fill(arguments: Json, customer_id: str) -> Json:
    """Arguments with the customer's number in place of `{n}`."""
    number = customer_id.partition("-")[2]
    return {key: value.replace("{n}", number) if isinstance(value, str) else value for key, value in arguments.items()}


def fits(wanted: Json, arguments: Json) -> bool:
    """Whether arguments are those that are wanted; the others do not matter."""
    return all(arguments.get(name) == value for name, value in wanted.items())
