"""A request whose headers say one thing and whose body says another."""

import json
from typing import Any

import httpx
import pytest

from domain.grant import META_KEY
from tests.mcp_servers.conftest import clock, office, private_key, sandbox, sandbox_path, seeded_file, version
from tests.mcp_servers.samples import SAMPLES
from tests.mcp_servers.test_http import serving
from tests.redteam.tally import TALLY

__all__ = ["clock", "office", "private_key", "sandbox", "sandbox_path", "seeded_file", "version"]
TOOL = "payments.refund_payment"


@pytest.mark.parametrize(
    ("method", "name"),
    [("tools/call", "get_payment"), ("tools/list", "refund_payment"), ("tools/call", ""), ("", "refund_payment")],
)
async def test_header_and_body_disagree(office: Any, version: Any, method: str, name: str) -> None:
    """Pass: the server refuses a request whose `Mcp-Method` or `Mcp-Name` header is not its body's; nothing is done."""
    customer, arguments = SAMPLES[TOOL]
    token = office.grant(TOOL, arguments, customer, idempotency_key="two-faced")
    body = make_body(arguments, token)
    before = version()
    async with serving(office, "payments") as url, httpx.AsyncClient() as http:
        lying = await http.post(f"{url}/mcp", json=body, headers=make_headers(method, name))
        touched = version() != before
        honest = await http.post(f"{url}/mcp", json=body, headers=make_headers("tools/call", "refund_payment"))
    TALLY.attacked(1, touched)
    assert lying.status_code == 400, lying.text
    assert "refund_id" in honest.text, honest.text


def make_headers(method: str, name: str) -> dict[str, str]:
    """The headers of the protocol's newest revision; an empty one is left out."""
    given = {"Mcp-Method": method, "Mcp-Name": name}
    fixed = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2026-07-28"}
    return {**fixed, **{key: value for key, value in given.items() if value}}


def make_body(arguments: dict[str, Any], token: str) -> Any:
    """A call of `refund_payment` with a valid grant."""
    meta = {META_KEY: token, "io.modelcontextprotocol/protocolVersion": "2026-07-28"}
    meta |= {"io.modelcontextprotocol/clientInfo": {"name": "x", "version": "1"}}  # type: ignore[dict-item]
    meta |= {"io.modelcontextprotocol/clientCapabilities": {}}  # type: ignore[dict-item]
    params = {"name": "refund_payment", "arguments": arguments, "_meta": meta}
    return json.loads(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}))
