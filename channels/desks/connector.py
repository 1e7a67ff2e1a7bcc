"""Tells another desk what becomes of the conversations that it has: in order, and once, whatever answers are lost."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from channels.connectors.connector import Delivery, Outgoing, Receipt
from channels.connectors.queue import UNCERTAIN, DeliveryQueue
from channels.desks.packet_note import NoteWords
from channels.desks.remote_desk import DeskTrouble, Post, RemoteCase, RemoteDesk
from domain.conversation import Event
from router.attachments import File
from router.memory.outbox import CLOSING, LABELS
from router.memory.store import Store
from router.memory.stored import Stored
from router.other_desks import DeskPlace, FiledUnder

GONE = 404
ReadPacket = Callable[[Stored, str], Awaitable[Mapping[str, Any] | None]]
"""See `OtherDesks.packet`; there is none before the service is whole."""


ReadLabels = Callable[[Stored], Awaitable[FiledUnder]]
"""See `OtherDesks.filed_under`."""


class DeskConnector:
    """One account at another desk: sends the events of conversations that were handed to it."""

    def __init__(
        self, place: DeskPlace, desk: RemoteDesk, queue: DeliveryQueue, store: Store, words: NoteWords
    ) -> None:
        self.place = place
        self.desk = desk
        self.packets: ReadPacket | None = None
        self.labels: ReadLabels | None = None
        self._queue = queue
        self._store = store
        self._words = words

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
        if outgoing.delivery.kind == LABELS:
            if self.labels:
                await self.desk.label(remote, await self.labels(outgoing.row))
            return
        for each in await self._posts(outgoing.row, outgoing):
            if not (again and await self.desk.has(remote, each.key)):
                await self._post(remote, each)
        queued = event.kind == "handoff" and event.data["state"] == "queued"
        if queued or event.kind == "status":
            await self.desk.turn(remote, is_open=queued)

    async def _posts(self, row: Stored, outgoing: Outgoing) -> Sequence[Post]:
        """What is posted for an event: the customer's words as theirs, all else as notes."""
        event, delivery = outgoing.event, outgoing.delivery
        if event.kind == "handoff":
            return await self._handed(row, event, delivery)
        if event.kind == "status":
            ended = event.data["status"] == "closed"
            return [self._note(delivery, "ended" if ended else "assistant_again")]
        role, text = event.data["role"], event.data["text"]
        if role == "customer" and delivery.kind == CLOSING:
            return [self._note(delivery, "answered", text=text)]
        if role == "customer":
            return [Post(delivery.id, text, files=await self._files(outgoing))]
        return [self._note(delivery, "own_desk_wrote" if role == "representative" else "was_told", text=text)]

    async def _handed(self, row: Stored, event: Event, delivery: Delivery) -> Sequence[Post]:
        """The packet with a handoff; with what moves at our own desk a line."""
        if event.data["state"] == "claimed":
            name = event.data["claimed_by"] or self.words("somebody")
            return [self._note(delivery, "own_desk_has", name=name)]
        before = [each for each in await self._store.events_after(row.id, 0) if each.id < event.id]
        known = {each.data.get("packet_id") for each in before if each.kind == "handoff"}
        packet = await self.packets(row, self.place.language) if self.packets else None
        if packet is None or event.data.get("packet_id") in known:
            return [self._note(delivery, "waits_again")]
        said = [(each.data["role"], each.data["text"]) for each in before if each.kind == "message"]
        return [Post(delivery.id, self._words.write(packet, said), private=True)]

    def words(self, key: str, **facts: object) -> str:
        """A text for those who work there, in their language."""
        return self._words.text(key, **facts)

    def _note(self, delivery: Delivery, key: str, **facts: object) -> Post:
        return Post(delivery.id, self.words(key, **facts), private=True)

    async def _files(self, outgoing: Outgoing) -> tuple[File, ...]:
        """What came beside the customer's words."""
        words = await self._store.words(outgoing.row.id)
        named = next((each.attachments for each in words if each.id == outgoing.event.data["id"]), ())
        found = [await self._store.file(outgoing.row.id, each.id) for each in named]
        return tuple(File(about.name, content, about.media_type) for about, content in found)

    async def _post(self, remote: str, post: Post) -> None:
        """Post it; where it is refused with its files, the words go alone, with an honest line about the files."""
        try:
            await self.desk.post(remote, post)
        except DeskTrouble as trouble:
            if not post.files or not trouble.receipt.final:
                raise
            names = ", ".join(each.name for each in post.files)
            line = self.words("files_kept", count=len(post.files), names=names)
            await self.desk.post(remote, Post(post.key, f"{post.text}\n\n{line}".strip(), post.private))
