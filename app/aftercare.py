"""What a running house does for conversations between their turns: keeping what they owe, closing what lies idle."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from app.clock import tell_time
from app.settings import ConversationSettings, Settings
from app.vault import open_vault
from domain.errors import SwitchboardError
from domain.ids import TenantId
from policy.engines.live import LivePolicy
from router.follow_ups.book import FollowUpBook
from router.follow_ups.delivery import DayBegins, Deliveries
from router.follow_ups.follow_up import FollowUp
from router.idleness import IdleConversations, Patience
from storage.database import open_database, upgrade_database
from storage.transactions import Transactions

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Aftercare:
    """What is seen to between turns."""

    book: FollowUpBook
    deliveries: Deliveries
    idle: IdleConversations

    async def do_round(self) -> None:
        """One round; trouble is logged and tried again in the next."""
        try:
            kept = await self.deliveries.carry_out_due()
            closed = await self.idle.close_idle()
            log.debug("aftercare", kept=kept, closed=closed)
        except (SwitchboardError, OSError) as error:
            log.error("aftercare_failed", error=str(error))


class ToolGroups(Mapping[str, str]):
    """What kind of thing each tool does, by the policy data that decides now."""

    def __init__(self, policy: LivePolicy) -> None:
        self._policy = policy

    def __getitem__(self, tool: str) -> str:
        return self._policy.edition.tools[tool].group

    def __iter__(self) -> Iterator[str]:
        return iter(self._policy.edition.tools)

    def __len__(self) -> int:
        return len(self._policy.edition.tools)


def day_begins(policy: LivePolicy) -> DayBegins:
    """From which minute of the day on policy data lets messages go out, tenant by tenant."""

    def begins(tenant: TenantId) -> int:
        limits: Mapping[str, Any] = policy.edition.bundle.data["limits"]
        own = limits["tenants"].get(tenant, {}).get("messages", {})
        return int({**limits["default"]["messages"], **own}["quiet_until_minute"])

    return begins


async def list_owed(settings: Settings, *, due: bool, customer_id: str) -> list[dict[str, Any]]:
    """Follow-ups of the settings' database as plain data, without the facts that their words are made of."""
    database, vault = open_database(settings.database_url, settings.data), open_vault(settings)
    try:
        await upgrade_database(database, vault)
        book = FollowUpBook(Transactions(database, vault))
        found = await book.browse(customer_id=customer_id, due=tell_time() if due else None)
    finally:
        await database.dispose()
    return [_shown(each) for each in found]


def _shown(follow_up: FollowUp) -> dict[str, Any]:
    values = {name: getattr(follow_up, name) for name in FollowUp.__slots__ if name != "facts"}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def patience_of(settings: ConversationSettings) -> Patience:
    """After how long a settled conversation, and one with something unfinished, is closed."""
    return Patience(timedelta(hours=settings.idle_hours), timedelta(days=settings.resume_days))


async def keep_promises(aftercare: Aftercare, seconds: float) -> None:
    """Do the rounds for ever, the first at once."""
    while True:
        await aftercare.do_round()
        await asyncio.sleep(seconds)
