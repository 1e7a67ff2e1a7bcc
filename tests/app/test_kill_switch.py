"""The kill switch over processes: stopped in one, no other acts any more within five seconds."""

import shutil
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.chaos.processes import Running
from tests.conftest import OpenHouse

STOPPED = "autonomy/kill_switch"
WISH = "I was charged twice for my last bill"


class Front:
    """A channel front end of the other process."""

    def __init__(self, process: Running) -> None:
        self.http = process.caller("channel")

    async def asks(self, customer: str = "C-1001") -> tuple[str, dict[str, Any]]:
        """Open a conversation and ask for money back."""
        who = {"channel": "chat", "customer": {"id": customer, "auth_level": "authenticated"}, "locale": "en"}
        conversation = (await self.http.post("/v1/conversations", json=who)).json()["id"]
        return conversation, await self.says(conversation, WISH)

    async def says(self, conversation: str, text: str) -> dict[str, Any]:
        """One message."""
        body = {"client_message_id": uuid4().hex, "text": text}
        answer = await self.http.post(f"/v1/conversations/{conversation}/messages", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


def rules(turn: dict[str, Any]) -> list[str]:
    return [rule for action in turn["actions"] for rule in action["rules"]]


async def within_five_seconds(condition: Any) -> None:
    """Ask until it holds. What is asked later than five seconds from now must find it so, however slow the answer."""
    began = time.monotonic()
    late = False
    while not await condition():
        assert not late, "asked after more than five seconds, and it did not hold"
        late = time.monotonic() - began > 5


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_stopped_in_one_process_another_refuses_to_write_within_five_seconds(
    kind: str, open_house: OpenHouse, seeded_folder: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(seeded_folder, folder)
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else ""
    here = await open_house("data", database_url=url)
    async with Running(folder, "serve", SWITCHBOARD_DATABASE_URL=url) as there:
        front = Front(there)
        waiting, turn = await front.asks()
        assert turn["pending"]["kind"] == "confirm"

        answer = await here.call("admin", "POST", "/v1/autonomy", {"act": "stop", "reason": "a drill"})
        assert answer.status_code == 201, answer.text

        async def refuses() -> bool:
            return STOPPED in rules((await front.asks())[1])

        await within_five_seconds(refuses)
        late = await front.says(waiting, "yes")
        assert STOPPED in rules(late)
        assert late["handoff"]["reason"] == "held_back"

        await here.call("admin", "POST", "/v1/autonomy", {"act": "resume", "reason": "the drill is over"})

        async def acts() -> bool:
            return (await front.asks())[1]["pending"] is not None

        await within_five_seconds(acts)
        await front.http.aclose()
    seen = await here.fetch("auditor", "/v1/autonomy")
    assert seen["items"] == []
    assert [item["act"] for item in seen["history"]] == ["resume", "stop"]
