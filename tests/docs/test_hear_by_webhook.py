"""Runs every command of docs/how-to/hear-by-webhook.md in one shell, against a running service and a receiver."""

import asyncio
import re
from pathlib import Path

from tests.channels.connectors.receiver import receiving
from tests.channels.running_service import running

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "hear-by-webhook.md").read_text("utf-8")
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
