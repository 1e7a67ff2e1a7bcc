"""Journeys whose CRM is somebody else's, over HTTP: what is agreed is done there, and a CRM that is down is said."""

import asyncio
import importlib.util
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.responses import Response

from tests.conftest import OpenHouse
from tests.house_guest import Guest

EXAMPLE = Path(__file__).parents[2] / "docs" / "how-to" / "examples" / "rest_crm.py"


class Crm:
    """The guide's example server, with the reference tenant's customer; while `down` it answers 503."""

    def __init__(self) -> None:
        spec = importlib.util.spec_from_file_location("rest_crm_of_journeys", EXAMPLE)
        assert spec
        assert spec.loader
        self.module: Any = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        self.record = self.module.person("C-1001", "Jo Example", "jo@example.com", "+12025550111")
        self.module.CUSTOMERS["northwind-fibre", "C-1001"] = self.record
        self.down = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.down and scope["type"] == "http":
            await Response(status_code=503)(scope, receive, send)
        else:
            await self.module.app(scope, receive, send)


@pytest.fixture
def crm() -> Crm:
    return Crm()


@pytest.fixture
async def guest(open_house: OpenHouse, crm: Crm) -> AsyncIterator[Guest]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(crm, log_level="warning"))  # type: ignore[arg-type]
    running = asyncio.create_task(server.serve(sockets=[listener]))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    systems = {"http": {"url": address, "token": crm.module.TOKEN}}
    yield await open_house(backends={"crm": "http"}, systems=systems)
    server.should_exit = True
    await running


async def test_what_is_agreed_is_done_in_their_crm(guest: Guest, crm: Crm) -> None:
    jo = await guest.customer("C-1001", auth_level="strong")
    await jo.says("please change my email to jo.new@example.org")
    assert crm.record["email"] == "jo@example.com"
    await jo.says("yes")
    assert await jo.done() == [("crm.update_contact_detail", "succeeded")]
    assert crm.record["email"] == "jo.new@example.org"


async def test_a_crm_that_is_down_is_said_and_no_value_is_called_wrong(guest: Guest, crm: Crm) -> None:
    jo = await guest.customer("C-1001", auth_level="strong")
    await jo.says("please change my email to jo.new@example.org")
    crm.down = True
    await jo.says("yes")
    assert jo.turn["handoff"]["reason"] == "tool_failure"
    assert "can't be right" not in jo.text
    assert crm.record["email"] == "jo@example.com"
    told = (await guest.http.get("/readyz")).json()
    assert (told["status"], told["notes"]["crm"].partition("(")[0]) == (
        "ready",
        "the system behind crm did not answer its last call ",
    )


async def test_a_crm_that_is_down_from_the_start_is_said_too(guest: Guest, crm: Crm) -> None:
    jo = await guest.customer("C-1001", auth_level="strong")
    await jo.says("hello")
    crm.down = True
    await jo.says("please change my phone number to +1 202 555 0199")
    assert jo.turn["handoff"]["reason"] == "tool_failure"
    assert "can't be right" not in jo.text
