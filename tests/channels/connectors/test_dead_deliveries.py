"""What operators see of a line that is cut, and how what was given up is sent again: gauges and the command."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from typer.testing import CliRunner, Result

from app.main import cli
from channels.connectors.connector import Receipt
from tests.app.telemetry.test_metrics import scrape
from tests.channels.connectors.test_twilio import number_of, profile, text
from tests.channels.connectors.twilio_server import TwilioServer, twilio_server
from tests.conftest import OpenHouse
from tests.house_guest import Guest


@pytest.fixture
async def server() -> AsyncIterator[TwilioServer]:
    async with twilio_server() as one:
        yield one


async def give_up(guest: Guest) -> int:
    """Have what waits come to its end, in order, as after three days without an answer."""
    connectors, given_up = guest.house.connectors, 0
    while found := await connectors.queue.due("texts", float("inf"), 10):
        for each in found:
            await connectors.queue.settle(each, Receipt(503, "answered 503", final=True), each.made_at)
            given_up += 1
    return given_up


async def test_what_a_cut_line_holds_up_is_seen_and_sent_again_once_it_is_mended(
    open_house: OpenHouse, server: TwilioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = profile(server)
    guest = await open_house(**named)
    settings = guest.house.settings
    monkeypatch.setenv("SWITCHBOARD_CONNECTORS", json.dumps(named["connectors"]))
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(settings.data / "none.toml"))
    if settings.database_url:
        monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", settings.database_url)

    async def run(*arguments: str) -> Result:
        command = ["connectors", *arguments, "--data", str(settings.data)]
        return await asyncio.to_thread(CliRunner().invoke, cli, command)

    server.away = True
    await text(guest, await number_of(guest), "why is my bill so high?")
    cut = await run("check", "texts")
    assert cut.exit_code == 1
    told = " ".join(cut.stdout.split())
    assert "api: answered 503; 2 wait to be sent" in told
    assert "the last try: answered 503" in told
    server.away = False
    assert await give_up(guest) == 2
    value = await scrape(guest)
    assert value("deliveries_dead", target="texts") == 2
    assert "2 given up" in " ".join((await run("check")).stdout.split())
    dead = json.loads((await run("deliveries", "texts", "--json")).stdout)["items"]
    assert [(each["state"], each["status"], each["error"]) for each in dead] == [("dead", 503, "answered 503")] * 2
    assert json.loads((await run("deliveries", "texts", "--state", "waiting", "--json")).stdout)["items"] == []

    for arguments, said in (
        (("deliveries", "txts"), "did you mean texts?"),
        (("deliveries", "texts", "--state", "died"), "did you mean dead or delivered?"),
        (("resend", "texts", "DL-of-nobody"), "has no delivery"),
    ):
        refused = await run(*arguments)
        assert refused.exit_code in (1, 2)
        assert said in " ".join(refused.stderr.split())
    assert server.messages == []

    assert json.loads((await run("resend", "texts", "--json")).stdout) == {"due": 2}
    await guest.house.jobs.run("deliveries")
    assert "automated assistant" in server.texts[0]
    assert len(server.texts) == 2
    assert (await run("check", "texts")).stdout.strip() == "texts: ok"
