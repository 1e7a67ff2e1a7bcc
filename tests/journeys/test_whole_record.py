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

    def __init__(self, service: Running) -> None:
        self.service = service
        self.id = ""

    async def call(self, role: str, method: str, path: str, body: Any = None) -> Any:
        async with self.service.caller(role) as http:
            answer = await http.request(method, path, json=body)
        assert answer.is_success, f"{answer.status_code} {answer.text}"
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
    async with Running(folder, "serve") as service:
        talk = _Talk(service)
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
