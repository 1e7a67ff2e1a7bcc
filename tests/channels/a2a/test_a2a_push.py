"""Push notifications: whoever was away hears how a task stands, signed, once, and at no private address."""

import hashlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import httpx
import jwt
import pytest
from jwt import PyJWKSet

from app.settings import load_settings
from app.signing_keys import open_signing_keys
from domain.errors import Misconfigured
from policy.keys import generate_private_key
from tests.channels.a2a.house_partner import Json, Partner
from tests.channels.connectors.receiver import Receiver, receiving
from tests.conftest import OpenHouse
from tests.house_guest import Guest
from tests.journeys.afterwards import Clock

LOOPBACK = {"allowed_networks": ["127.0.0.0/8"]}
TOKEN, CREDENTIALS = "their-own-token", "their-own-credentials"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


@pytest.fixture
async def guest(open_house: OpenHouse, clock: Clock) -> Guest:
    return await open_house(clock=clock, outgoing=LOOPBACK)


async def deliver(guest: Guest) -> None:
    await guest.house.jobs.run("deliveries")


async def verify(guest: Guest, receiver: Receiver) -> list[Json]:
    """Every body that was posted, each seen to be signed by a key that the service publishes."""
    published = await guest.http.get("/.well-known/jwks.json")
    keys = PyJWKSet.from_dict(published.json())
    bodies: list[Json] = []
    for headers, body in receiver.requests:
        signature = headers["X-A2A-Notification-Signature"]
        header = jwt.get_unverified_header(signature)
        assert header["jku"].endswith("/.well-known/jwks.json")
        claims = jwt.decode(signature, keys[header["kid"]], ["ES256"], audience=receiver.url)
        assert claims["request_body_sha256"] == hashlib.sha256(body).hexdigest()
        assert claims["jti"] == headers["webhook-id"]
        bodies.append(httpx.Response(200, content=body).json())
    return bodies


async def test_whoever_was_down_hears_signed_and_once_how_the_task_ended(
    guest: Guest, receiver: Receiver, clock: Clock
) -> None:
    partner = Partner(guest)
    assert await partner.says("let me talk to a person please", taskPushNotificationConfig={"url": receiver.url}) == (
        "working"
    )
    await deliver(guest)
    (told,) = await verify(guest, receiver)
    assert (told["task"]["id"], told["task"]["status"]["state"]) == (partner.task["id"], "TASK_STATE_WORKING")
    receiver.status = 503
    desk = f"/v1/desk/{partner.task['metadata']['conversation']}"
    await guest.call("representative", "POST", f"{desk}/claim", {})
    await deliver(guest)
    await guest.call("representative", "POST", f"{desk}/messages", {"text": "Jo here."})
    await guest.call("representative", "POST", f"{desk}/resolve", {"disposition": "resolved", "note": ""})
    failed = len(receiver.requests)
    assert failed >= 2
    receiver.status = 200
    clock.move(minutes=5)
    await deliver(guest)
    (*_, ended) = await verify(guest, receiver)
    assert (len(receiver.requests), ended["task"]["status"]["state"]) == (failed + 1, "TASK_STATE_COMPLETED")
    assert "history" not in ended["task"]
    await deliver(guest)
    assert len(receiver.requests) == failed + 1, "the steps between were told with the end"


async def test_what_the_partner_wants_to_be_shown_comes_along_and_is_kept_sealed(
    guest: Guest, receiver: Receiver
) -> None:
    partner = Partner(guest)
    shown = {"token": TOKEN, "authentication": {"scheme": "Basic", "credentials": CREDENTIALS}}
    await partner.says("my bill", customer_id="", taskPushNotificationConfig={"url": receiver.url, **shown})
    await deliver(guest)
    ((headers, _),) = receiver.requests
    assert headers["X-A2A-Notification-Token"] == TOKEN
    assert headers["Authorization"] == f"Basic {CREDENTIALS}"
    listed = await partner.gets("ListTaskPushNotificationConfigs", {"taskId": partner.task["id"]})
    assert listed["configs"] == [
        {
            "id": partner.task["id"],
            "taskId": partner.task["id"],
            "url": receiver.url,
            "authentication": {"scheme": "Basic"},
        }
    ]
    if not guest.house.settings.database_url:
        with closing(sqlite3.connect(guest.house.settings.data / "switchboard.db")) as database:
            everything = "\n".join(database.iterdump())
        assert not [each for each in (TOKEN, CREDENTIALS, receiver.url) if each in everything]
    assert (await guest.fetch("auditor", "/v1/journal/verify"))["problems"] == []


async def test_configurations_are_made_read_and_deleted_by_their_own_partner_alone(
    guest: Guest, receiver: Receiver
) -> None:
    partner, other = Partner(guest), Partner(guest, "partner_2")
    await partner.says("my bill", customer_id="")
    wanted = {"taskId": partner.task["id"], "id": "mine", "url": receiver.url}
    made = await partner.gets("CreateTaskPushNotificationConfig", wanted)
    named = {"taskId": partner.task["id"], "id": "mine"}
    assert made == wanted == await partner.gets("GetTaskPushNotificationConfig", named)
    for method, params in (
        ("CreateTaskPushNotificationConfig", wanted),
        ("GetTaskPushNotificationConfig", named),
        ("ListTaskPushNotificationConfigs", {"taskId": partner.task["id"]}),
        ("DeleteTaskPushNotificationConfig", named),
    ):
        assert (await other.call(method, params))["error"]["code"] == -32001, method
    for _ in range(2):
        await partner.call("DeleteTaskPushNotificationConfig", named)
    assert (await partner.call("GetTaskPushNotificationConfig", named))["error"]["code"] == -32001
    await partner.says("never mind", customer_id="")
    await deliver(guest)
    assert receiver.requests == []


async def test_of_a_task_that_is_finished_already_its_end_is_told(guest: Guest, receiver: Receiver) -> None:
    partner = Partner(guest)
    assert await partner.says("hello", customer_id="") == "completed"
    await partner.gets("CreateTaskPushNotificationConfig", {"taskId": partner.task["id"], "url": receiver.url})
    await deliver(guest)
    (told,) = await verify(guest, receiver)
    assert told["task"]["status"] == partner.task["status"]


async def test_a_partner_of_version_0_3_is_told_in_its_own_words(guest: Guest, receiver: Receiver) -> None:
    message: Json = {"kind": "message", "messageId": "old-1", "role": "user", "parts": [{"kind": "text", "text": "hi"}]}
    configuration: Any = {"pushNotificationConfig": {"url": receiver.url, "token": TOKEN}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "message/send"}
    headers = {"Authorization": f"Bearer {guest.tokens['partner']}"}
    params = {"params": {"message": message, "configuration": configuration}}
    answer = (await guest.http.post("/a2a", json=body | params, headers=headers, timeout=60)).json()
    assert answer["result"]["status"]["state"] == "completed"
    await deliver(guest)
    (told,) = await verify(guest, receiver)
    assert (told["kind"], told["id"], told["status"]["state"]) == ("task", answer["result"]["id"], "completed")


async def test_private_addresses_and_what_is_no_header_are_refused_before_anything_is_begun(
    open_house: OpenHouse, receiver: Receiver
) -> None:
    guest = await open_house()
    partner = Partner(guest)
    for config in (
        {"url": ""},
        {"url": "https://127.0.0.1/x"},
        {"url": "https://169.254.169.254/latest"},
        {"url": receiver.url},
        {"url": "https://93.184.216.34/x", "token": "two\r\nlines"},
        {"url": "https://93.184.216.34/x", "authentication": {"scheme": "Bearer x", "credentials": "y"}},
        {"url": "https://93.184.216.34/x", "token": "x" * 5000},
    ):
        message = {"messageId": "refused", "role": "ROLE_USER", "parts": [{"text": "hello"}]}
        asked = {"message": message, "configuration": {"taskPushNotificationConfig": config}}
        assert (await partner.call("SendMessage", asked))["error"]["code"] == -32602, config
    assert (await partner.gets("ListTasks", {})).get("totalSize", 0) == 0


def test_a_signing_key_that_is_none_is_named_with_its_setting(tmp_path: Any) -> None:
    key = tmp_path / "key.pem"
    for content in (b"no key", generate_private_key()):
        key.write_bytes(content)
        with pytest.raises(Misconfigured, match="SWITCHBOARD_A2A__KEY"):
            open_signing_keys(load_settings(data=tmp_path, a2a={"key": key}), lambda: [])
