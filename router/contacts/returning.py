"""Meeting a customer who was here before: what they hear of it, and what can be gone on with."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from agents.specialist import Saying
from domain.calls import ToolCall
from domain.ids import CallId
from domain.understanding import Understanding
from router.casework import RESPOND, Casework
from router.memory.contact import Contact, known_as
from router.memory.state import Earlier, Ending, Memory, TurnState, Wish
from router.routing import Thresholds, find_wishes
from router.services import Services, context_of
from understanding.dialogue.churn import find_churn_signs
from understanding.dialogue.returning import Return, find_return, says_all_is_well, says_it_works_again

FRESH = timedelta(minutes=2)
"""A contact this recent goes without saying: the customer has it before their eyes."""
CHECKED = timedelta(days=7)
"""For how long a first message may be the answer to a check that was sent."""
TOLD = ("open", "approval", "person", "settled")
MANNERS = ("greeting", "thanks", "goodbye")
NEWS = ("news", "any_news")
TRACK = "billing.track_refund"
"""The journey that tells where a refund is."""
MONEY_BACK = ("billing.request_refund", "billing.refund_duplicate_charge", "billing.dispute_charge", TRACK)
REJECTED = "approval_rejected"
"""The reply with which a journey ends that a supervisor turned down."""
AGAIN = "again"
"""The sign of a customer who has to ask once more."""
MENDED = ("troubleshooting", "scheduling")
"""Specialists after whose journeys "it works again" needs no answer but a kind word."""
BRIEF = 9
"""Words within which "it works" says nothing else."""
Met = tuple[TurnState, str]
"""The turn, and the node that goes on; no node where the message is still to be routed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message in the light of earlier contacts."""

    words: Understanding
    wishes: tuple[Wish, ...]
    kind: Return
    manner: str

    @property
    def subjects(self) -> set[str]:
        """What it asks for."""
        return {wish.intent for wish in self.wishes}


class Returning:
    """Looks at a message before it is routed. Nothing is taken over from an earlier conversation unasked."""

    def __init__(self, services: Services, casework: Casework) -> None:
        self._services = services
        self._casework = casework

    async def meet(self, turn: TurnState, words: Understanding, thresholds: Thresholds) -> Met:
        """Answer what speaks of an earlier contact; a message with a wish of its own goes on as it is."""
        memory = turn.memory
        heard = _hear(turn, words, thresholds)
        if memory.earlier is not None and memory.offers_earlier:
            return self._answered(turn, heard, memory.earlier)
        if memory.current or memory.identification or memory.options:
            return turn, ""
        met = self._asked_before(turn, heard)
        if not met[1] and says_it_works_again(words.text):
            met = turn.say("check_well"), RESPOND
        if met[1]:
            return met
        if turn.contacts:
            met = self._first(turn, heard, turn.contacts)
            turn = met[0]
            if met[1]:
                return met
        elif heard.kind == "resume" and memory.earlier is not None:
            return _resume(turn, memory.earlier)
        met = await self._cases(turn, heard)
        return met if met[1] or heard.wishes else self._own_up(met[0], heard)

    def _own_up(self, turn: TurnState, heard: Heard) -> Met:
        """What wishes nothing by itself: that it works again, that nobody helped so far, whether there is any news."""
        if _works_again(turn.memory, heard):
            return turn.say("check_well"), RESPOND
        if heard.kind in NEWS:
            return turn.say("nothing_waits"), RESPOND
        if AGAIN in find_churn_signs(heard.words.text):
            contact = self._facts(turn, turn.contacts[0])["contact"] if turn.contacts else ""
            return turn.say("sorry_again", "", contact=contact), RESPOND
        return turn, ""

    def _asked_before(self, turn: TurnState, heard: Heard) -> Met:
        """The answer to a check, or the news of what was asked for."""
        met = self._news(turn, heard) if heard.kind in NEWS or TRACK in heard.subjects else (turn, "")
        check = _open_check(turn)
        return self._check(turn, heard, check) if check and not met[1] else met

    def _news(self, turn: TurnState, heard: Heard) -> Met:
        """How it stands with what waits for a supervisor or was turned down, here or elsewhere; none is begun again."""
        for chain in turn.memory.parked:
            pending = chain[-1].pending
            if pending is not None and pending.kind == "approve":
                topic = self._services.catalogue.title(chain[0].procedure, self._services.voice(turn), "about")
                return turn.say("approval_still_waits", "", topic=topic), RESPOND
        waiting = next((each for each in turn.contacts if each.standing == "approval"), None)
        if waiting:
            return self._tell(turn, waiting).say("anything_else"), RESPOND
        return self._turned_down(turn) or self._track(turn, heard)

    def _turned_down(self, turn: TurnState) -> Met | None:
        """That a supervisor did not approve what was asked for last."""
        closing = turn.memory.parting
        ended = closing.subject
        if ended is not None and ended.reply == REJECTED and ended.procedure in MONEY_BACK:
            return turn.say(REJECTED), RESPOND
        last = turn.contacts[0] if turn.contacts and ended is None else None
        if last is not None and last.standing == "rejected" and last.subject in MONEY_BACK:
            return self._tell(turn, last).say("anything_else"), RESPOND
        return None

    def _track(self, turn: TurnState, heard: Heard) -> Met:
        """Where the refund is, for whoever asks for news of one: no new one is begun."""
        ended = turn.memory.parting.subject
        before = ended.procedure if ended else turn.contacts[0].subject if turn.contacts else ""
        asks_again = heard.kind == "news" and heard.subjects.intersection(MONEY_BACK) - {TRACK}
        about_it = before in MONEY_BACK and heard.kind in NEWS
        if (asks_again or about_it) and self._services.catalogue.procedure(TRACK) is not None:
            return self._casework.begin(turn, (Wish(TRACK, heard.words.text, heard.words.entities),))
        return turn, ""

    def _first(self, turn: TurnState, heard: Heard, contacts: tuple[Contact, ...]) -> Met:
        """The first message of somebody who was here before."""
        unfinished = next((contact for contact in contacts if contact.standing == "open"), None)
        if unfinished is not None:
            earlier = Earlier(unfinished.conversation_id, unfinished.subject)
            turn = turn.remember(replace(turn.memory, earlier=earlier))
            if heard.kind == "resume":
                return _resume(turn, earlier)
            own = heard.subjects - {unfinished.subject}
            greets = heard.manner == "greeting" and not _is_fresh(turn, unfinished)
            if not own and (heard.kind in ("refer", "case") or greets):
                return self._offer(turn, unfinished, earlier)
        if heard.wishes:
            return self._mention(turn, heard, contacts), ""
        if heard.kind in ("resume", "refer"):
            best = next((contact for contact in contacts if contact.standing in TOLD), contacts[0])
            return self._tell(turn, best).say("anything_else"), RESPOND
        return turn, ""

    def _offer(self, turn: TurnState, contact: Contact, earlier: Earlier) -> Met:
        turn = turn.remember(replace(turn.memory, earlier=replace(earlier, offered=True)))
        return turn.say("offer_earlier", "", **self._facts(turn, contact)), RESPOND

    def _answered(self, turn: TurnState, heard: Heard, earlier: Earlier) -> Met:
        """The answer to whether to go on; whatever is neither yes nor no is routed as it is."""
        turn = turn.remember(replace(turn.memory, earlier=replace(earlier, offered=False)))
        if heard.words.answer == "yes" or heard.kind == "resume" or earlier.subject in heard.subjects:
            return _resume(turn, earlier)
        if heard.words.answer == "no" and not heard.wishes:
            return turn.remember(replace(turn.memory, earlier=None)).say("offer_declined"), RESPOND
        return turn, ""

    def _mention(self, turn: TurnState, heard: Heard, contacts: tuple[Contact, ...]) -> TurnState:
        """At most one sentence about an earlier contact: of the same subject, else one that is still open."""
        told = [each for each in contacts if each.standing in TOLD and not _is_fresh(turn, each)]
        same = [each for each in told if each.subject in heard.subjects]
        found = same or [each for each in told if each.standing == "open"]
        return self._tell(turn, found[0]) if found else turn

    def _tell(self, turn: TurnState, contact: Contact) -> TurnState:
        return turn.say("earlier_state", "", standing=contact.standing, **self._facts(turn, contact))

    def _facts(self, turn: TurnState, contact: Contact) -> dict[str, Any]:
        """What is said of a contact: when, how and what about, in the customer's words."""
        voice = self._services.voice(turn)
        days = (turn.now.date() - contact.at.date()).days
        facts = {"days": days, "at": contact.at.isoformat(), "channel": contact.channel}
        topic = self._services.catalogue.title(contact.subject, voice, "about")
        return {"contact": self._services.catalogue.word(Saying("earlier_contact", {**facts, "topic": topic}), voice)}

    def _check(self, turn: TurnState, heard: Heard, procedure: str) -> Met:
        """The answer to a check that was sent: good to hear, or the journey once more."""
        well = says_all_is_well(heard.words.text)
        answer = {"yes": True, "no": False}.get(heard.words.answer, well)
        other = heard.wishes and heard.wishes[0].intent.partition(".")[0] != procedure.partition(".")[0]
        if answer is None or other or heard.manner:
            return turn, ""
        parting = replace(turn.memory.parting, check="")
        turn = turn.remember(replace(turn.memory, parting=parting))
        if answer:
            ending = Ending(procedure, "resolved", "check_well")
            return turn.remember(replace(turn.memory, parting=parting.ends(ending))).say("check_well"), RESPOND
        wish = Wish(procedure, heard.words.text, heard.words.entities)
        return self._casework.begin(turn.say("check_unwell"), (wish,))

    async def _cases(self, turn: TurnState, heard: Heard) -> Met:
        """Open cases on the customer's record, where they ask for theirs or only greet."""
        asks = heard.kind in ("case", "any_news")
        greets = heard.manner == "greeting" and _is_first(turn)
        if not (asks or greets) or not known_as(turn.memory.customer) or turn.memory.partner:
            return turn, ""
        cases = await self._open_cases(turn)
        if cases:
            turn = turn.say("open_cases", "", cases=cases)
            return (turn.say("anything_else") if asks else turn.say("greeting")), RESPOND
        return (turn.say("no_open_cases"), RESPOND) if heard.kind == "case" and not heard.wishes else (turn, "")

    async def _open_cases(self, turn: TurnState) -> list[dict[str, Any]]:
        """Number, day and known reason of each open case; what people wrote into it is not repeated."""
        arguments = {"customer_id": known_as(turn.memory.customer)}
        call = ToolCall(CallId(f"{turn.turn_id}/cases"), "crm.list_cases", arguments)
        result = await self._services.gate.call(context_of(turn, "router"), call)
        items: list[dict[str, Any]] = (
            result.outcome.data["items"] if result.outcome and result.outcome.succeeded else []
        )
        names = ("case_id", "reason", "opened_at")
        return [{name: item[name] for name in names} for item in items if item["status"] == "open"][:3]


def _hear(turn: TurnState, words: Understanding, thresholds: Thresholds) -> Heard:
    top = words.intents[0] if words.intents else None
    manner = top.name if top and top.name in MANNERS and top.confidence >= thresholds.route else ""
    return Heard(words, find_wishes(turn.memory, words, thresholds), find_return(words.text), manner)


def _open_check(turn: TurnState) -> str:
    """The procedure of a check that was sent last, here or in the customer's newest contact."""
    newest = turn.contacts[0] if turn.contacts else None
    if newest is not None and newest.standing == "check" and turn.now - newest.at <= CHECKED:
        return newest.subject
    return turn.memory.parting.check


def _resume(turn: TurnState, earlier: Earlier) -> Met:
    """Have the turn go on with the earlier conversation; that takes its lock, which no node of the graph may."""
    turn = turn.remember(replace(turn.memory, earlier=None))
    return replace(turn, resuming=earlier.conversation_id), RESPOND


def _works_again(memory: Memory, heard: Heard) -> bool:
    """Whether a short message only says that what was seen to is well."""
    subject = memory.parting.subject
    seen_to = subject is not None and subject.procedure.partition(".")[0] in MENDED
    brief = len(heard.words.text.split()) <= BRIEF and "?" not in heard.words.text
    return seen_to and brief and says_all_is_well(heard.words.text) is True


def _is_fresh(turn: TurnState, contact: Contact) -> bool:
    return turn.now - contact.at < FRESH


def _is_first(turn: TurnState) -> bool:
    return sum(1 for role, _ in turn.memory.window if role == "customer") == 1
