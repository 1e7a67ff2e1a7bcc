"""A customer whose case a person closed hears what was done and is asked whether it helped; the answer still counts."""

from dataclasses import replace
from datetime import datetime

from agents.specialist import Saying
from domain.conversation import Status, Turn
from domain.ids import TurnId
from domain.record import Note
from router.formatters import formatter_of
from router.memory.contact import known_as
from router.memory.follow_up import RATING
from router.memory.state import Memory
from router.memory.store import Change, Stored, StoredTurn
from router.parting import CONTENT, HELPED, ClosingContext, owe, score_of
from router.services import Services
from understanding.reader import ReadContext
from understanding.screening.secrets import screen

PROCEDURE = "handoff.talk_to_person"
UNASKED = ("sensitive_topic", "vulnerable_customer")
"""Why a conversation came after which nobody is asked whether it helped."""
_A_WISH = 0.6
"""How sure it has to be that a message wishes for something of its own: then it is no answer."""


class ClosingAnswers:
    """Asks at the end of a person's work whether it helped, and takes the answer in although it is over."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def ask(self, change: Change, name: str, at: datetime) -> Change:
        """The change with what was done for the customer and the question, before it is closed.

        `name` is what customers call who closes it. A partner agent is asked nothing, nor is whoever came for a reason
        after which it would hurt.
        """
        row, handoff = change.row, change.row.memory.handoff
        if row.memory.partner or handoff is None:
            return change
        voice, catalogue = self._services.voice_for(row.tenant, row.memory, row.channel), self._services.catalogue
        done = catalogue.past_phrases(((each.tool, each.facts) for each in row.memory.parting.done), voice)
        asked = handoff.reason not in UNASKED
        sayings = [Saying("summary", {"done": done})] if done else []
        sayings.append(Saying("closed_by_person", {"name": name, "asked": asked}, PROCEDURE))
        text = "\n\n".join(catalogue.word(each, voice) for each in sayings)
        memory = replace(row.memory, parting=replace(row.memory.parting, asked=asked))
        change = replace(change, row=replace(row, memory=memory))
        return self._services.append_spoken(change, "system", text, at)

    def score(self, row: Stored, text: str, now: datetime) -> int | None:
        """What a message to a closed conversation says to that question, 1 to 5; None where it says something else."""
        if row.status is not Status.CLOSED or not row.memory.parting.asked:
            return None
        memory = row.memory
        timezone = memory.profile.timezone if memory.profile else "UTC"
        context = ReadContext(timezone=timezone, currency=self._services.currencies[row.tenant], said="more")
        words = screen(formatter_of(row.channel).hear(text), memory.digits).text
        heard = self._services.reader.read(words, locale=memory.locale, pending=None, now=now, context=context)
        if heard.wants_person or any("." in each.name and each.confidence >= _A_WISH for each in heard.intents):
            return None
        praise = heard.sentiment >= 0 and any(each.name == "thanks" for each in heard.intents[:1])
        return score_of(heard) or (HELPED if praise else None)

    def take(self, change: Change, turn: StoredTurn) -> tuple[Change, Note]:
        """The change with the answer kept and owed to the customer's record, what they hear, and the record's line."""
        row, score = change.row, int(turn.request["score"])
        row = replace(row, memory=answered(row.memory))
        change = replace(change, row=row, rating={"id": turn.id, "score": score, "comment": "", "at": turn.at})
        customer = known_as(row.memory.customer)
        if customer and not row.memory.partner:
            scene = ClosingContext(row.tenant, row.id, turn.at, TurnId(turn.id))
            change = replace(change, follow_ups=(owe(scene, customer, RATING, {"score": score}),))
        voice = self._services.voice_for(row.tenant, row.memory, row.channel)
        saying = Saying("feedback_thanks") if score >= CONTENT else Saying("did_not_help", {}, PROCEDURE)
        change = self._services.append_spoken(change, "system", self._services.catalogue.word(saying, voice), turn.at)
        said = tuple(each for each in change.messages if each.role != "customer")
        change = replace(change, turn=Turn(row.id, TurnId(turn.id), Status.CLOSED, messages=said))
        told = f"After the end the customer rated the conversation {score} of 5."
        return change, Note(row.id, TurnId(turn.id), row.tenant, "note", told)


def answered(memory: Memory) -> Memory:
    """The memory once it was said whether it helped: another answer is none."""
    return replace(memory, parting=replace(memory.parting, asked=False))
