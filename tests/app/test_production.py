"""Production serves a real company on real systems, or says openly that it is a trial."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from app.clock import tell_time
from app.company.template import write_company
from app.preflight import check_start
from app.production import list_missing
from app.sandbox import open_alone
from app.sandbox_notice import SandboxNotice
from app.settings import Settings, load_settings
from domain.errors import Misconfigured

PROVED = {
    "auth": {"issuer": "https://issuer", "jwks_url": "https://issuer/jwks"},
    "encryption": {"key": "A" * 43 + "="},
}


def production(**given: Any) -> Settings:
    return load_settings(environment="production", port=0, **{**PROVED, **given})


def test_everything_that_is_missing_is_named_at_once_with_the_line_to_write(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        check_start(production(data=tmp_path / "data"))
    told = str(caught.value)
    assert "SWITCHBOARD_COMPANY=companies/" in told
    for system in ("CRM", "ERP", "PAYMENTS", "NETWORK"):
        assert f"SWITCHBOARD_MCP_SERVERS__{system}__URL=" in told
    assert '[codes] sms = "crm"' in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"issuer": "", "desk_client": "desk"}, "set issuer too"),
        ({"desk_client": "desk", "desk_origins": ["https://login.example; script-src *"]}, "desk_origins"),
    ],
)
def test_a_sign_in_at_the_desk_that_cannot_be_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        load_settings(auth={**PROVED["auth"], **given})


def test_a_company_on_its_own_systems_starts(tmp_path: Path) -> None:
    company = write_company("acme", tmp_path)
    servers = {name: {"url": f"https://{name}.example/mcp", "first_party": True} for name in ("crm", "erp", "payments")}
    assert list_missing(production(company=company, mcp_servers=servers)) == []
    without_crm = {name: server for name, server in servers.items() if name != "crm"}
    told = "\n".join(list_missing(production(company=company, mcp_servers=without_crm)))
    assert "__CRM__URL" in told
    assert "__ERP__URL" not in told


def test_a_real_system_takes_the_place_of_the_sandbox_once_it_has_its_settings(tmp_path: Path) -> None:
    company = write_company("acme", tmp_path)
    servers = {name: {"url": f"https://{name}.example/mcp", "first_party": True} for name in ("erp", "payments")}
    chosen = {"company": company, "mcp_servers": servers, "backends": {"crm": "http"}}
    assert [line.partition("=")[0] for line in list_missing(production(**chosen))] == ["SWITCHBOARD_SYSTEMS__HTTP__URL"]
    assert list_missing(production(**chosen, systems={"http": {"url": "https://crm.example"}})) == []
    with pytest.raises(Misconfigured, match=r"crm cannot run on 'htp'.*did you mean http"):
        check_start(load_settings(data=tmp_path / "data", port=0, backends={"crm": "htp"}))


def test_a_trial_starts_on_what_is_invented(tmp_path: Path) -> None:
    check_start(production(data=tmp_path / "data", sandbox=True))


def test_no_invented_system_is_served_alone_in_production(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="a system of yours"):
        open_alone(production(data=tmp_path), "crm", tell_time)
    open_alone(production(data=tmp_path), "knowledge", tell_time).close()


async def test_every_page_of_a_trial_says_so_and_nothing_else_is_touched() -> None:
    async def page(_: object) -> HTMLResponse:
        return HTMLResponse("<html><body class='x'><p>Desk</p></body></html>")

    async def data(_: object) -> JSONResponse:
        return JSONResponse({"body": "<body>"})

    app = SandboxNotice(Starlette(routes=[Route("/", page), Route("/data", data)]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http:
        shown = await http.get("/")
        assert "<body class='x'><p role=\"status\"" in shown.text
        assert "every system here is invented" in shown.text
        assert int(shown.headers["content-length"]) == len(shown.content)
        assert (await http.get("/data")).json() == {"body": "<body>"}
