"""What another desk tells us, done once and in order, whichever process dies; what cannot be done is answered there."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import structlog

from channels.connectors.arrivals import Arrival, Arrivals
from channels.connectors.queue import DeliveryQueue
from channels.desks.connector import DeskConnector
from channels.desks.remote_desk import DeskTrouble, RemoteFile, RemoteNews, RemoteTyping, Standing
from domain.conversation import Status
from domain.errors import Conflict, NotFound, NotPermitted
from domain.ids import ConversationId
from router.attachments import CARRYING, Attachments, File
from router.memory.outbox import CLOSING
from router.memory.store import Store
from router.other_desks import DeskAgent, DeskNews, OtherDesks
from understanding.screening.secrets import screen

log = structlog.get_logger()
PATIENCE_S = 10.0
ATTEMPTS = 80
LONGEST_TEXT = 16_000
UNKNOWN = frozenset({404, 405, 501})
"""Answers after which it is not known how a conversation stands there: then what was told is believed."""


@dataclass(frozen=True, slots=True)
class DeskNewsParts:
    """What other desks' news are taken in with."""

    arrivals: Arrivals
    queue: DeliveryQueue
    store: Store
    attachments: Attachments
    acts: OtherDesks


class DeskIntake:
    """Takes in what other desks tell."""

    def __init__(self, desks: Mapping[str, DeskConnector], parts: DeskNewsParts, clock: Callable[[], datetime]) -> None:
        self._desks = desks
        self._arrivals = parts.arrivals
        self._queue = parts.queue
        self._store = parts.store
        self._attachments = parts.attachments
        self.acts = parts.acts
        self._clock = clock
        self._running: set[asyncio.Task[None]] = set()

    async def enter(self, desk: DeskConnector, told: RemoteNews) -> bool:
        """Write news down and have them followed by somebody; False where they are about no conversation of ours."""
        conversation_id = await self._find(desk, told)
        if conversation_id is None:
            return False
        key = sha256(f"{desk.place.name}\0{told.key}".encode("utf-8", "surrogatepass")).hexdigest()
        content = _as_json(told)
        now = self._clock().timestamp()
        arrival = Arrival(key, desk.place.tenant, desk.place.name, "", conversation_id, "waiting", 0, now, content)
        if (await self._arrivals.add(arrival)).state == "waiting":
            task = asyncio.create_task(self._quietly(desk, conversation_id))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return True

    async def type(self, desk: DeskConnector, typing: RemoteTyping) -> bool:
        """Let the customer see that somebody types; nothing is written down. False where it is not theirs to answer."""
        known = await self._queue.find_conversation(desk.place.name, typing.remote)
        with suppress(NotFound, NotPermitted):
            if known:
                await self.acts.type(desk.place, ConversationId(known), typing.agent_id)
                return True
        return False

    async def handle_waiting(self) -> bool:
        """Follow what a process wrote down and did not get to; True where more may be left."""
        waiting = await self._arrivals.waiting(self._clock().timestamp() - PATIENCE_S, list(self._desks))
        for name, conversation_id in dict.fromkeys((each.connector, each.conversation_id) for each in waiting):
            await self._quietly(self._desks[name], conversation_id)
        return len(waiting) >= self._arrivals.BATCH

    async def drain(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _quietly(self, desk: DeskConnector, conversation_id: ConversationId) -> None:
        """Follow all that waits of a conversation, in the order in which it was done there, as far as it goes."""
        waiting = await self._arrivals.waiting_of(conversation_id, desk.place.name)
        for each in _in_order(waiting):
            try:
                await self._follow(desk, each)
            except Exception as error:  # noqa: BLE001 - it is written down: the job tries it again
                log.warning("desk_news_not_followed", connector=desk.place.name, error=type(error).__name__)
                await self._put_off(each)
                return

    async def _put_off(self, arrival: Arrival) -> None:
        given_up = arrival.attempts + 1 >= ATTEMPTS
        await self._arrivals.settle(arrival, "failed" if given_up else "waiting")

    async def _follow(self, desk: DeskConnector, arrival: Arrival) -> None:
        """Do what was told, or leave it for later where that has to wait."""
        left_out: tuple[str, ...] = ()
        if arrival.content.get("kind") == "said":
            news, left_out = await self._said(desk, arrival)
        elif await self._queue.owes(desk.place.name, arrival.conversation_id, besides=CLOSING):
            return  # what we still have to tell changes how it stands there
        else:
            news = await self._compare(desk, arrival)
        refused = ""
        try:
            settle = self._arrivals.settle_with
            if news is not None:
                refused = await self.acts.follow(
                    desk.place, arrival.conversation_id, news, lambda connection: settle(connection, arrival)
                )
        except (Conflict, NotFound):
            news, left_out = None, ()
        if refused or left_out:
            told = refused or desk.words("not_taken", files=", ".join(left_out))
            await desk.answer(arrival.content["remote"], arrival.key[:32], f"Switchboard: {told}.")
        if refused or news is None:
            await self._arrivals.settle(arrival, "handled")

    async def _said(self, desk: DeskConnector, arrival: Arrival) -> tuple[DeskNews | None, tuple[str, ...]]:
        """What was written, with the files that came beside it, and the names of those that no customer gets."""
        content = arrival.content
        files = [RemoteFile(*each) for each in content.get("files", ())]
        row = await self._store.load(arrival.conversation_id) if files else None
        named = tuple(each.name for each in files)
        text, agent = str(content["text"]), DeskAgent(*content["agent"])
        if row is None or row.channel not in CARRYING:
            return (DeskNews("said", agent, text) if text else None), named
        found = [File(each.name, await desk.desk.fetch(each)) for each in files]
        kept = await self._attachments.keep_all(arrival.conversation_id, arrival.key, found)
        news = DeskNews("said", agent, text, kept.ids) if text or kept.ids else None
        return news, tuple(each.name for each in kept.left_out)

    async def _compare(self, desk: DeskConnector, arrival: Arrival) -> DeskNews | None:
        """What differs between there and here now; None where nothing does."""
        told = _standing(arrival)
        try:
            told = await desk.desk.look(arrival.content["remote"])
        except DeskTrouble as trouble:
            if trouble.receipt.status not in UNKNOWN:
                raise
        if arrival.content.get("relabels"):
            await self.acts.label(desk.place, arrival.conversation_id, told.labels)
        row = await self._store.load(arrival.conversation_id)
        handoff = await self._store.handoff(arrival.conversation_id)
        if row is None or handoff is None:
            return None
        if row.memory.handoff is None or row.status is Status.CLOSED:
            return DeskNews("reopened", told.agent) if told.is_open and arrival.content["reopens"] else None
        if not told.is_open:
            return DeskNews("resolved", told.agent, told.note, outcome=told.outcome)
        if told.agent is None:
            return DeskNews("unassigned") if handoff.state == "claimed" else None
        return DeskNews("assigned", told.agent)

    async def _find(self, desk: DeskConnector, told: RemoteNews) -> ConversationId | None:
        """The conversation that they are about: what we know of it, or before we know, the one that they name."""
        known = await self._queue.find_conversation(desk.place.name, told.remote)
        if known:
            return ConversationId(known)
        row = await self._store.load(ConversationId(told.conversation_id))
        if row is None or row.tenant != desk.place.tenant or row.memory.desk != desk.place.name:
            return None
        other = await self._queue.find_reference(desk.place.name, row.id)
        return None if other and other != told.remote else row.id


def _as_json(told: RemoteNews) -> dict[str, object]:
    news, agent = told.news, told.news.agent if told.news else told.standing.agent
    return {
        "kind": news.kind if news else "standing",
        "text": screen(news.text[:LONGEST_TEXT]).text if news else "",
        "remote": told.remote,
        "open": told.standing.is_open,
        "reopens": told.reopens,
        "agent": [agent.id, agent.name] if agent else None,
        "order": told.order,
        "relabels": told.relabels,
        "labels": list(told.standing.labels),
        "outcome": screen(told.standing.outcome[:LONGEST_TEXT]).text,
        "note": screen(told.standing.note[:LONGEST_TEXT]).text,
        "files": [[each.name, each.url] for each in told.files],
    }


def _in_order(waiting: list[Arrival]) -> list[Arrival]:
    """As it came, but of messages the first said first, whichever was told first."""
    said = iter(sorted((each for each in waiting if each.content.get("order")), key=lambda one: one.content["order"]))
    by_time = sorted(waiting, key=lambda one: one.at)
    return [next(said) if each.content.get("order") else each for each in by_time]


def _standing(arrival: Arrival) -> Standing:
    agent = arrival.content["agent"]
    labels = tuple(arrival.content.get("labels", ()))
    wrap_up = [str(arrival.content.get(name, "")) for name in ("outcome", "note")]
    return Standing(bool(arrival.content["open"]), DeskAgent(*agent) if agent else None, labels, *wrap_up)
