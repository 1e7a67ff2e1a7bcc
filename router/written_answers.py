"""Somebody who waits for a person and does not stay: their case keeps its place, and the answer is written to them."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from agents.specialist import Saying
from domain.calls import CallContext, ToolCall
from domain.conversation import AnswerBy
from domain.ids import CallId, TurnId
from domain.masking import mask_email, mask_phone
from domain.principal import Agent, Principal
from router.formatters.outgoing.segments import simplified, split
from router.formatters.sms import MOST_SEGMENTS
from router.memory.contact import known_as
from router.memory.follow_up import WRITTEN_ANSWER
from router.memory.store import Change, Store
from router.outcome import handoff_news
from router.parting import ClosingContext, owe
from router.services import Services
from understanding.dialogue.answers import read_answer
from understanding.entities.identifiers import find_identifiers
from understanding.leaving.hearing import AnswerWay

PROCEDURE = "handoff.talk_to_person"
OWN_WAY = ("email", "sms", "whatsapp")
"""Channels whose customers need not stay: the answer finds them anyway."""
LONGEST_MAIL = 3900
"""Characters of one mail: what the CRM takes, with a little room."""
Way = Literal["email", "sms"]
_ON_FILE: dict[Way, str] = {"email": "email", "sms": "phone"}
"""What the CRM calls the address or number of each way. Nothing else is written to: these are proven."""


class WrittenAnswers:
    """Agrees with somebody who waits on how they are answered. What is said is what is on file, masked."""

    def __init__(self, services: Services, store: Store) -> None:
        self._services = services
        self._store = store

    async def hear(self, change: Change, at: datetime, text: str) -> Change | None:
        """The change with the answer's way agreed or asked for; None where the message says no such thing."""
        row = change.row
        way = self._wanted(row.channel, row.memory.offered_way, text)
        change = replace(change, row=replace(row, memory=replace(row.memory, offered_way="")))
        if not way:
            return None if not row.memory.offered_way else self._declined(change, at, text)
        known = await self._on_file(change)
        if not known:
            return self._say(change, at, "answer_stays_here", {})
        by: Way = way if way != "any" and way in known else next(iter(known))
        facts: dict[str, Any] = {"to": _masked(by, known[by]), "by": by, "wanted": way}
        if way != by:
            memory = replace(change.row.memory, offered_way=by)
            return self._say(replace(change, row=replace(change.row, memory=memory)), at, "offer_written_answer", facts)
        facts["other"] = _names_other(text, by, known[by], self._services.currencies[row.tenant])
        change = await self._agree(change, by, facts["to"])
        return self._say(change, at, "answered_in_writing", facts)

    def _wanted(self, channel: str, offered: AnswerBy, text: str) -> AnswerWay:
        way = self._services.reader.leaving.hear(text)
        if channel == way or (way == "any" and channel in OWN_WAY):
            return ""
        return offered if not way and offered and read_answer(text, None, ()).answer == "yes" else way

    def _declined(self, change: Change, at: datetime, text: str) -> Change | None:
        no = read_answer(text, None, ()).answer == "no"
        return self._say(change, at, "answer_stays_here", {"declined": True}) if no else None

    async def _on_file(self, change: Change) -> dict[Way, str]:
        """The customer's address and number, mail first; empty where none is known or the CRM does not say."""
        row, customer = change.row, known_as(change.row.memory.customer)
        if not customer or row.memory.partner:
            return {}
        principal = Principal(row.tenant, row.memory.customer, Agent("handoff", procedure=PROCEDURE))
        context = CallContext(row.id, TurnId(""), principal, row.channel, row.memory.locale, formats=row.memory.formats)
        call = ToolCall(CallId(f"{row.id}/{row.messages}/on_file"), "crm.get_customer", {"customer_id": customer})
        result = await self._services.gate.call(context, call)
        data: Any = result.outcome.data if result.outcome and result.outcome.succeeded else {}
        return {way: str(data[field]) for way, field in _ON_FILE.items() if data.get(field)}

    async def _agree(self, change: Change, by: AnswerBy, to: str) -> Change:
        """Keep it with the handoff, so that whoever takes the case up sees it."""
        handoff, stored = change.row.memory.handoff, change.handoff or await self._store.handoff(change.row.id)
        assert handoff is not None, "only who was handed off waits"
        handoff = replace(handoff, answer_by=by, answer_to=to)
        row = replace(change.row, memory=replace(change.row.memory, handoff=handoff))
        if stored is not None:
            stored = replace(stored, packet={**stored.packet, "answer_by": by, "answer_to": to})
        return replace(change, row=row, handoff=stored).publish("handoff", handoff_news(handoff))

    def _say(self, change: Change, at: datetime, reply: str, facts: dict[str, Any]) -> Change:
        row = change.row
        voice = self._services.voice_for(row.tenant, row.memory, row.channel)
        text = self._services.catalogue.word(Saying(reply, {"declined": False, **facts}, PROCEDURE), voice)
        return self._services.append_spoken(change, "system", text, at)


def owe_written(change: Change, text: str, files: int, services: Services) -> Change:
    """The change with a representative's words owed to a customer who did not stay, in as many messages as it takes."""
    row, handoff = change.row, change.row.memory.handoff
    customer = known_as(row.memory.customer)
    if handoff is None or not handoff.answer_by or not customer:
        return change
    facts = {"text": text, "name": handoff.claimed_by, "files": files, "by": handoff.answer_by}
    voice = services.voice_for(row.tenant, row.memory)
    whole = services.catalogue.word(Saying("written_answer", facts, PROCEDURE), voice)
    scene = ClosingContext(row.tenant, row.id, services.clock())
    owed = change.follow_ups
    for number, part in enumerate(_parts(handoff.answer_by, whole)):
        turn, said = TurnId(f"{row.id}-{row.messages}-{number}"), {"text": part, "by": handoff.answer_by}
        message = owe(replace(scene, turn_id=turn), customer, WRITTEN_ANSWER, said, PROCEDURE)
        owed = (*owed, replace(message, turn_id=TurnId("")))
    return replace(change, follow_ups=owed)


def _parts(by: AnswerBy, whole: str) -> tuple[str, ...]:
    """The messages of one answer: text messages of a few segments each, mails of what the CRM takes."""
    if by == "sms":
        lines = (line.strip() for line in whole.splitlines())
        return split(simplified("\n".join(filter(None, lines))), MOST_SEGMENTS)
    return tuple(whole[at : at + LONGEST_MAIL] for at in range(0, len(whole), LONGEST_MAIL))


def _masked(by: Way, known: str) -> str:
    return mask_phone(known) if by == "sms" else mask_email(known)


def _names_other(text: str, by: Way, on_file: str, currency: str) -> bool:
    """Whether a message names another address or number than the one on file."""
    found = find_identifiers(text, currency)
    named = (str(each.value).casefold() for each in found if each.kind == _ON_FILE[by])
    return any(each != on_file.casefold() for each in named)
