"""What there is to choose from, as buttons: each says something, and sending what it says is that choice for sure."""

from dataclasses import replace

from agents.option_label import label_of
from domain.calls import Option, Pending
from domain.ids import TenantId
from domain.understanding import Entity, Understanding
from router.memory.state import Memory
from router.services import Services
from understanding.semantics.likeness import with_meant

YES_NO = {"en": ("Yes", "No"), "es": ("Sí", "No"), "de": ("Ja", "Nein"), "fr": ("Oui", "Non"), "hi": ("हाँ", "नहीं")}


def note_offered(memory: Memory, services: Services, tenant: TenantId, channel: str) -> Memory:
    """The same memory with what its question offers, in the language that is spoken now."""
    voice = services.voice_for(tenant, memory, channel)
    if memory.current is not None and memory.current.asked and memory.current.pending is None:
        labels = [label_of(each, voice) for each in memory.current.question.get("shown", [])]
    elif memory.identification is None and memory.current is None and len(memory.options) > 1:
        labels = [services.catalogue.title(each, voice) for each in memory.options]
    else:
        labels = []
    offered = tuple(labels) if all(labels) and len(set(labels)) == len(labels) else ()
    return memory if offered == memory.offered else replace(memory, offered=offered)


def with_options(pending: Pending | None, memory: Memory) -> Pending | None:
    """What is pending with the answers to choose from."""
    if pending is None or pending.kind not in ("confirm", "slot"):
        return pending
    by_word = pending.kind == "confirm" or "yes_no" in pending.arguments.get("kinds", ()) or _is_one_journey(memory)
    labels = memory.offered if pending.kind == "slot" and memory.offered else ()
    if not labels and by_word:
        labels = YES_NO.get(memory.locale, YES_NO["en"])
    return replace(pending, options=tuple(Option(label, label) for label in labels))


def heed_option(heard: Understanding, memory: Memory, text: str) -> Understanding:
    """The message as exactly that choice, where it says what a button says; else with what it means of them."""
    said = text.strip().casefold()
    place = next((index for index, label in enumerate(memory.offered) if label.casefold() == said), None)
    current = memory.current
    if place is None and current is not None and current.asked and current.pending is None and memory.offered:
        return with_meant(heard, memory.offered, current.question["choices"])
    if place is None or memory.identification is not None:
        return heard
    if current is not None and current.asked and current.pending is None:
        chosen = Entity("choice", current.question["choices"][place], text)
    elif current is None and place < len(memory.options):
        chosen = Entity("ordinal", place + 1, text)
    else:
        return heard
    plain = Understanding(heard.text, heard.locale, entities=(chosen,), act="answer", act_confidence=1.0)
    return replace(plain, sentiment=heard.sentiment)


def awaits_more(memory: Memory) -> bool:
    """Whether a message may complete the one that was asked about, or not understood, just before."""
    return memory.current is None and bool(memory.question and (memory.options or memory.clarifications))


def _is_one_journey(memory: Memory) -> bool:
    return memory.current is None and memory.identification is None and len(memory.options) == 1
