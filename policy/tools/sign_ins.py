"""Sign-ins that a person made for us at somebody else's MCP servers: kept sealed, renewed by one process at a time."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from domain.autonomy import EVERY_TENANT
from domain.ids import ConversationId, TenantId
from domain.vault import place_of
from storage.leases import Leases
from storage.record_heads import heads_of
from storage.tables.control import data_keys
from storage.tables.sign_ins import mcp_sign_ins
from storage.transactions import Transactions

RENEWAL_S = 40.0
"""How long renewing may take before another process tries."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Tokens, whose they are and where they are renewed. `client` is what the authorisation server knows us by.

    They are for the server at `url` alone, and sent nowhere else. `expires_at` is in seconds since 1970, 0 where it was
    not said; `ended` says why they serve no more, empty while they do.
    """

    url: str
    issuer: str
    token_endpoint: str
    revocation_endpoint: str
    resource: str
    client: dict[str, Any] = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scope: str = ""
    expires_at: float = 0.0
    ended: str = ""


class SignIns:
    """The sign-ins in our database, each sealed with a key of its own."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._leases = Leases(RENEWAL_S)

    async def find(self, server: str) -> SignIn | None:
        """What is known of that server, as any process left it."""

        def read(connection: Connection) -> SignIn | None:
            query = select(mcp_sign_ins.c.content).where(mcp_sign_ins.c.server == server)
            sealed = connection.execute(query).scalar_one_or_none()
            if sealed is None:
                return None
            box = self._transactions.vault.box(connection, _owner(server))
            found = box.unseal_json(_place(server), sealed)
            return None if found is None else SignIn(**found)

        return await self._transactions.read(read)

    async def save(self, server: str, made: SignIn) -> None:
        """Keep it instead of what was known."""

        def write(connection: Connection) -> None:
            box = self._transactions.vault.own_box(connection, _owner(server), TenantId(EVERY_TENANT))
            connection.execute(delete(mcp_sign_ins).where(mcp_sign_ins.c.server == server))
            sealed = box.seal_json(_place(server), asdict(made))
            connection.execute(insert(mcp_sign_ins).values(server=server, content=sealed))

        await self._transactions.write(write)

    async def forget(self, server: str) -> None:
        """Delete it with its key."""
        owner, vault = _owner(server), self._transactions.vault

        def write(connection: Connection) -> None:
            connection.execute(delete(mcp_sign_ins).where(mcp_sign_ins.c.server == server))
            connection.execute(delete(data_keys).where(data_keys.c.conversation_id == owner))
            heads_of(connection, vault.tags).drop(connection, [owner])

        await self._transactions.write(write)
        await self._transactions.read(lambda _: vault.drop([owner]))

    @asynccontextmanager
    async def renewing(self, server: str) -> AsyncGenerator[bool]:
        """Whether this process is the one to renew it now: of many, one is."""
        lease = await self._transactions.write(lambda c: self._leases.acquire(c, _owner(server)))
        try:
            yield lease is not None
        finally:
            if lease is not None:
                await self._transactions.write(lease.release)


def _owner(server: str) -> ConversationId:
    return ConversationId(f"mcp:{server}")


def _place(server: str) -> str:
    return place_of("mcp_sign_ins.content", server)
