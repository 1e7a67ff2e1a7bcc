"""Tells another desk what becomes of the conversations that it has: in order, and once, whatever answers are lost."""

from collections.abc import Sequence
from dataclasses import replace

from channels.connectors.connector import Delivery, Outgoing, Receipt
from channels.connectors.queue import UNCERTAIN, DeliveryQueue
from channels.desks.packet_note import write_note
from channels.desks.remote_desk import DeskTrouble, Post, RemoteCase, RemoteDesk
from domain.conversation import Event
from router.memory.store import Store
from router.memory.stored import Stored
from router.other_desks import DeskPlace

GONE = 404


class DeskConnector:
    """One account at another desk: sends the events of conversations that were handed to it."""

    def __init__(self, place: DeskPlace, desk: RemoteDesk, queue: DeliveryQueue, store: Store) -> None:
        self.place = place
        self.desk = desk
        self._queue = queue
        self._store = store

    async def send(self, outgoing: Outgoing) -> Receipt:
        """See `Connector.send`: `reference` is the conversation over there."""
        delivery, again = outgoing.delivery, outgoing.delivery.reference == UNCERTAIN
        remote = await self._queue.find_reference(self.place.name, delivery.conversation_id)
        try:
            if not again:
                await self._queue.mark_begun(delivery)
            try:
                remote = remote or await self._open(outgoing.row)
                await self._tell(outgoing, remote, again=again)
            except DeskTrouble as trouble:
                if trouble.receipt.status != GONE or not remote:
                    raise
                remote = await self._open(outgoing.row)  # somebody deleted it over there
                await self._tell(outgoing, remote, again=True)
        except DeskTrouble as trouble:
            return replace(trouble.receipt, reference=UNCERTAIN)
        return Receipt(200, reference=remote)

    async def check(self) -> str:
        """What is wrong with the account, for operators; empty where it can be used."""
        return await self.desk.check()

    async def answer(self, remote: str, key: str, text: str) -> None:
        """Tell whoever did something over there, in a note, what became of it; once.

        Raises:
            DeskTrouble: it was not told.
        """
        if not await self.desk.has(remote, key):
            await self.desk.post(remote, Post(key, text, private=True))

    async def _open(self, row: Stored) -> str:
        memory = row.memory
        known = memory.customer.id if memory.customer else ""
        name = (memory.profile.name if memory.profile else "") or known or "Customer"
        facts = {"channel": row.channel, "language": memory.locale}
        return await self.desk.open(RemoteCase(row.id, known or row.id, name, facts))

    async def _tell(self, outgoing: Outgoing, remote: str, *, again: bool) -> None:
        event = outgoing.event
        for each in await self._posts(outgoing.row, event, outgoing.delivery):
            if not (again and await self.desk.has(remote, each.key)):
                await self.desk.post(remote, each)
        queued = event.kind == "handoff" and event.data["state"] == "queued"
        if queued or event.kind == "status":
            await self.desk.turn(remote, is_open=queued)

    async def _posts(self, row: Stored, event: Event, delivery: Delivery) -> Sequence[Post]:
        """What is posted for an event: the customer's words as theirs, all else as notes."""
        if event.kind == "handoff":
            return await self._handed(row, event, delivery)
        if event.kind == "status":
            ended = "The customer's conversation ended." if event.data["status"] == "closed" else ""
            return [Post(delivery.id, ended or "The assistant has the conversation again.", private=True)]
        role, text = event.data["role"], event.data["text"]
        if role == "customer":
            return [Post(delivery.id, text + await self._files(row, event))]
        who = "Switchboard's own desk wrote to the customer" if role == "representative" else "The customer was told"
        return [Post(delivery.id, f"{who}: {text}", private=True)]

    async def _handed(self, row: Stored, event: Event, delivery: Delivery) -> Sequence[Post]:
        """The packet with a handoff; with what moves at our own desk a line."""
        if event.data["state"] == "claimed":
            name = event.data["claimed_by"] or "Somebody"
            return [Post(delivery.id, f"{name} has this conversation at Switchboard's own desk.", private=True)]
        before = [each for each in await self._store.events_after(row.id, 0) if each.id < event.id]
        known = {each.data.get("packet_id") for each in before if each.kind == "handoff"}
        handoff = await self._store.handoff(row.id)
        if handoff is None or event.data.get("packet_id") in known:
            return [Post(delivery.id, "The conversation waits in its queue again.", private=True)]
        said = [(each.data["role"], each.data["text"]) for each in before if each.kind == "message"]
        return [Post(delivery.id, write_note(handoff.packet, said), private=True)]

    async def _files(self, row: Stored, event: Event) -> str:
        """An honest line for what came beside the words: the files stay here."""
        words = await self._store.words(row.id)
        files = next((each.attachments for each in words if each.id == event.data["id"]), ())
        named = ", ".join(each.name for each in files)
        return f"\n\n[{len(files)} file(s), kept at Switchboard's own desk: {named}]" if files else ""
