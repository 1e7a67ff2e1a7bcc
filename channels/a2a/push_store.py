"""Where partners want to be told of a task, at rest: sealed with the conversation's key."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from channels.a2a.task_store import Owner, StoredTask
from domain.errors import Conflict
from domain.ids import ConversationId, TenantId
from domain.vault import place_of
from router.memory.outbox import PARTNER_TARGET, enter_partner_delivery
from storage.tables.connectors import deliveries
from storage.tables.conversations import conversations
from storage.tables.partner_tasks import push_configs
from storage.tagged_rows import see_vouched
from storage.transactions import Transactions

MOST = 10
"""Configurations of one task."""
_COLUMNS = push_configs.c


@dataclass(frozen=True, slots=True)
class PushConfig:
    """Where to tell of a task, and what to show there. `legacy` says that the partner speaks A2A 0.3."""

    id: str
    url: str
    token: str = ""
    scheme: str = ""
    credentials: str = ""
    legacy: bool = False

    def named(self, task_id: str) -> "PushConfig":
        """The same with an id: where the partner gave none, the task's."""
        return replace(self, id=self.id or task_id)


@dataclass(frozen=True, slots=True)
class StoredPush:
    """A configuration with its task. `told` names what was told last."""

    target: str
    owner: Owner
    task_id: str
    told: str
    config: PushConfig


class PushStore:
    """Reads and writes configurations; whoever asks by task has seen that the task is theirs."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def save(self, task: StoredTask, config: PushConfig, *, owe: bool = False) -> None:
        """Keep a configuration, in place of the task's one of that id; `owe` has a new one told at once how it stands.

        Raises:
            Conflict: the task has very many, or the same was done meanwhile.
        """

        def work(connection: Connection) -> None:
            known = connection.execute(select(push_configs).where(_is(task.id, config.id))).mappings().first()
            target = known["target"] if known else f"{PARTNER_TARGET}{uuid4().hex[:20]}"
            box = self._transactions.vault.box(connection, task.conversation_id)
            content = {name: getattr(config, name) for name in PushConfig.__slots__ if name != "id"}
            sealed = box.seal_json(_place(target), content)
            if known:
                connection.execute(update(push_configs).where(_COLUMNS.target == target).values(content=sealed))
                return
            count = select(func.count()).select_from(push_configs).where(_COLUMNS.task_id == task.id)
            if connection.execute(count).scalar_one() >= MOST:
                raise Conflict(f"the task has {MOST} push configurations already: delete one that is not needed")
            connection.execute(insert(push_configs).values(**_row(task, config.id, target, sealed)))
            if owe:
                last = select(conversations.c.events).where(conversations.c.id == task.conversation_id)
                event_id = connection.execute(last).scalar_one()
                enter_partner_delivery(connection, task.tenant, task.conversation_id, target, event_id)

        try:
            await self._transactions.write(work)
        except IntegrityError as error:
            raise Conflict("the same was asked for meanwhile") from error

    async def browse(self, task: StoredTask) -> list[PushConfig]:
        """The task's configurations, by their ids."""
        query = select(push_configs).where(_COLUMNS.task_id == task.id).order_by(_COLUMNS.id)

        def read(connection: Connection) -> list[PushConfig]:
            return [self._read(connection, row).config for row in connection.execute(query).mappings().all()]

        return await self._transactions.read(read)

    async def find_target(self, target: str) -> StoredPush | None:
        """The configuration that deliveries to this target are for; None where it was deleted."""
        query = select(push_configs).where(_COLUMNS.target == target)

        def read(connection: Connection) -> StoredPush | None:
            row = connection.execute(query).mappings().first()
            return self._read(connection, row) if row else None

        return await self._transactions.read(read)

    async def delete(self, task: StoredTask, config_id: str) -> None:
        """Tell nothing there any more; what was still to be told is forgotten."""

        def work(connection: Connection) -> None:
            target = connection.execute(select(_COLUMNS.target).where(_is(task.id, config_id))).scalar_one_or_none()
            if target is not None:
                connection.execute(delete(deliveries).where(deliveries.c.target == target))
                connection.execute(delete(push_configs).where(_COLUMNS.target == target))

        await self._transactions.write(work)

    async def note_told(self, target: str, told: str) -> None:
        """Keep what was told last."""
        mine = update(push_configs).where(_COLUMNS.target == target).values(told=told)
        await self._transactions.write(lambda connection: connection.execute(mine))

    def _read(self, connection: Connection, row: Mapping[Any, Any]) -> StoredPush:
        see_vouched(self._transactions.vault.tags, "a2a_push_configs", row)
        box = self._transactions.vault.box(connection, ConversationId(row["conversation_id"]))
        content = box.unseal_json(_place(row["target"]), row["content"], erased={"url": ""})
        owner = Owner(TenantId(row["tenant"]), row["partner"])
        return StoredPush(row["target"], owner, row["task_id"], row["told"], PushConfig(row["id"], **content))


def _row(task: StoredTask, config_id: str, target: str, sealed: Any) -> dict[str, Any]:
    owner = {"tenant": task.tenant, "partner": task.partner, "conversation_id": task.conversation_id}
    return {**owner, "target": target, "task_id": task.id, "id": config_id, "content": sealed, "told": ""}


def _is(task_id: str, config_id: str) -> ColumnElement[bool]:
    return and_(_COLUMNS.task_id == task_id, _COLUMNS.id == config_id)


def _place(target: str) -> str:
    return place_of("a2a_push_configs.content", target)
