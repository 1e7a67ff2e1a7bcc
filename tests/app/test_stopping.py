"""A service that is told to stop closes the house before it goes."""

import shutil
from pathlib import Path

import httpx

from app.records import verify
from app.settings import load_settings
from tests.chaos.processes import Running


async def test_at_the_end_everything_that_is_on_record_is_anchored(seeded_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    async with Running(folder, "serve") as service:
        headers = {"Authorization": f"Bearer {service.tokens['channel']}"}
        async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=60, trust_env=False) as http:
            who = {"channel": "chat", "customer": {"id": "C-1001", "auth_level": "authenticated"}, "locale": "en"}
            conversation = (await http.post("/v1/conversations", json=who)).json()["id"]
            body = {"client_message_id": "m", "text": "what do I owe?"}
            await http.post(f"/v1/conversations/{conversation}/messages", json=body)
        code = await service.stop()
    found = await verify(load_settings(data=folder))
    assert (code, found["ok"], found["entries_since"]) == (0, True, 0)
    assert found["entries"] > 0
    assert found["anchored_until"]
