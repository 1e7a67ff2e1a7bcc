"""`make conformance`: the official kits of A2A and MCP against a running service; every failure is mended or named.

Exits with 1 where a kit finds what `expected.yaml` does not name, or no longer finds what it names.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from tests.channels.running_service import running
from tests.conformance.clients import CLIENTS, check_client
from tests.conformance.signed_in import signed_in

HERE = Path(__file__).parent
TOOLS = Path(__file__).parents[2] / ".tools"
EXPECTED: Mapping[str, Any] = yaml.safe_load((HERE / "expected.yaml").read_text("utf-8"))
Named = Mapping[str, str]
LOOPBACK = {"allowed_networks": ["127.0.0.0/8", "::1/128"]}
"""Where the kit listens for push notifications."""


@dataclass(frozen=True)
class Found:
    """What a kit found: how much is right, and the names of what is not."""

    passed: int
    failed: set[str]


@dataclass(frozen=True)
class Verdict:
    """A line of the summary; `held` is None where the kit could not be had."""

    name: str
    held: bool | None
    told: str


def check_a2a(kit: Path) -> Found:
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
    return _read_report(report)


def check_a2a_0_3(kit: Path) -> Found:
    """What the mandatory part of the A2A kit of protocol 0.3 finds wrong over JSON-RPC, by test."""
    report = Path(tempfile.mkdtemp()) / "report.xml"
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    options = [f"--sut-url={url}/a2a", "--test-scope=all", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    command = [str(TOOLS / "a2a-tck-0.3-venv/bin/python"), "-m", "pytest", "tests/mandatory", *options]
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), public_url=url, outgoing=LOOPBACK) as service,
        signed_in(listener, service.url, service.tokens["partner"]),
    ):
        subprocess.run(command, cwd=kit, check=False, stdout=subprocess.DEVNULL)
    return _read_report(report)


def _read_report(report: Path) -> Found:
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = {_name(case) for case in cases if case.find("failure") is not None or case.find("error") is not None}
    skipped = sum(case.find("skipped") is not None for case in cases)
    return Found(len(cases) - len(failed) - skipped, failed)


def check_mcp(kit: Path) -> Found:
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
    return Found(len(found) - len(failed) - len(unscored), failed)


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


def check_mcp_client(kit: Path) -> Found:
    """What the MCP kit finds wrong with our client, by scenario, one after the other."""
    node = kit / "node_modules/node/bin/node"
    script = kit / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
    client = f"{sys.executable} -m tests.conformance.mcp_client"
    failed: set[str] = set()
    for each in CLIENT_SCENARIOS:
        options = ["client", "--command", client, "--scenario", each, "--timeout", "300000"]
        done = subprocess.run([node, script, *options], capture_output=True, text=True, check=False)
        failed |= set() if "OVERALL: PASSED" in done.stdout + done.stderr else {each}
    return Found(len(CLIENT_SCENARIOS) - len(failed), failed)


def judge(kit: str, found: Found, named: Named) -> Verdict:
    """Whether everything that failed is named, and everything that is named still fails."""
    print(f"{kit}: {found.passed} passed, {len(found.failed)} failed")
    for each in sorted(found.failed):
        print(f"  {'named ' if each in named else 'NEW   '} {each}: {named.get(each, 'mend it, or name it')}")
    for each in sorted(set(named) - found.failed):
        print(f"  GONE   {each}: it passes now, take its name out")
    held = found.failed == set(named)
    told = f"{found.passed} passed, {len(found.failed)} failed: " + (
        "each is named above with its reason" if held else "see above"
    )
    return Verdict(kit, held, told if found.failed else f"{found.passed} passed")


def check_frameworks() -> Iterator[Verdict]:
    """Each client that is installed gets its refund."""
    for name, client in CLIENTS.items():
        python = TOOLS / client.environment / "bin/python"
        if not python.is_file():
            yield Verdict(name, None, "PyPI did not deliver it")
            continue
        wrong = check_client(client, python)
        journey = "permission, confirmation, approval, one refund, its result" if client.whole else "one refund"
        yield Verdict(name, not wrong, wrong or journey)


def run_kits() -> Iterator[Verdict]:
    """What each kit and client that is there comes to."""
    tck, mcp = Path(os.environ.get("A2A_TCK", TOOLS / "a2a-tck")), TOOLS / "conformance"
    if (tck / "run_tck.py").is_file():
        yield judge("A2A kit", check_a2a(tck), EXPECTED["a2a"])
    else:
        yield Verdict("A2A kit", None, f"not in {tck}: clone a2aproject/a2a-tck, or name its folder in A2A_TCK")
    older = Path(os.environ.get("A2A_TCK_0_3", TOOLS / "a2a-tck-0.3"))
    if (older / "run_tck.py").is_file():
        yield judge("A2A kit of 0.3", check_a2a_0_3(older), EXPECTED["a2a_0_3"])
    else:
        yield Verdict(
            "A2A kit of 0.3", None, f"not in {older}: clone its branch 0.3.x, or name its folder in A2A_TCK_0_3"
        )
    yield from check_frameworks()
    if (mcp / "node_modules/node/bin/node").is_file():
        yield judge("MCP kit, our servers", check_mcp(mcp), EXPECTED["mcp"])
        yield judge("MCP kit, our client", check_mcp_client(mcp), EXPECTED["mcp_client"])
    else:
        yield Verdict("MCP kit", None, "npm did not deliver @modelcontextprotocol/conformance")


def main() -> int:
    """Run everything that is there, and sum it up."""
    argparse.ArgumentParser("python -m tests.conformance", description=__doc__).parse_args()
    marks = {True: "ok", False: "LOOK AT THIS", None: "not run"}
    verdicts = list(run_kits())
    print("\nsummary")
    for each in verdicts:
        print(f"  {each.name:22} {marks[each.held]:13} {each.told}")
    return 1 if any(each.held is False for each in verdicts) else 0


def _name(case: ElementTree.Element) -> str:
    place = (case.get("classname") or "").removeprefix("tests.compatibility.").removeprefix("tests.mandatory.")
    return f"{place}.{case.get('name')}"


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
