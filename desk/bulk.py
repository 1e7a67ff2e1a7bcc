"""The same act on many conversations at once: each is decided on its own, and the answer says what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desk.cases import CaseList
from desk.colleagues import Colleagues, Transfers
from desk.labels import Labels
from desk.queue import Desk
from domain.caller import Caller
from domain.conversation import QUEUES
from domain.errors import SwitchboardError, Unavailable
from domain.ids import ConversationId
from domain.names import require_known
from router.memory.store import Store, StoredHandoff

ActName = Literal["label", "transfer", "release", "resolve"]
MOST = 50
"""So many conversations one request may name."""
NOT_TRIED = "not tried, since the service had trouble with one before it; send the request again"


@dataclass(frozen=True, slots=True)
class BulkAct:
    """What is to be done with each: a label that is added, where it goes, or what it came to."""

    act: ActName
    label: str = ""
    queue: str = ""
    person: str = ""
    to: Literal["assistant", "queue"] = "queue"
    disposition: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What became of one: `already` where it stood so before, so that a request may be sent again."""

    conversation_id: ConversationId
    outcome: Literal["done", "already", "refused"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BulkDependencies:
    """What acts on one conversation, and what says how it stands."""

    desk: Desk
    transfers: Transfers
    colleagues: Colleagues
    labels: Labels
    cases: CaseList
    store: Store


class BulkActs:
    """Does with many what somebody may do with each. Every one is a transaction and a record of its own."""

    def __init__(self, given: BulkDependencies) -> None:
        self._given = given

    async def act(self, caller: Caller, names: Sequence[ConversationId], wanted: BulkAct) -> list[BulkOutcome]:
        """Act on each, in this order; what is refused for one hinders no other.

        Raises:
            UnknownName: there is no such label, queue or colleague; nothing was done.
        """
        await self._see_known(caller, wanted)
        found, trouble = list[BulkOutcome](), False
        for name in dict.fromkeys(names):
            if trouble:
                found.append(BulkOutcome(name, "refused", NOT_TRIED))
                continue
            try:
                found.append(BulkOutcome(name, await self._one(caller, name, wanted)))
            except SwitchboardError as error:
                trouble = isinstance(error, Unavailable)
                found.append(BulkOutcome(name, "refused", str(error)))
        return found

    async def _see_known(self, caller: Caller, wanted: BulkAct) -> None:
        if wanted.act == "label":
            self._given.labels.see_known(caller.tenant, (wanted.label,))
        elif wanted.queue:
            require_known("queue", wanted.queue, QUEUES)
        elif wanted.person:
            people = await self._given.colleagues.list(caller.tenant)
            require_known("colleague", wanted.person, (each.subject for each in people))

    async def _one(self, caller: Caller, name: ConversationId, wanted: BulkAct) -> Literal["done", "already"]:
        handoff = await self._given.store.handoff(name)
        if handoff is not None and handoff.tenant == caller.tenant and await self._stands(caller, handoff, wanted):
            return "already"
        if wanted.act == "label":
            await self._given.labels.add(caller, name, wanted.label)
        elif wanted.act == "release":
            await self._given.desk.release(caller, name, wanted.to)
        elif wanted.act == "resolve":
            await self._given.desk.resolve(caller, name, wanted.disposition, wanted.note)
        elif wanted.queue:
            await self._given.transfers.to_queue(caller, name, wanted.queue, wanted.note)
        else:
            await self._given.transfers.to_person(caller, name, wanted.person, wanted.note)
        return "done"

    async def _stands(self, caller: Caller, handoff: StoredHandoff, wanted: BulkAct) -> bool:
        """Whether a conversation is as it is wanted, so that the same request does nothing a second time."""
        if wanted.act == "label":
            summary = (await self._given.cases.find((handoff.conversation_id,))).get(handoff.conversation_id)
            return summary is not None and wanted.label in summary.labels
        if wanted.act == "resolve" or (wanted.act == "release" and wanted.to == "assistant"):
            over = "resolved" if wanted.act == "resolve" else "released"
            return handoff.state == over and handoff.claimed_by == caller.subject
        if wanted.person:
            return handoff.state == "claimed" and handoff.claimed_by == wanted.person
        return handoff.state == "queued" and wanted.queue in ("", handoff.queue)
