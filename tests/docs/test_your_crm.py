"""The page on a CRM of one's own: its commands do what it says, its table is what the backend asks for."""

import re
import shlex
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from app.main import cli
from mcp_servers.crm.backends.http import RestCrm
from mcp_servers.crm.server import tools
from mcp_servers.scope import Scope
from tests.mcp_servers.conftest import WEDNESDAY
from tests.mcp_servers.samples import SAMPLES

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "your-crm.md").read_text("utf-8")
COMMANDS = re.findall(r"^```sh\n(switchboard .*)\n```$", PAGE, re.M)
ROWS = re.findall(r"^\| `([A-Z]+) (/[^`?]*)[^`]*` \| (?:`(.*?)`)? ?\|", PAGE, re.M)


def test_its_commands_write_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(COMMANDS) == 3
    for command in COMMANDS:
        done = CliRunner().invoke(cli, shlex.split(command)[1:])
        assert done.exit_code == 0, (command, done.output)
    assert (tmp_path / "acme_crm" / "server.py").is_file()
    assert (tmp_path / "acme_crm_ts" / "contract.json").is_file()


async def test_its_table_is_what_the_backend_asks_for() -> None:
    asked: set[tuple[str, str, str]] = set()

    def answer(request: httpx.Request) -> httpx.Response:
        path = re.sub(r"/customers/[^/]+", "/customers/{id}", request.url.path)
        path = re.sub(r"/consents/\w+", "/consents/{field}", path)
        path = re.sub(r"/partner-consents/[^/]+", "/partner-consents/{consent}", path)
        names = re.findall(r'"(\w+)":', request.content.decode())
        asked.add((request.method, path, ", ".join(f'"{name}"' for name in names)))
        return httpx.Response(503)

    crm = RestCrm(httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://crm.example"))
    with pytest.raises(httpx.HTTPStatusError):
        await crm.check()
    for entry in tools.entries:
        given = {name: value for name, value in SAMPLES[f"crm.{entry.name}"][1].items() if name != "customer_id"}
        defaults = {"disposition": "", "comment": ""}
        missing = {name: text for name, text in defaults.items() if name in entry.signature.parameters}
        with pytest.raises(httpx.HTTPStatusError):
            await getattr(crm, entry.name)(Scope("acme", "C-1", WEDNESDAY, "key"), **{**missing, **given})
    assert {(method, path, body.strip("{}")) for method, path, body in ROWS} == asked
