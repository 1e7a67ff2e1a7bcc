"""Clients that nobody here wrote ask for a refund, while the customer, a supervisor and the record do their part.

A client prints a line of JSON each time that it knows how its task stands. One that reads lines, too, is let go on once
people have acted: the customer permits what the partner asks for, a supervisor approves.
"""

import json
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.channels.http_service import Service
from tests.channels.running_service import running
from tests.sandbox_files import open_systems

HERE = Path(__file__).parent
REFUND, AMIRA = "payments.refund_payment", "C-1001"


@dataclass(frozen=True)
class FrameworkClient:
    """A client in an environment of its own; `whole` ones go all the way, from the customer's permission on."""

    environment: str
    script: str
    whole: bool = False


CLIENTS = {
    "A2A SDK 0.3": FrameworkClient("a2a-0.3-venv", "client_of_0_3.py"),
    "Google ADK": FrameworkClient("adk-venv", "client_of_adk.py"),
    "LangGraph": FrameworkClient("langgraph-venv", "client_of_langgraph.py", whole=True),
    "CrewAI": FrameworkClient("crewai-venv", "client_of_crewai.py", whole=True),
}


def check_client(client: FrameworkClient, python: Path) -> str:
    """What is wrong where a client does not get exactly one refund, with its result read; empty where it does."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
        if client.whole:
            forget_consents(Path(folder))
        told = talk(service, [str(python), str(HERE / client.script), service.url, service.tokens["partner"]], client)
        approve(service)
        found = [action for each in conversations(service) for action in each["actions"] if action["tool"] == REFUND]
        refunds = [each["outcome"] for each in found if each["effect"] == "allow"]
    wrong = "" if refunds == ["succeeded"] else f"refunds: {refunds}; "
    if client.whole and not (told and told[0]["state"] == "auth_required" and told[-1]["state"] == "completed"):
        wrong += "it was not taken from the permission to the end; "
    if client.whole and "39.99" not in json.dumps(told[-1:]):
        wrong += "no result was read; "
    return f"{wrong}{json.dumps(told)[-2000:]}" if wrong else ""


def talk(service: Service, command: list[str], client: FrameworkClient) -> list[dict[str, Any]]:
    """Run a client and do people's part while it waits; what it told of its task."""
    told: list[dict[str, Any]] = []
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if not line.startswith("{"):
                continue  # what a framework says by itself
            told.append(json.JSONDecoder().raw_decode(line)[0])  # a framework may go on in the same line
            if client.whole:
                act(service, told[-1]["state"])
                process.stdin.write("\n")
                process.stdin.flush()
        trouble = process.stderr.read()
    return told if process.returncode == 0 else [*told, {"state": "failed", "told": trouble[-1500:]}]


def act(service: Service, state: str) -> None:
    """What people do about a task that waits for them, until it waits no more."""
    if state != "auth_required":
        return
    if not approve(service):
        permit(service)
    while any(each["status"] == "waiting_approval" for each in conversations(service)):
        continue


def approve(service: Service) -> int:
    """A supervisor approves everything that waits; how much that was."""
    waiting = service.call("GET", "/v1/approvals?status=pending", principal="supervisor").json()["items"]
    for each in waiting:
        decision = {"decision": "approve", "reason": "looked at it"}
        service.call("POST", f"/v1/approvals/{each['id']}", decision, "supervisor")
    return len(waiting)


def permit(service: Service) -> None:
    """Amira permits, in a conversation of her own, what the partner asks for, and proves herself by a code."""
    talk_id = service.open(AMIRA)
    service.send(talk_id, "allow Helpwise to act for me")
    sent = service.call("GET", f"/v1/sandbox/outbox?customer_id={AMIRA}").json()["items"]
    service.send(talk_id, next(each["code"] for each in reversed(sent) if each["code"]))
    service.send(talk_id, "yes")


def conversations(service: Service) -> list[dict[str, Any]]:
    """The partner's conversations, whole."""
    found = service.call("GET", f"/v1/conversations?channel=a2a&customer_id={AMIRA}").json()["items"]
    return [service.call("GET", f"/v1/conversations/{each['id']}").json() for each in found]


def forget_consents(folder: Path) -> None:
    """The sandbox's customers have not agreed to any partner."""
    with closing(open_systems(folder)) as sandbox:
        sandbox.execute("UPDATE customers SET consent_partners = 0")
