"""The autonomy dial from the command line: straight into the database, whether or not a service runs."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

from agents.catalogue import load_catalogue
from app.clock import tell_time
from app.dial_names import dial_names
from app.installation import Installation, open_installation, require_tenant
from app.opened_company import open_company
from app.policy_bundle import read_bundle
from app.settings import Settings
from domain.autonomy import EVERY_TENANT, RunningProcess, Turned
from domain.caller import Caller
from policy.control.dial import STALE_AFTER_S, Dial
from policy.journal.journal import HashChainedJournal

LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Obedience:
    """How many of the running processes obey a turn of the dial; `waiting` have not said so in time."""

    running: Sequence[RunningProcess]
    waiting: Sequence[RunningProcess]

    def as_json(self) -> dict[str, Any]:
        """In plain values; `by` is when the last of them obeyed, none while one has not."""
        last = max((each.obeyed_at for each in self.running), default=None)
        return {
            "running": len(self.running),
            "obeyed": len(self.running) - len(self.waiting),
            "by": None if last is None or self.waiting else last.isoformat(),
            "waiting": [
                {"id": each.id, "host": each.host, "heard_at": each.heard_at.isoformat()} for each in self.waiting
            ],
        }


async def show(settings: Settings, tenant: str) -> dict[str, Any]:
    """What policy data lets the assistant do, what is held back now, and the last turns of the dial.

    Raises:
        UnknownName: there is no such tenant, or no installation.
    """
    require_tenant(settings, tenant, EVERY_TENANT)
    data = read_bundle(settings).data["autonomy"]
    async with _opened(settings) as (installation, dial):
        holdings, history = await dial.holdings(tenant), await dial.history(tenant)
        running = await dial.processes()
    last = max((turned.number for turned in history), default=0)
    return {
        "system": installation.name,
        "tenant": tenant,
        "policy": {**data["default"], **data["tenants"].get(tenant, {})},
        "items": [{name: value for name, value in asdict(held).items() if name != "last"} for held in holdings],
        "history": [{**asdict(turned), "at": turned.at.isoformat()} for turned in history],
        "processes": _obedience(running, last).as_json(),
    }


async def turn(settings: Settings, caller: Caller, wish: Turned) -> dict[str, Any]:
    """Turn the dial, wait until every running process obeys, and say what was recorded and who did.

    Raises:
        UnknownName: there is no such procedure, channel, cohort or tenant, or no installation; nothing was recorded.
    """
    async with _opened(settings) as (installation, dial):
        turned = await dial.turn(caller, wish)
        obeyed = await _await_obedience(dial, turned.number)
    said = {"system": installation.name, "processes": obeyed.as_json()}
    return {**asdict(turned), "at": turned.at.isoformat(), **said}


async def _await_obedience(dial: Dial, number: int) -> Obedience:
    """Look until every running process obeys, or until one that cannot read would act as stopped anyway."""
    deadline = asyncio.get_running_loop().time() + STALE_AFTER_S
    while True:
        found = _obedience(await dial.processes(), number)
        if not found.waiting or asyncio.get_running_loop().time() > deadline:
            return found
        await asyncio.sleep(LOOK_EVERY_S)


def _obedience(running: Sequence[RunningProcess], number: int) -> Obedience:
    return Obedience(running, [each for each in running if each.obeyed < number])


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncGenerator[tuple[Installation, Dial]]:
    names = dial_names(settings, load_catalogue(open_company(settings)), read_bundle(settings))
    async with open_installation(settings) as installation:
        transactions = installation.transactions
        yield installation, Dial(transactions, HashChainedJournal(transactions, tell_time), tell_time, names=names)
