"""`compose.yaml` and the image: what they say is valid, and the same commands serve customers as production does."""

import re
import signal
from collections.abc import Iterator
from typing import Any

import compose_spec
import httpx
import pytest
import yaml

from tests.deployment.composed import IMAGE, Composed, composed, read_compose
from tests.deployment.tools import ROOT

pytestmark = pytest.mark.timeout(420)  # nine processes start, whichever of these tests is the first to need them


def test_the_file_is_what_the_compose_specification_says() -> None:
    file = compose_spec.PyCompose.from_yaml(yaml.safe_dump(read_compose()))
    assert {"router-1", "router-2", "opa", "postgres", "migrate", "crm", "payments", "identity"} <= set(
        file.service_names()
    )


def test_the_image_runs_as_nobody_with_pinned_parts_and_says_whether_it_is_well() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    settings = dict(re.findall(r"(SWITCHBOARD_\w+)=(\S+)", text))

    assert stages == ["${PYTHON}", "${PYTHON}"]
    assert re.search(r"^ARG PYTHON=python:\d+\.\d+\.\d+-", text, re.MULTILINE)
    assert text.count("--require-hashes -r requirements/") == text.count("-r requirements/") == 2
    assert re.search(r"^USER 10001$", text, re.MULTILINE)
    assert "HEALTHCHECK" in text
    assert settings == IMAGE
    assert 'ENTRYPOINT ["switchboard"]\nCMD ["serve"]' in text


def test_every_image_of_others_is_pinned_and_every_process_of_ours_is_locked_down() -> None:
    for name, service in read_compose()["services"].items():
        assert re.search(r":v?\d+\.\d+\.\d+|:\d+\.\d+-|^switchboard:", service["image"]), name
        if "build" in service:
            assert service["read_only"], name
            assert service["cap_drop"] == ["ALL"], name


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """Two routers, OPA, PostgreSQL, five MCP servers and an identity provider, as processes."""
    with composed(tmp_path_factory.mktemp("composed")) as running:
        yield running


class Caller:
    """One principal, with a token of the identity provider, at either router."""

    def __init__(self, deployment: Composed, role: str) -> None:
        address = deployment.url("identity", "9006")
        token = httpx.get(f"{address}/token", params={"role": role}, trust_env=False).text
        self._headers = {"Authorization": f"Bearer {token}"}
        self._deployment = deployment

    def call(self, router: str, method: str, path: str, body: Any = None) -> httpx.Response:
        url = self._deployment.url(router, "8080") + path
        return httpx.request(method, url, json=body, headers=self._headers, timeout=60, trust_env=False)


def test_a_customer_is_served_by_both_routers_with_the_identity_of_production(deployment: Composed) -> None:
    channel, auditor, supervisor = (Caller(deployment, role) for role in ("channel", "auditor", "supervisor"))
    who = {"channel": "chat", "customer": {"id": "C-1001", "auth_level": "authenticated"}, "locale": "en"}
    conversation = channel.call("router-1", "POST", "/v1/conversations", who).json()["id"]
    path = f"/v1/conversations/{conversation}"
    wish = {"client_message_id": "1", "text": "I was charged twice for my last bill"}
    asked = channel.call("router-1", "POST", f"{path}/messages", wish).json()
    yes = {"client_message_id": "2", "text": "yes"}
    done = channel.call("router-2", "POST", f"{path}/messages", yes).json()
    again = channel.call("router-1", "POST", f"{path}/messages", yes).json()
    verified = auditor.call("router-2", "GET", "/v1/journal/verify").json()

    assert asked["pending"]["tool"] == "payments.refund_payment"
    assert [
        (each["tool"], each["outcome"]) for each in done["actions"] if each["tool"].startswith("payments.refund")
    ] == [("payments.refund_payment", "succeeded")]
    assert again == done
    assert verified["ok"]
    assert supervisor.call("router-1", "POST", f"{path}/messages", yes).status_code == 403
    assert channel.call("router-1", "GET", "/v1/sandbox/outbox?customer_id=C-1001").status_code == 404
    stranger = httpx.get(deployment.url("router-1", "8080") + path, trust_env=False)
    assert stranger.status_code == 401
    assert not list(deployment.folder.rglob("tokens.json"))


def test_the_private_keys_are_where_they_belong_and_no_secret_is_in_a_log(deployment: Composed) -> None:
    logs = "".join(deployment.log(name) for name in deployment.running)
    private = [path for path in deployment.folder.rglob("*.pem") if b"PRIVATE KEY" in path.read_bytes()]

    assert {path.parent.name for path in private} <= {"keys", "identity"}
    assert "not-asked-for" not in logs
    assert "q83vASNFZ4mrze8B" not in logs


def test_every_process_ends_in_good_order_when_it_is_told_to(deployment: Composed) -> None:
    ours = {name: one for name, one in deployment.running.items() if one.poll() is None and name != "opa"}
    for process in ours.values():
        process.send_signal(signal.SIGTERM)
        process.wait(30)

    assert {"router-1", "router-2", "crm", "erp", "payments", "knowledge", "network", "identity"} == set(ours)
    assert {name: process.returncode for name, process in ours.items()} == dict.fromkeys(ours, 0)
    assert not [name for name in ours if "Traceback" in deployment.log(name)]
