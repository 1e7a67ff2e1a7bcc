"""What conversations owe: what policy data says of it, and what the command line shows of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from app.clock import tell_time
from app.installation import open_installation, require_customer
from app.settings import Settings
from domain.ids import TenantId
from policy.engines.live import LivePolicy
from router.follow_ups.book import FollowUpBook
from router.follow_ups.delivery import DayBegins
from router.follow_ups.follow_up import FollowUp


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
    """Follow-ups of the settings' database as plain data, without the facts that their words are made of.

    Raises:
        UnknownName: there is no installation, or nothing is kept of that customer.
    """
    async with open_installation(settings) as opened:
        if customer_id:
            await require_customer(opened, "", customer_id)
        book = FollowUpBook(opened.transactions)
        found = await book.browse(customer_id=customer_id, due=tell_time() if due else None)
    return [_shown(each) for each in found]


def _shown(follow_up: FollowUp) -> dict[str, Any]:
    values = {name: getattr(follow_up, name) for name in FollowUp.__slots__ if name != "facts"}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
