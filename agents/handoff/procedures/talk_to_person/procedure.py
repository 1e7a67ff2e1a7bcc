"""Bringing in a person."""

import unicodedata

from agents.handoff.packet import choose_queue
from agents.handoff.subjects import find_subject
from agents.procedure import Case, HandOff, Journey


def talk_to_person(case: Case) -> Journey:
    """Pass the customer to a person, because they asked for one.

    1. Do not ask why, do not try to talk them out of it, and do not make another offer first.
    2. Choose the queue by what the case is about: billing, scheduling, technical or retention; otherwise general.
    3. Say that a person takes over and that nothing has to be said twice: the representative gets the context packet.
    """
    yield from ()
    about = str(case.facts.get("about") or find_subject(fold(case.text)))
    queue, priority = choose_queue("asked_for_person", about)
    return HandOff("asked_for_person", queue=queue, priority=priority, reply="of_course")


def fold(text: str) -> str:
    """A text in lower case and without the accents of Latin letters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not "\u0300" <= letter <= "\u036f")
