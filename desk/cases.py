"""The desk's conversations in summaries: who waits, who has whom, what is unread. A list stays quick with thousands."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import Any, Literal, NamedTuple
from unicodedata import combining, normalize

from sqlalchemy import Connection, Select, and_, case, func, or_, select

from desk.targets import DueTimes, QueueTargets, TargetState
from domain.caller import Caller, Role
from domain.conversation import Status
from domain.errors import BadRequest
from domain.ids import ConversationId, TenantId
from router.memory.sealed_rows import SealedRows
from router.memory.waiting import RANKS
from storage.tables.conversations import conversations, handoffs, messages
from storage.tables.desk import desk_labels, desk_presence, desk_seen
from storage.transactions import Transactions

View = Literal["waiting", "mine", "others"]
Sort = Literal["priority", "longest", "newest", "target"]
WATCHERS = frozenset({Role.SUPERVISOR, Role.AUDITOR})
"""Who sees what somebody else has."""
NO_PLACE = "after: take it from `next` of the page before"
MOST_SEARCHED = 2000
"""So many conversations of a list are looked through for a text."""
_RANK: Any = case(RANKS, value=handoffs.c.priority, else_=len(RANKS))
_ALIVE = and_(conversations.c.id == handoffs.c.conversation_id, conversations.c.status != Status.CLOSED.value)
_OPEN = handoffs.c.state.in_(("queued", "claimed"))
_OWNERS_MARK = and_(
    desk_seen.c.tenant == handoffs.c.tenant,
    desk_seen.c.subject == handoffs.c.claimed_by,
    desk_seen.c.conversation_id == handoffs.c.conversation_id,
)
_OWNER = and_(desk_presence.c.tenant == handoffs.c.tenant, desk_presence.c.subject == handoffs.c.claimed_by)
_UNREAD = (
    select(func.count())
    .select_from(messages)
    .where(
        messages.c.conversation_id == handoffs.c.conversation_id,
        messages.c.role == "customer",
        messages.c.number > func.coalesce(desk_seen.c.number, 0),
    )
    .correlate(handoffs, desk_seen)
    .scalar_subquery()
)
_ITS_LABELS = desk_labels.c.conversation_id == handoffs.c.conversation_id
_SUMMARY = (
    select(
        handoffs,
        conversations.c.channel,
        conversations.c.last_at,
        conversations.c.messages.label("said"),
        conversations.c.events.label("told"),
        desk_presence.c.name.label("name"),
        case((handoffs.c.state == "claimed", _UNREAD), else_=0).label("unread"),
    )
    .join(conversations, _ALIVE)
    .outerjoin(desk_seen, _OWNERS_MARK)
    .outerjoin(desk_presence, _OWNER)
    .where(_OPEN)
)
_MARKS = (
    select(
        *(handoffs.c[name] for name in ("conversation_id", "tenant", "state", "queue", "priority", "claimed_by")),
        handoffs.c.waiting_since,
        conversations.c.messages,
        conversations.c.events,
        desk_seen.c.number,
        *(
            select(change).where(_ITS_LABELS).correlate(handoffs).scalar_subquery()
            for change in (func.count(desk_labels.c.label), func.max(desk_labels.c.at))
        ),
    )
    .join(conversations, _ALIVE)
    .outerjoin(desk_seen, _OWNERS_MARK)
    .where(_OPEN)
)
_KEYS = (
    select(*(handoffs.c[name] for name in ("conversation_id", "state", "queue", "priority", "waiting_since")))
    .join(conversations, _ALIVE)
    .where(_OPEN)
)


_Place = tuple[float, float, ConversationId]
"""What a list is ordered by, since when somebody waits, and who."""


class _Key(NamedTuple):
    """What a conversation's place in a list is found by."""

    conversation_id: ConversationId
    state: str
    queue: str
    priority: str
    waiting_since: datetime


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A conversation that waits or that somebody has. `unread` counts what whoever has it has not looked at.

    `name` is what customers call whoever has it. `said` and `told` count its messages and events. `answer_by` is how
    the customer, who did not stay, is answered besides. From `near_at` on it is near its queue's target, from `due_at`
    on over it; both are None where there is no target, or where somebody has it.
    """

    conversation_id: ConversationId
    tenant: TenantId
    queue: str
    priority: str
    reason: str
    waiting_since: datetime
    state: Literal["queued", "claimed"]
    claimed_by: str
    name: str
    claimed_at: datetime | None
    customer_id: str
    customer_name: str
    channel: str
    locale: str
    last_at: datetime | None
    said: int
    told: int
    unread: int
    labels: tuple[str, ...]
    answer_by: str = ""
    near_at: datetime | None = None
    due_at: datetime | None = None

    def view_for(self, caller: Caller) -> View | None:
        """The list in which that person sees it; None where they do not."""
        if self.tenant != caller.tenant:
            return None
        if self.state == "queued":
            return "waiting"
        if self.claimed_by == caller.subject:
            return "mine"
        return "others" if caller.role in WATCHERS else None


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """What is listed, in which order, and after which place; what is empty excludes nothing.

    `text` is part of a customer's name or number, or of a conversation's id; `target` how it stands to its target.
    """

    view: View = "waiting"
    queue: str = ""
    priority: str = ""
    reason: str = ""
    label: str = ""
    sort: Sort = "priority"
    after: str = ""
    limit: int = 50
    text: str = ""
    target: TargetState = ""


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page, how many there are on all pages, and where the next one begins; empty where this was the last."""

    items: tuple[CaseSummary, ...]
    total: int
    next: str


class CaseList:
    """Reads summaries. Nothing but what is on the page is unsealed."""

    def __init__(self, transactions: Transactions, targets: QueueTargets, clock: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._targets = targets
        self._clock = clock

    async def page(self, caller: Caller, search: CaseSearch) -> CasePage:
        """The caller's page of a list.

        Raises:
            BadRequest: `after` is no place of such a list.
        """
        if search.text or search.target or search.sort == "target":
            return await self._looked_through(caller, search)
        where = _where(caller, search)
        order = _order(search)
        query = _SUMMARY.where(*where, *_beyond(order, search.after)).limit(search.limit + 1)
        query = query.order_by(*(column if rising else column.desc() for column, rising in order))
        count = select(func.count()).select_from(handoffs).join(conversations, _ALIVE).where(_OPEN, *where)

        def read(connection: Connection) -> CasePage:
            found = self._summaries(connection, query)
            page = tuple(found[: search.limit])
            more = len(found) > len(page) and page
            return CasePage(page, connection.execute(count).scalar_one(), _place(search, page[-1]) if more else "")

        return await self._transactions.read(read)

    async def _looked_through(self, caller: Caller, search: CaseSearch) -> CasePage:
        """A page of what no database sorts out: targets count in opening time, and names are sealed.

        Names have to be opened one by one: those of so many at most, in the list's order.
        """
        query = _KEYS.where(*_where(caller, search))
        keys = [_Key(*row) for row in await self._transactions.read(lambda c: c.execute(query).all())]
        places = self._places(keys, caller.tenant, search)
        if search.text:
            wanted = _folded(search.text)
            opened = await self.find([place[-1] for place in places[:MOST_SEARCHED]])
            places = [each for each in places if each[-1] in opened and _is_named(opened[each[-1]], wanted)]
        begin = bisect_right(places, _read_place(search.after)) if search.after else 0
        page = places[begin : begin + search.limit]
        found = await self.find([place[-1] for place in page])
        items = tuple(found[place[-1]] for place in page if place[-1] in found)
        more = begin + len(page) < len(places)
        return CasePage(items, len(places), "~".join(map(str, page[-1])) if more else "")

    def _places(self, keys: Collection["_Key"], tenant: TenantId, search: CaseSearch) -> list["_Place"]:
        """The places of those of the wanted standing to their target, in the list's order."""
        now, places = self._clock(), list[_Place]()
        for key in keys:
            due, since = self._due(tenant, key), key.waiting_since.timestamp()
            if search.target and (due is None or due.state(now) != search.target):
                continue
            first = {
                "priority": float(RANKS.get(key.priority, len(RANKS))),
                "newest": -since,
                "target": due.due_at.timestamp() if due else inf,
            }
            places.append((first.get(search.sort, since), since, key.conversation_id))
        return sorted(places)

    def _due(self, tenant: TenantId, key: "_Key") -> DueTimes | None:
        if key.state != "queued":
            return None
        return self._targets.due(tenant, key.queue, key.priority, key.waiting_since)

    async def find(self, wanted: Collection[ConversationId]) -> dict[ConversationId, CaseSummary]:
        """The summaries of those of these conversations that wait or that somebody has."""
        query = _SUMMARY.where(handoffs.c.conversation_id.in_(wanted))
        found = await self._transactions.read(lambda connection: self._summaries(connection, query))
        return {each.conversation_id: each for each in found}

    async def marks(
        self, tenants: Collection[TenantId], wanted: Collection[ConversationId] | None
    ) -> dict[ConversationId, tuple[Any, ...]]:
        """What changes whenever a summary does, of these tenants' conversations; without `wanted` of all."""
        query = _MARKS.where(handoffs.c.tenant.in_(tenants))
        if wanted is not None:
            query = query.where(handoffs.c.conversation_id.in_(wanted))
        rows = await self._transactions.read(lambda connection: connection.execute(query).all())
        return {ConversationId(row[0]): tuple(row) for row in rows}

    def _summaries(self, connection: Connection, query: Select[Any]) -> list[CaseSummary]:
        rows = connection.execute(query).mappings().all()
        wanted = [row["conversation_id"] for row in rows]
        boxes, labels = self._transactions.vault.boxes(connection, wanted), _labels(connection, wanted)
        return [
            self._summary(SealedRows(key, boxes[key]), row, labels.get(key, ()))
            for row in rows
            if (key := row["conversation_id"])
        ]

    def _summary(self, sealed: SealedRows, row: Any, labels: tuple[str, ...]) -> CaseSummary:
        handoff = sealed.handoff(row)
        customer: dict[str, Any] = handoff.packet.get("customer") or {}
        key = _Key(handoff.conversation_id, handoff.state, handoff.queue, handoff.priority, handoff.waiting_since)
        due = self._due(handoff.tenant, key)
        return CaseSummary(
            conversation_id=handoff.conversation_id,
            tenant=handoff.tenant,
            queue=handoff.queue,
            priority=handoff.priority,
            reason=handoff.reason,
            waiting_since=handoff.waiting_since,
            state="claimed" if handoff.state == "claimed" else "queued",
            claimed_by=handoff.claimed_by,
            name=row["name"] or "",
            claimed_at=handoff.claimed_at,
            customer_id=str(customer.get("id") or ""),
            customer_name=str(customer.get("name") or ""),
            channel=row["channel"],
            locale=str(handoff.packet.get("locale") or ""),
            last_at=row["last_at"],
            said=row["said"],
            told=row["told"],
            unread=row["unread"],
            labels=labels,
            answer_by=str(handoff.packet.get("answer_by") or ""),
            near_at=due.near_at if due else None,
            due_at=due.due_at if due else None,
        )


def _labels(connection: Connection, wanted: Collection[str]) -> dict[str, tuple[str, ...]]:
    columns, found = desk_labels.c, dict[str, tuple[str, ...]]()
    query = select(columns.conversation_id, columns.label).where(columns.conversation_id.in_(wanted))
    for conversation_id, label in connection.execute(query.order_by(columns.label)):
        found[conversation_id] = (*found.get(conversation_id, ()), label)
    return found


def _read_place(after: str) -> _Place:
    try:
        first, since, name = after.split("~")
        return float(first), float(since), ConversationId(name)
    except ValueError as error:
        raise BadRequest(NO_PLACE) from error


def _is_named(summary: CaseSummary, wanted: str) -> bool:
    """Whether a folded text is part of the customer's name or number, or of the conversation's id."""
    names = _folded(summary.customer_name), summary.customer_id.casefold(), summary.conversation_id.casefold()
    return any(wanted in each for each in names)


def _folded(text: str) -> str:
    """Without accents and capitals: Garcia finds García."""
    plain = normalize("NFKD", text.casefold().strip())
    return "".join(each for each in plain if not combining(each))


def _where(caller: Caller, search: CaseSearch) -> list[Any]:
    columns = handoffs.c
    where: list[Any] = [columns.tenant == caller.tenant]
    if search.view == "waiting":
        where.append(columns.state == "queued")
    elif search.view == "mine":
        where += [columns.state == "claimed", columns.claimed_by == caller.subject]
    else:
        where += [columns.state == "claimed", columns.claimed_by != caller.subject]
    given = {"queue": search.queue, "priority": search.priority, "reason": search.reason}
    if search.label:
        labelled = select(desk_labels.c.conversation_id).where(desk_labels.c.label == search.label)
        where.append(columns.conversation_id.in_(labelled))
    return where + [columns[name] == value for name, value in given.items() if value]


def _order(search: CaseSearch) -> Sequence[tuple[Any, bool]]:
    """The columns that a list is ordered by, and whether they rise."""
    since, last = handoffs.c.waiting_since, handoffs.c.conversation_id
    if search.sort == "priority":
        return ((_RANK, True), (since, True), (last, True))
    return ((since, search.sort == "longest"), (last, True))


def _place(search: CaseSearch, summary: CaseSummary) -> str:
    since = summary.waiting_since.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{summary.priority}~{since}~{summary.conversation_id}"


def _beyond(order: Sequence[tuple[Any, bool]], after: str) -> list[Any]:
    """The condition of being later in the list than a place."""
    if not after:
        return []
    try:
        priority, since, name = after.split("~")
        values = [RANKS.get(priority, len(RANKS)), datetime.fromisoformat(since), name][-len(order) :]
    except ValueError as error:
        raise BadRequest(NO_PLACE) from error
    parts: list[Any] = []
    equal: list[Any] = []
    for (column, rising), value in zip(order, values, strict=True):
        parts.append(and_(*equal, column.op(">")(value) if rising else column.op("<")(value)))
        equal.append(column.op("=")(value))
    return [or_(*parts)]
