"""Runs every command of docs/how-to/hear-by-webhook.md in one shell, against a running service and a receiver."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

import httpx
import pytest

from app.ports import free_port
from tests.channels.connectors.receiver import receiving
from tests.channels.running_service import running

PAGE_FOLDER = Path(__file__).parents[2] / "docs" / "how-to"
PAGE = (PAGE_FOLDER / "hear-by-webhook.md").read_text("utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)```$", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = (
    ('"state":"active"', '"secret":"whsec_', '{"delivered":true,"status":200,"error":""}'),
    ('{"items":[]}', '{"due":0}', '"previous_until":"', '"reason":"moving to another host"', '"deliveries":{}'),
)


async def test_each_command_says_what_the_page_shows(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    async with receiving() as receiver:
        with running(tmp_path / "var", outgoing={"allowed_networks": ["127.0.0.0/8"]}) as service:
            script = "\necho '#####'\n".join(COMMANDS).replace("http://127.0.0.1:8080", service.url)
            script = script.replace("http://127.0.0.1:9090/switchboard", receiver.url)
            shell = await asyncio.create_subprocess_exec(
                "bash", "-eu", cwd=tmp_path, stdin=-1, stdout=-1, stderr=asyncio.subprocess.STDOUT
            )
            said, _ = await shell.communicate(script.encode())
    assert shell.returncode == 0, said.decode()
    blocks = said.decode().split("#####\n")[1:]
    for block, parts in zip(blocks, SHOWN, strict=True):
        assert [part for part in parts if part not in block] == [], block
    assert [headers["webhook-signature"][:3] for headers, _ in receiver.requests] == ["v1,"]


@pytest.mark.parametrize("program", ["channel.py", "channel.mjs"])
async def test_an_example_channel_carries_words_in_and_answers_out(tmp_path: Path, program: str) -> None:
    run = sys.executable if program.endswith(".py") else shutil.which("node")
    if run is None:
        pytest.skip("NO NODE HERE: the example channel in Node was not run. Install the package 'nodejs'.")
    port, file = free_port(), PAGE_FOLDER / "examples" / program
    with running(tmp_path, outgoing={"allowed_networks": ["127.0.0.0/8"]}) as service:
        body = {"url": f"http://127.0.0.1:{port}/switchboard", "events": ["message"]}
        hook = service.call("POST", "/v1/webhooks", body, "admin").json()
        secrets = {"TOKEN": service.tokens["channel"], "SECRET": hook["secret"], "PATH": os.environ["PATH"]}
        channel = await asyncio.create_subprocess_exec(run, file, service.url, str(port), stdout=-1, env=secrets)
        assert channel.stdout is not None
        try:
            async with asyncio.timeout(90), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
                await until_listening(http)
                said = {"from": "thread-7", "id": "m-1", "text": "what are your opening hours?"}
                assert [(await http.post("/words", json=said)).status_code for _ in range(2)] == [200, 200]
                greeting = (await channel.stdout.readline()).decode()
                answer = (await channel.stdout.readline()).decode()
                assert greeting.startswith("to thread-7: Hello")
                assert answer.startswith("to thread-7: ")
                assert (await http.post("/switchboard", json={"data": {}})).status_code == 401
        finally:
            channel.kill()
            await channel.wait()


async def until_listening(http: httpx.AsyncClient) -> None:
    while True:
        try:
            await http.get("/")
        except httpx.ConnectError:
            await asyncio.sleep(0.05)
        except httpx.HTTPError:
            return
        else:
            return
