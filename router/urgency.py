"""What a customer writes to people may be urgent: then their conversation is, whoever has it."""

from dataclasses import replace

from router.memory.store import Change, Store
from router.outcome import handoff_news
from router.services import Services
from understanding.dialogue.topics import find_topics

URGENT = "urgent"


async def raise_urgency(services: Services, store: Store, change: Change, text: str) -> Change:
    """The change with the handoff made urgent, where policy says that what was written is.

    Raises:
        PolicyUnavailable: no usable answer.
    """
    known, topics = change.row.memory.handoff, find_topics(text)
    if known is None or known.priority == URGENT or not topics:
        return change
    decided = (await services.judge.escalate({"tenant": change.row.tenant, "topics": list(topics), "flags": []})).get(
        "handoff"
    )
    stored = await store.handoff(change.row.id)
    if stored is None or not decided or decided["priority"] != URGENT:
        return change
    stored, known = replace(stored, priority=URGENT), replace(known, priority=URGENT)
    row = replace(change.row, memory=replace(change.row.memory, handoff=known))
    return replace(change, row=row, handoff=stored).publish("handoff", handoff_news(known))
