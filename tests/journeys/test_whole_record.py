"""A turn and its record are one: killed at any moment, neither is there without the other."""

import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.chaos.moments import Moment, disarm
from tests.chaos.processes import Running


class _Talk:
    """One conversation with a process that may die meanwhile."""

    def __init__(self, service: Running, http: httpx.AsyncClient) -> None:
        self.service, self.http = service, http
        self.id = ""

    async def call(self, role: str, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.service.tokens[role]}"}
        answer = await self.http.request(method, self.service.url + path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()

    async def open(self, customer: str) -> None:
        body = {"channel": "chat", "customer": {"id": customer, "auth_level": "authenticated"}, "locale": "en"}
        self.id = (await self.call("channel", "POST", "/v1/conversations", body))["id"]

    async def says(self, text: str) -> Any:
        body = {"client_message_id": "m1", "text": text}
        return await self.call("channel", "POST", f"/v1/conversations/{self.id}/messages", body)

    async def record(self) -> list[tuple[str, str]]:
        items = (await self.call("auditor", "GET", f"/v1/conversations/{self.id}/journal"))["items"]
        return [(item["kind"], item["tool"]) for item in items]


@pytest.mark.parametrize(
    ("customer", "text", "expected"),
    [
        ("C-1004", "please refund my installation fee of 450 dollars", ("handoff", "")),
        ("C-1002", "why is my last bill so high?", ("decision", "erp.list_invoices")),
    ],
)
async def test_a_turn_killed_while_it_is_stored_has_its_reads_and_its_handoff_on_record_once(
    seeded_folder: Path, tmp_path: Path, customer: str, text: str, expected: tuple[str, str]
) -> None:
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    async with Running(folder, "serve") as service, httpx.AsyncClient(timeout=60, trust_env=False) as http:
        talk = _Talk(service, http)
        await talk.open(customer)
        Moment("reply", "after").arm(folder)
        with pytest.raises(httpx.TransportError):
            await talk.says(text)
        service.kill()
        disarm(folder)
        await service.start()
        await talk.says(text)
        record = await talk.record()
    assert record.count(expected) == 1
