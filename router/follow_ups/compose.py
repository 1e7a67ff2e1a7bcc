"""Putting a follow-up into a tool call: which tool, in whose name, with which words."""

from dataclasses import dataclass
from typing import Any

from agents.specialist import Saying
from agents.wording import Voice
from domain.calls import CallContext, ToolCall
from domain.ids import CallId
from domain.principal import Agent, Principal
from router.memory.follow_up import NOTE, RATING, WRITTEN_ANSWER, FollowUp
from router.memory.store import Stored
from router.services import Services

LONGEST_NOTE = 3900
CLOSING = "closing"
"""The procedure in whose name a conversation's end is written down where no other was at work."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A follow-up as a proposed call; `text` is what the customer reads, empty where they read nothing."""

    context: CallContext
    call: ToolCall
    text: str = ""


def compose(follow_up: FollowUp, row: Stored, services: Services) -> Errand:
    """The call that keeps a follow-up; the same one each time it is tried."""
    match follow_up.kind:
        case "note":
            note = {"text": _note(follow_up, row, services), "disposition": follow_up.facts["disposition"][:64]}
            return _errand(follow_up, row, "crm.add_note", note)
        case "rating":
            return _errand(follow_up, row, "crm.record_feedback", {"score": follow_up.facts["score"]})
        case "case":
            return _errand(follow_up, row, "crm.open_case", dict(follow_up.facts))
        case "confirmation":
            text, purpose, template = _confirmation(follow_up, row, services), "requested", "confirmation"
        case "written_answer":
            return _errand(follow_up, row, "crm.send_message", _written_answer(follow_up))
        case _:
            text, purpose, template = _promised_words(follow_up, row, services), "service", follow_up.kind
    message = {"template": template, "text": text, "purpose": purpose}
    return _errand(follow_up, row, "crm.send_message", message, text if follow_up.is_promise else "")


def context_for(follow_up: FollowUp, row: Stored) -> CallContext:
    """In whose name a follow-up is carried out: its procedure's, the router's where it has none."""
    specialist, _, procedure = follow_up.procedure.partition(".")
    if follow_up.kind in (NOTE, RATING) or not specialist:
        agent = Agent("router", procedure=CLOSING)
    else:
        agent = Agent(specialist, procedure=follow_up.procedure if procedure else f"{specialist}.{CLOSING}")
    principal = Principal(row.tenant, row.memory.customer, agent)
    return CallContext(row.id, follow_up.turn_id, principal, row.channel, row.memory.locale, formats=row.memory.formats)


def _errand(follow_up: FollowUp, row: Stored, tool: str, arguments: dict[str, Any], text: str = "") -> Errand:
    call = ToolCall(CallId(follow_up.id), tool, {"customer_id": follow_up.customer_id, **arguments})
    return Errand(context_for(follow_up, row), call, text)


def voice_of(row: Stored, services: Services, locale: str = "") -> Voice:
    """How this conversation's customer is written to; with `locale`, how somebody else reads about them."""
    return services.voice_for(row.tenant, row.memory, locale=locale)


def _promised_words(follow_up: FollowUp, row: Stored, services: Services) -> str:
    saying = Saying(follow_up.kind, follow_up.facts["words"], follow_up.procedure)
    return services.catalogue.word(saying, voice_of(row, services))


def _confirmation(follow_up: FollowUp, row: Stored, services: Services) -> str:
    voice = voice_of(row, services)
    done = services.catalogue.past_phrases(((each["tool"], each["facts"]) for each in follow_up.facts["done"]), voice)
    name = row.memory.profile.name if row.memory.profile else ""
    return services.catalogue.word(Saying("confirmation_message", {"name": name, "done": done}), voice)


def _written_answer(follow_up: FollowUp) -> dict[str, Any]:
    """A representative's words, to a customer who did not stay for them, by the way that they asked for."""
    message = {"template": WRITTEN_ANSWER, "text": follow_up.facts["text"], "purpose": "requested"}
    return {**message, "channel": follow_up.facts["by"]}


def _note(follow_up: FollowUp, row: Stored, services: Services) -> str:
    """The note for whoever works with the customer next: in English, from the record, in nobody's own words."""
    voice, facts = voice_of(row, services, "en"), follow_up.facts
    catalogue = services.catalogue
    lines = [f"{row.channel.capitalize()} conversation {row.id}: {facts['disposition'].replace('_', ' ')}."]
    ended = [f"{catalogue.title(each['procedure'], voice)} ({each['kind']})" for each in facts["ended"]]
    done = catalogue.past_phrases(((each["tool"], each["facts"]) for each in facts["done"]), voice)
    opened = [catalogue.title(procedure, voice) for procedure in facts["open"]]
    promised = [name.replace("_", " ") for name in facts["promised"]]
    for label, items in (("Asked for", ended), ("Done", done), ("Left open", opened), ("Follow-ups", promised)):
        if items:
            lines.append(f"{label}: {'; '.join(items)}.")
    if facts["words"]:
        lines.append(f"Representative: {facts['words']}")
    return " ".join(lines)[:LONGEST_NOTE]
