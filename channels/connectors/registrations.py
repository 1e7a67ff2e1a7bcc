"""Who is told of a tenant's conversations by webhook, with secrets that are sealed and rotated."""

import base64
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select, update

from channels.connectors.addresses import AllowedAddresses
from channels.connectors.queue import forget_target, give_up_all
from domain.errors import Conflict, NotFound, UnknownName
from domain.ids import ConversationId, TenantId
from domain.names import suggest
from domain.vault import place_of
from storage.tables.connectors import webhooks
from storage.tagged_rows import see_vouched
from storage.transactions import Transactions

EVENTS = ("message", "status", "action", "pending", "handoff", "turn")
"""What can be heard; a `turn` is told last, with everything that the turn set off."""
MOST = 20
"""Webhooks of one tenant."""
ROTATION = timedelta(hours=24)
"""For so long the secret before the newest one signs as well."""
_COLUMNS = webhooks.c


@dataclass(frozen=True, slots=True)
class Registration:
    """A webhook: where it leads, what it hears, and whether it is active or disabled, with the reason."""

    id: str
    tenant: TenantId
    url: str
    description: str
    events: tuple[str, ...]
    state: str
    reason: str
    created_at: datetime


class Registrations:
    """Keeps webhooks in the database; their secrets are sealed, each webhook's with a key of its own."""

    def __init__(self, transactions: Transactions, allowed: AllowedAddresses, clock: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._allowed = allowed
        self._clock = clock

    async def register(
        self, tenant: TenantId, url: str, events: Sequence[str], description: str
    ) -> tuple[Registration, str]:
        """Have the address told of these events from now on; returns the secret too, which is shown only here.

        Raises:
            AddressRefused: we do not call there.
            UnknownName: there is no such event.
            Conflict: the tenant has very many webhooks already.
        """
        for name in events:
            if name not in EVENTS:
                raise UnknownName(f"events: there is no event {name!r}{suggest(name, EVENTS)}")
        host = self._allowed.check_url(url)
        await self._allowed.find(host, 443, url.partition(":")[0].lower())
        made = Registration(
            f"WH-{uuid4().hex[:20]}", tenant, url, description, tuple(events), "active", "", self._clock()
        )
        secret = _new_secret()
        await self._transactions.write(lambda connection: self._add(connection, made, secret))
        return made, secret

    def _add(self, connection: Connection, made: Registration, secret: str) -> None:
        there = select(func.count()).select_from(webhooks).where(_COLUMNS.tenant == made.tenant)
        if connection.execute(there).scalar_one() >= MOST:
            raise Conflict(f"there are {MOST} webhooks already: delete one that is not needed")
        box = self._transactions.vault.own_box(connection, ConversationId(made.id), made.tenant)
        connection.execute(
            insert(webhooks).values(
                id=made.id,
                tenant=made.tenant,
                url=made.url,
                description=made.description,
                events=list(made.events),
                state=made.state,
                reason="",
                secret=box.seal(_place(made.id), secret),
                previous_secret="",
                previous_until=None,
                created_at=made.created_at,
            )
        )

    async def browse(self, tenant: TenantId) -> list[Registration]:
        """The tenant's webhooks, the oldest first."""
        query = select(webhooks).where(_COLUMNS.tenant == tenant).order_by(_COLUMNS.created_at, _COLUMNS.id)
        return await self._read(query)

    async def find(self, tenant: TenantId, webhook_id: str) -> Registration:
        """One of the tenant's webhooks.

        Raises:
            NotFound: there is none of that id, or it is another tenant's.
        """
        found = await self.look_up(webhook_id)
        if found is None or found.tenant != tenant:
            raise NotFound("There is no such webhook.")
        return found

    async def look_up(self, webhook_id: str) -> Registration | None:
        """A webhook of whichever tenant."""
        found = await self._read(select(webhooks).where(_COLUMNS.id == webhook_id))
        return found[0] if found else None

    async def disable(self, registration: Registration, reason: str) -> Registration:
        """Tell it nothing any more; what waits is given up, and can be sent again once it is enabled."""
        now = self._clock().timestamp()

        def work(connection: Connection) -> None:
            connection.execute(_set(registration.id, state="disabled", reason=reason[:200]))
            give_up_all(connection, registration.id, "the webhook was disabled", now)

        await self._transactions.write(work)
        return replace(registration, state="disabled", reason=reason[:200])

    async def enable(self, registration: Registration) -> Registration:
        """Tell it what happens from now on."""
        await self._transactions.write(lambda c: c.execute(_set(registration.id, state="active", reason="")))
        return replace(registration, state="active", reason="")

    async def delete(self, registration: Registration) -> None:
        """Forget it, its secrets and its deliveries."""
        vault, owner = self._transactions.vault, ConversationId(registration.id)
        await self._transactions.write(lambda connection: forget_target(connection, vault.tags, owner))
        await self._transactions.read(lambda _: vault.drop([owner]))

    async def rotate_secret(self, registration: Registration) -> tuple[str, datetime]:
        """Sign with a new secret from now on, and for a while with the one before too; returns it and until when.

        Raises:
            NotFound: the webhook was deleted meanwhile.
        """
        secret, until = _new_secret(), self._clock() + ROTATION
        place = _place(registration.id)

        def work(connection: Connection) -> None:
            row = connection.execute(select(webhooks).where(_COLUMNS.id == registration.id)).mappings().first()
            if row is None:
                raise NotFound("There is no such webhook.")
            box = self._transactions.vault.box(connection, ConversationId(registration.id))
            sealed = {"secret": box.seal(place, secret), "previous_secret": row["secret"]}
            connection.execute(_set(registration.id, **sealed, previous_until=until))

        await self._transactions.write(work)
        return secret, until

    async def secrets(self, registration: Registration) -> list[str]:
        """What signs now, the newest first.

        Raises:
            NotFound: the webhook was deleted meanwhile.
        """
        query = select(webhooks).where(_COLUMNS.id == registration.id)

        def read(connection: Connection) -> list[str]:
            row = connection.execute(query).mappings().first()
            if row is None:
                raise NotFound("There is no such webhook.")
            see_vouched(self._transactions.vault.tags, "webhooks", row)
            box = self._transactions.vault.box(connection, ConversationId(registration.id))
            valid = row["previous_until"] is not None and row["previous_until"] > self._clock()
            sealed = [row["secret"], *([row["previous_secret"]] if valid else [])]
            return [box.unseal(_place(registration.id), each) for each in sealed]

        return await self._transactions.read(read)

    async def _read(self, query: Any) -> list[Registration]:
        def read(connection: Connection) -> list[Registration]:
            rows = connection.execute(query).mappings().all()
            for row in rows:
                see_vouched(self._transactions.vault.tags, "webhooks", row)
            return [_registration(row) for row in rows]

        return await self._transactions.read(read)


def _registration(row: Any) -> Registration:
    values: dict[str, Any] = {name: row[name] for name in Registration.__slots__}
    values["events"] = tuple(row["events"])
    return Registration(**values)


def _set(webhook_id: str, **values: Any) -> Any:
    return update(webhooks).where(_COLUMNS.id == webhook_id).values(**values)


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(os.urandom(32)).decode()


def _place(webhook_id: str) -> str:
    return place_of("webhooks.secret", webhook_id)
