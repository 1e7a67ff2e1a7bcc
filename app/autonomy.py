"""The autonomy dial from the command line: straight into the database, whether or not a service runs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from app.clock import tell_time
from app.settings import Settings
from app.vault import open_vault
from domain.autonomy import Turned
from domain.caller import Caller
from policy.control.dial import Dial
from policy.engines.bundle import load_bundle
from policy.journal.journal import HashChainedJournal
from storage.database import open_database, upgrade_database
from storage.transactions import Transactions


async def show(settings: Settings, tenant: str) -> dict[str, Any]:
    """What policy data lets the assistant do, what is held back now, and the last turns of the dial."""
    data = load_bundle().data["autonomy"]
    async with _opened(settings) as dial:
        holdings, history = await dial.holdings(tenant), await dial.history(tenant)
    return {
        "tenant": tenant,
        "policy": {**data["default"], **data["tenants"].get(tenant, {})},
        "items": [{name: value for name, value in asdict(held).items() if name != "last"} for held in holdings],
        "history": [{**asdict(turned), "at": turned.at.isoformat()} for turned in history],
    }


async def turn(settings: Settings, caller: Caller, wish: Turned) -> dict[str, Any]:
    """Turn the dial and say what was recorded."""
    async with _opened(settings) as dial:
        turned = await dial.turn(caller, wish)
    return {**asdict(turned), "at": turned.at.isoformat()}


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncGenerator[Dial]:
    settings.data.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url, settings.data)
    try:
        vault = open_vault(settings)
        await upgrade_database(database, vault)
        transactions = Transactions(database, vault)
        yield Dial(transactions, HashChainedJournal(transactions, tell_time), tell_time)
    finally:
        await database.dispose()
