"""`make conformance`: the official kits of A2A and MCP against a running service; every failure is mended or named.

Exits with 1 where a kit finds what `expected.yaml` does not name, or no longer finds what it names.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from tests.channels.running_service import running
from tests.conformance.signed_in import signed_in

HERE = Path(__file__).parent
TOOLS = Path(__file__).parents[2] / ".tools"
EXPECTED: Mapping[str, Any] = yaml.safe_load((HERE / "expected.yaml").read_text("utf-8"))
Named = Mapping[str, str]
LOOPBACK = {"allowed_networks": ["127.0.0.0/8", "::1/128"]}
"""Where the kit listens for push notifications."""


def check_a2a(kit: Path) -> set[str]:
    """What the A2A kit finds wrong over JSON-RPC and HTTP with JSON, by test."""
    report = Path(tempfile.mkdtemp()) / "report.xml"
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    options = ["--sut-host", url, "--transport", "jsonrpc,http_json", "--", "-q", f"--junitxml={report}"]
    command = [str(TOOLS / "a2a-tck-venv/bin/python"), "run_tck.py", *options]
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), public_url=url, outgoing=LOOPBACK) as service,
        signed_in(listener, service.url, service.tokens["partner"]),
    ):
        subprocess.run(command, cwd=kit, check=False, stdout=subprocess.DEVNULL)
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = {_name(case) for case in cases if case.find("failure") is not None or case.find("error") is not None}
    skipped = sum(case.find("skipped") is not None for case in cases)
    print(f"A2A kit: {len(cases) - len(failed) - skipped} passed, {len(failed)} failed, {skipped} do not apply")
    return failed


CLIENTS = {"A2A SDK 0.3": ("a2a-0.3-venv", "client_of_0_3.py"), "Google ADK": ("adk-venv", "client_of_adk.py")}
"""Clients that nobody here wrote: the environment of each, and what has it ask for a refund."""


def check_client(name: str, python: Path, script: str) -> bool:
    """Whether a client reads the card and has a refund asked for and confirmed, which a supervisor then approves."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
        command = [str(python), str(HERE / script), service.url, service.tokens["partner"]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        waiting = service.call("GET", "/v1/approvals?status=pending", principal="supervisor").json()["items"]
        outcomes: list[str] = []
        for each in waiting:
            decision = {"decision": "approve", "reason": "looked at it"}
            service.call("POST", f"/v1/approvals/{each['id']}", decision, "supervisor")
            actions = service.call("GET", f"/v1/conversations/{each['conversation_id']}").json()["actions"]
            outcomes += [one["outcome"] for one in actions if one["tool"] == "payments.refund_payment"]
    held = done.returncode == 0 and outcomes[-1:] == ["succeeded"]
    print(f"{name}: {'refunded' if held else 'look at this'} {done.stdout if held else done.stderr[-2000:]}")
    return held


def check_mcp(kit: Path) -> set[str]:
    """What the MCP kit finds wrong with one of our own servers at the newest revision, by scenario."""
    node = kit / "node_modules/node/bin/node"
    script = kit / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        serve = [sys.executable, "-m", "app.main", "mcp", "serve", "knowledge", "--port", str(port)]
        server = subprocess.Popen(serve, env={**os.environ, "SWITCHBOARD_DATA": folder}, stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            options = ["--url", f"http://127.0.0.1:{port}/mcp", "--requirements", "2026-07-28", "--timeout", "5000"]
            done = subprocess.run([node, script, "server", *options], capture_output=True, text=True, check=False)
        finally:
            server.terminate()
            server.wait(20)
    summary = done.stdout.partition("=== SUMMARY ===")[2]
    scored, _, aside = summary.partition("Not scored")
    unscored = set(re.findall(r"^\s*[✗✓] (\S+) \((?:extension|pending)\)", aside, re.MULTILINE))
    found = re.findall(r"^([✗✓]) (\S+):", scored, re.MULTILINE)
    failed = {name for mark, name in found if mark == "✗" and name not in unscored}
    print(f"MCP kit: {len(found) - len(failed) - len(unscored)} scenarios passed, {len(failed)} failed")
    return failed


CLIENT_SCENARIOS = (
    "initialize",
    "tools_call",
    "request-metadata",
    "http-standard-headers",
    "http-custom-headers",
    "http-invalid-tool-headers",
    "sep-2322-client-request-state",
    "json-schema-ref-no-deref",
    "auth/client-credentials-basic",
    *(
        f"auth/{name}"
        for name in (
            "2025-03-26-oauth-endpoint-fallback",
            "2025-03-26-oauth-metadata-backcompat",
            "authorization-server-migration",
            "basic-cimd",
            "iss-normalized",
            "iss-not-advertised",
            "iss-supported",
            "iss-supported-missing",
            "iss-unexpected",
            "iss-wrong-issuer",
            "metadata-default",
            "metadata-issuer-mismatch",
            "metadata-var1",
            "metadata-var2",
            "metadata-var3",
            "offline-access-not-supported",
            "offline-access-scope",
            "pre-registration",
            "resource-mismatch",
            "scope-from-scopes-supported",
            "scope-from-www-authenticate",
            "scope-omitted-when-undefined",
            "scope-retry-limit",
            "scope-step-up",
            "token-endpoint-auth-basic",
            "token-endpoint-auth-none",
            "token-endpoint-auth-post",
        )
    ),
)
"""What the kit asks of a client: over HTTP, signing in by credentials of its own, and by a person's browser."""


def check_mcp_client(kit: Path) -> set[str]:
    """What the MCP kit finds wrong with our client, by scenario, one after the other."""
    node = kit / "node_modules/node/bin/node"
    script = kit / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
    client = f"{sys.executable} -m tests.conformance.mcp_client"
    failed: set[str] = set()
    for each in CLIENT_SCENARIOS:
        options = ["client", "--command", client, "--scenario", each, "--timeout", "300000"]
        done = subprocess.run([node, script, *options], capture_output=True, text=True, check=False)
        failed |= set() if "OVERALL: PASSED" in done.stdout + done.stderr else {each}
    print(f"MCP kit, our client: {len(CLIENT_SCENARIOS) - len(failed)} scenarios passed, {len(failed)} failed")
    return failed


def judge(kit: str, failed: set[str], named: Named) -> bool:
    """Whether everything that failed is named, and everything that is named still fails."""
    for each in sorted(failed):
        print(f"  {'named ' if each in named else 'NEW   '} {each}: {named.get(each, 'mend it, or name it')}")
    for each in sorted(set(named) - failed):
        print(f"  GONE   {each}: it passes now, take its name out")
    print(f"{kit}: {'nothing new' if failed == set(named) else 'look at this'}")
    return failed == set(named)


def main() -> int:
    """Run the kits that are there."""
    held = True
    tck, mcp = Path(os.environ.get("A2A_TCK", TOOLS / "a2a-tck")), TOOLS / "conformance"
    if (tck / "run_tck.py").is_file():
        held &= judge("A2A", check_a2a(tck), EXPECTED["a2a"])
    else:
        print(f"NO A2A KIT in {tck}: clone a2aproject/a2a-tck, branch 1.0-dev, or name its folder in A2A_TCK")
    for name, (place, script) in CLIENTS.items():
        python = TOOLS / place / "bin/python"
        if python.is_file():
            held &= check_client(name, python, script)
        else:
            print(f"NO {name}: PyPI did not deliver it")
    if (mcp / "node_modules/node/bin/node").is_file():
        held &= judge("MCP", check_mcp(mcp), EXPECTED["mcp"])
        held &= judge("MCP client", check_mcp_client(mcp), EXPECTED["mcp_client"])
    else:
        print("NO MCP KIT: npm did not deliver @modelcontextprotocol/conformance")
    return 0 if held else 1


def _name(case: ElementTree.Element) -> str:
    return f"{case.get('classname', '').removeprefix('tests.compatibility.')}.{case.get('name')}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _wait(port: int) -> None:
    """Until somebody listens there."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            continue


if __name__ == "__main__":
    sys.exit(main())
