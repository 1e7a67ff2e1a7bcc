"""What conversations owe: what policy data says of it, and what the command line shows of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.clock import tell_time
from app.installation import open_installation, require_customer, require_tenant
from app.settings import Settings
from domain.errors import Conflict
from domain.ids import TenantId
from domain.names import require_known
from policy.engines.live import LivePolicy
from router.follow_ups.delivery import DayBegins
from router.memory.follow_up import FollowUp
from router.memory.follow_up_book import FollowUpBook

BY_OPERATOR = "an operator called it off"


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


async def call_off(settings: Settings, follow_up_id: str, tenant: str, customer_id: str) -> list[dict[str, Any]]:
    """Call off what waits: one follow-up, or all of a customer's; returns what was.

    Raises:
        UnknownName: there is no such follow-up, tenant or customer, or no installation.
        Conflict: the follow-up does not wait any more.
    """
    require_tenant(settings, tenant)
    async with open_installation(settings) as opened:
        book = FollowUpBook(opened.transactions)
        if customer_id:
            await require_customer(opened, tenant, customer_id)
            found = await book.browse(tenant=TenantId(tenant), customer_id=customer_id)
        else:
            known = {each.id: each for each in await book.browse()}
            require_known("follow-up", follow_up_id, known)
            found = [known[follow_up_id]]
            if found[0].state != "waiting":
                raise Conflict(f"{follow_up_id} does not wait any more: it is {found[0].state.replace('_', ' ')}")
        ended = [replace(each, state="called_off", reason=BY_OPERATOR) for each in found if each.state == "waiting"]
        for each in ended:
            await book.save(each)
    return [_shown(each) for each in ended]


def _shown(follow_up: FollowUp) -> dict[str, Any]:
    values = {name: getattr(follow_up, name) for name in FollowUp.__slots__ if name != "facts"}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
