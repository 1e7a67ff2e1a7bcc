"""A server on a system that is not ours: asynchronous, once per key, and slow without stalling anybody."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.backends import open_backends
from app.settings import load_settings
from domain.errors import Misconfigured
from mcp_servers.backend import SystemBackend
from mcp_servers.crm.server import tools as crm
from mcp_servers.key_book import KeyBook
from mcp_servers.network.models import Outages
from mcp_servers.network.server import tools as network
from mcp_servers.refusal import Refused
from mcp_servers.scope import Scope
from policy.keys import public_key_of
from tests.mcp_servers.office import Office, ToolRefused

NOW = datetime(2026, 3, 18, 15, 0, tzinfo=UTC)


class SlowNetwork:
    """A network whose outages are listed when they are let go, and whose restarts break at first."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.let_go = asyncio.Event()
        self.restarts: list[str] = []
        self.broken = True
        self.restarting = 0
        self.at_once = 0

    async def check(self) -> None: ...

    async def close(self) -> None: ...

    async def list_outages(self, scope: Scope) -> Outages:
        self.asked.set()
        await self.let_go.wait()
        return Outages(items=[])

    async def get_device(self, scope: Scope, device_id: str) -> Any:
        raise Refused(f"device_id: device {device_id} not found")

    async def run_line_test(self, scope: Scope, device_id: str) -> Any:
        raise NotImplementedError

    async def restart_device(self, scope: Scope, device_id: str) -> Any:
        from mcp_servers.network.models import Restarted

        self.restarts.append(scope.key)
        if self.broken:
            raise TimeoutError
        self.restarting += 1
        self.at_once = max(self.at_once, self.restarting)
        self.asked.set()
        await self.let_go.wait()
        self.restarting -= 1
        return Restarted(device_id=device_id, online=True, restarted_at=scope.now)


@pytest.fixture
def slow(tmp_path: Path, office: Office) -> SlowNetwork:
    system = SlowNetwork()
    backend = SystemBackend("network", system, network.entries, KeyBook(tmp_path / "network.keys.db"))
    from mcp_servers.grants import read_public_key

    office.servers["network"] = network.build(backend, read_public_key(public_key_of(office.private_key)), office.clock)
    return system


async def test_a_slow_system_stalls_nobody_else(office: Office, slow: SlowNetwork) -> None:
    waiting = asyncio.create_task(office.call_of("network.list_outages", "C-1001"))
    await slow.asked.wait()
    assert (await office.call_of("crm.get_customer", "C-1001"))["customer_id"] == "C-1001"
    with pytest.raises(ToolRefused, match="device D-1 not found"):
        await office.call("network.get_device", "C-1001", device_id="D-1")
    assert not waiting.done()
    slow.let_go.set()
    assert await waiting == {"items": []}


async def test_a_customers_changes_are_made_one_after_another(office: Office, slow: SlowNetwork) -> None:
    slow.broken = False
    asked = [office.call("network.restart_device", "C-1006", device_id="D-8006") for _ in range(3)]
    changing = asyncio.gather(*asked)
    await slow.asked.wait()
    for _ in range(20):
        with pytest.raises(ToolRefused, match="device D-1 not found"):
            await office.call("network.get_device", "C-1001", device_id="D-1")
    slow.let_go.set()
    await changing
    assert (slow.at_once, len(slow.restarts)) == (1, 3)


async def test_a_change_that_was_cut_short_is_made_again_under_its_key_and_then_never_more(
    office: Office, slow: SlowNetwork
) -> None:
    arguments = {"device_id": "D-8006"}
    token = office.grant("network.restart_device", arguments, "C-1006", idempotency_key="key-of-one")
    with pytest.raises(ToolRefused, match=r"^Error executing tool restart_device$"):
        await office.present("network.restart_device", arguments, token)
    slow.broken = False
    slow.let_go.set()
    first = await office.present("network.restart_device", arguments, token)
    office.clock.advance(seconds=1)
    assert await office.present("network.restart_device", arguments, token) == first
    assert slow.restarts == ["key-of-one", "key-of-one"]
    other = {"device_id": "D-8007"}
    stolen = office.grant("network.restart_device", other, "C-1006", idempotency_key="key-of-one")
    with pytest.raises(ToolRefused, match="used for another call"):
        await office.present("network.restart_device", other, stolen)


async def test_another_customer_than_the_grants_is_not_found(office: Office, slow: SlowNetwork) -> None:
    with pytest.raises(ToolRefused, match="customer C-1002 not found"):
        await office.call("network.list_outages", "C-1001", customer_id="C-1002")
    assert not slow.asked.is_set()


async def test_calls_at_once_under_one_key_act_once(tmp_path: Path) -> None:
    system, book = SlowNetwork(), KeyBook(tmp_path / "keys.db")
    system.broken = False
    system.let_go.set()
    backend = SystemBackend("network", system, network.entries, book)
    restart = next(entry for entry in network.entries if entry.name == "restart_device")
    scope = Scope("acme", "C-1", NOW, "one-key", "digest")
    answers = await asyncio.gather(*(backend.act(restart, scope, {"device_id": "D-1"}) for _ in range(5)))
    assert len({each.model_dump_json() for each in answers}) == len(system.restarts) == 1


def test_a_system_that_lacks_a_tool_or_takes_something_else_is_named(tmp_path: Path) -> None:
    book = KeyBook(tmp_path / "keys.db")
    with pytest.raises(
        Misconfigured, match=r"SlowNetwork cannot serve crm: it lacks `async def find_customer\(scope, field, value\)`"
    ):
        SystemBackend("crm", SlowNetwork(), crm.entries, book)

    async def list_outages(scope: Scope, region: str) -> Any: ...

    with pytest.raises(
        Misconfigured, match=r"list_outages takes scope, region; the contract has `async def list_outages\(scope\)`"
    ):
        SystemBackend("network", SimpleNamespace(list_outages=list_outages), network.entries, book)  # type: ignore[arg-type]


def test_a_backend_is_chosen_by_one_setting_and_says_what_it_lacks(tmp_path: Path) -> None:
    assert dict(open_backends(load_settings(data=tmp_path))) == {}
    with pytest.raises(Misconfigured, match=r"SWITCHBOARD_SYSTEMS__HTTP__URL=…   \(where your CRM answers"):
        open_backends(load_settings(data=tmp_path, backends={"crm": "http"}))
    with pytest.raises(Misconfigured, match=r"crm cannot run on 'htp'.*did you mean http"):
        open_backends(load_settings(data=tmp_path, backends={"crm": "htp"}))
    chosen = load_settings(data=tmp_path, backends={"crm": "http"}, systems={"http": {"url": "https://crm.example"}})
    assert list(open_backends(chosen)) == ["crm"]
    assert list(tmp_path.iterdir()) == []
