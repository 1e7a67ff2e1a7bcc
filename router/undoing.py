"""What is to be called off, where few words say that something is and not what: what was just spoken of or done."""

from domain.understanding import Understanding
from router.memory.state import Memory, Wish
from understanding.acts.wishing import calls_off, keeps_away, named_things

CANCEL_VISIT = "scheduling.cancel_visit"
_DONE_BY = {
    "erp.book_appointment": CANCEL_VISIT,
    "erp.reschedule_appointment": CANCEL_VISIT,
    "payments.set_autopay": "billing.set_up_autopay",
}
"""What takes back what was just done; it asks for a yes itself."""
_SPOKEN_OF_IN = {
    "scheduling.book_visit": CANCEL_VISIT,
    "scheduling.reschedule_visit": CANCEL_VISIT,
    "scheduling.track_technician": CANCEL_VISIT,
    "scheduling.track_order": "scheduling.return_order",
}
"""What calls off what a journey speaks of."""
_BRIEF = 8
"""Words in which nothing else is said."""


def find_undoing(memory: Memory, heard: Understanding, wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """What takes back the last thing that was done, where few words say to cancel it and name nothing else."""
    last = _DONE_BY.get(memory.parting.done[-1].tool, "") if memory.parting.done else ""
    brief = _is_brief(heard) and "?" not in heard.text
    undoes = brief and calls_off(heard.text) and not heard.refused and not heard.wants_person
    if not last or not undoes or wishes or named_things(heard.text) - {"visit", "technician"}:
        return ()
    return (Wish(last, heard.text, heard.entities),)


def find_called_off(memory: Memory, heard: Understanding) -> tuple[Wish, ...]:
    """What "how do I cancel that?" wishes, by the journey that it is said in or after.

    Words for leaving the company ("kündigen", "résilier") name what they end by themselves.
    """
    told = f"{memory.specialist}.{memory.procedure}"
    wish = _SPOKEN_OF_IN.get(memory.current.procedure if memory.current is not None else told, "")
    unnamed = calls_off(heard.text) and not named_things(heard.text) and not heard.refused
    away = keeps_away(heard.text) and wish == CANCEL_VISIT and heard.first("date", "time") is None
    if not wish or not _is_brief(heard) or not (unnamed or away) or heard.wants_person:
        return ()
    return (Wish(wish, heard.text, heard.entities),)


def _is_brief(heard: Understanding) -> bool:
    return len(heard.text.split()) <= _BRIEF
