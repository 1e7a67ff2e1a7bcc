"""A service that is told to stop closes the house before it goes."""

import asyncio
import shutil
from pathlib import Path

import pytest

from app.records import verify
from app.settings import load_settings
from tests.chaos.processes import Running


async def test_at_the_end_everything_that_is_on_record_is_anchored(seeded_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    async with Running(folder, "serve") as service:
        async with service.caller("channel") as http:
            who = {"channel": "chat", "customer": {"id": "C-1001", "auth_level": "authenticated"}, "locale": "en"}
            conversation = (await http.post("/v1/conversations", json=who)).json()["id"]
            body = {"client_message_id": "m", "text": "what do I owe?"}
            await http.post(f"/v1/conversations/{conversation}/messages", json=body)
        code = await service.stop()
    found = await verify(load_settings(data=folder))
    assert (code, found["ok"], found["entries_since"]) == (0, True, 0)
    assert found["entries"] > 0
    assert found["anchored_until"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> dict[str, str]:
    """The setting that names a database of each kind."""
    if request.param == "sqlite":
        return {}
    make_database, template = map(request.getfixturevalue, ("new_postgres_url", "migrated_database"))
    return {"SWITCHBOARD_DATABASE_URL": make_database(template)}


async def test_open_event_streams_end_in_good_order(
    seeded_folder: Path, tmp_path: Path, database: dict[str, str]
) -> None:
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    async with Running(folder, "serve", **database) as service, service.caller("channel") as http:
        who = {"channel": "chat", "customer": {"id": "C-1001", "auth_level": "authenticated"}, "locale": "en"}
        conversation = (await http.post("/v1/conversations", json=who)).json()["id"]
        opened = [asyncio.Event() for _ in range(3)]

        async def listen(begun: asyncio.Event) -> bool:
            """Whether the stream was ended by the service, as a whole answer."""
            async with http.stream("GET", f"/v1/conversations/{conversation}/events") as stream:
                begun.set()
                async for _ in stream.aiter_bytes():
                    pass
            return True

        streams = [asyncio.create_task(listen(begun)) for begun in opened]
        await asyncio.gather(*(begun.wait() for begun in opened))
        code = await service.stop()
        assert await asyncio.gather(*streams) == [True, True, True]
    log = (folder / "serve.log").read_text("utf-8")
    assert (code, "Traceback" in log, "ERROR" in log) == (0, False, False), log
