"""Killed with SIGKILL while it writes down an end or keeps a promise, a house does each once after it is back."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.chaos.moments import Moment, disarm
from tests.chaos.processes import Running

SOON = {"SWITCHBOARD_CONVERSATION__FOLLOW_UP_SECONDS": "0.2"}


class _Talk:
    """One conversation with a process that may die meanwhile."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.id = ""

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.http.request(method, path, json=body)
        assert answer.is_success, f"{answer.status_code} {answer.text}"
        return answer.json()

    async def open(self, customer: str) -> None:
        body = {"channel": "chat", "customer": {"id": customer, "auth_level": "authenticated"}, "locale": "en"}
        self.id = (await self.call("POST", "/v1/conversations", body))["id"]

    async def says(self, text: str) -> Any:
        return await self.call(
            "POST", f"/v1/conversations/{self.id}/messages", {"client_message_id": text, "text": text}
        )


async def _until_nothing_waits(folder: Path) -> None:
    async with asyncio.timeout(60):
        while _look(folder / "switchboard.db", "SELECT 1 FROM follow_ups WHERE state = 'waiting'"):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


def _look(file: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(file, timeout=20)) as database, database:
        return database.execute(sql).fetchall()


@pytest.mark.parametrize(
    "moment",
    [Moment("intent", "after"), Moment("effect", "after"), Moment("outcome", "before"), Moment("reply", "after")],
    ids=str,
)
async def test_an_end_is_written_down_and_confirmed_once(seeded_folder: Path, tmp_path: Path, moment: Moment) -> None:
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    async with Running(folder, "serve", **SOON) as service, service.caller("channel") as http:
        amira = _Talk(http)
        await amira.open("C-1001")
        await amira.says("I was charged twice for my last bill")
        await amira.says("yes")
        moment.arm(folder)
        with pytest.raises(httpx.TransportError):
            await amira.says("bye")
        service.kill()
        disarm(folder)
        await service.start()
        await amira.says("bye")
        await _until_nothing_waits(folder)
    sent = _look(folder / "crm.db", "SELECT 1 FROM outbox WHERE template = 'confirmation'")
    noted = _look(folder / "crm.db", "SELECT 1 FROM interactions WHERE channel = 'note' AND author = 'assistant'")
    refunds = _look(folder / "payments.db", "SELECT 1 FROM refunds WHERE payment_id IN ('P-5001', 'P-5002')")
    assert (len(sent), len(noted), len(refunds)) == (1, 1, 1)
