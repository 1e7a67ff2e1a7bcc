"""A conversation is opened under the channel's own id, with its notes, by who writes from a number or an address."""

import asyncio
import json
from contextlib import closing
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.privacy.erasure import ErasureRequest
from app.privacy.rotation import rotate
from app.privacy.service import open_privacy_service
from domain.ids import TenantId
from storage.tables.conversations import conversations
from tests.channels.http_service import Service
from tests.conftest import OpenHouse
from tests.house_guest import Guest
from tests.sandbox_files import open_systems

ADDRESS = "Amira.Zanzibar@example.org"


async def opened(house: Guest, role: str = "channel", **fields: Any) -> httpx.Response:
    return await house.call(role, "POST", "/v1/conversations", {"channel": "email", **fields})


def details(house: Guest, customer_id: str) -> dict[str, str]:
    """The phone number and address on file."""
    with closing(open_systems(house.house.settings.data)) as crm:
        query = "SELECT phone, email FROM customers WHERE customer_id = ?"
        return dict(zip(("phone", "email"), crm.execute(query, (customer_id,)).fetchone(), strict=True))


async def test_the_same_external_id_gives_the_same_conversation_until_it_is_closed(house: Guest) -> None:
    first = await opened(house, external_id=ADDRESS, metadata={"ticket": 7, "vip": True, "note": None})
    again = await opened(house, external_id=ADDRESS, metadata={"ticket": 8})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert (first.json()["external_id"], first.json()["metadata"]) == (
        ADDRESS,
        {"ticket": 7, "vip": True, "note": None},
    )

    other_places = [
        await opened(house, external_id=ADDRESS, channel="sms"),
        await opened(house, "other_channel", external_id=ADDRESS),
    ]
    assert [each.status_code for each in other_places] == [201, 201]

    await house.call("channel", "POST", f"/v1/conversations/{first.json()['id']}/close", {})
    fresh = await opened(house, external_id=ADDRESS)
    assert (fresh.status_code, fresh.json()["id"] == first.json()["id"]) == (201, False)


async def test_openings_at_once_make_one_conversation(house: Guest) -> None:
    answers = await asyncio.gather(*(opened(house, external_id=ADDRESS) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [200] * 5 + [201]
    assert len({each.json()["id"] for each in answers}) == 1


async def test_another_customers_conversation_is_not_given_for_its_external_id(house: Guest) -> None:
    await opened(house, external_id="thread-1", customer={"id": "C-1001", "auth_level": "authenticated"})
    answer = await opened(house, external_id="thread-1", customer={"id": "C-1002", "auth_level": "authenticated"})
    assert (answer.status_code, answer.json()["title"]) == (409, "Conflict")


@pytest.mark.parametrize("kind", ["phone", "email"])
async def test_a_contact_point_identifies_and_does_not_authenticate(house: Guest, kind: str) -> None:
    value = details(house, "C-1002")[kind]
    answer = (await opened(house, channel="chat", contact={kind: value})).json()
    assert answer["customer"] == {"id": "C-1002", "auth_level": "anonymous"}

    body = {"client_message_id": "m-1", "text": "how much do I owe you?"}
    turn = (await house.call("channel", "POST", f"/v1/conversations/{answer['id']}/messages", body)).json()
    assert turn["pending"]["kind"] == "verify"
    assert "59.99" not in json.dumps(turn)
    record = await house.fetch("auditor", f"/v1/conversations/{answer['id']}/journal")
    assert "crm.find_customer" in [entry["tool"] for entry in record["items"]]


async def test_a_shared_or_unknown_number_is_nobodys_and_the_conversation_asks(house: Guest) -> None:
    number = details(house, "C-1002")["phone"]
    with closing(open_systems(house.house.settings.data)) as crm, crm:
        crm.execute("UPDATE customers SET phone = ? WHERE customer_id = 'C-1001'", (number,))

    for phone in (number, "+1 202 555 0000"):
        answer = (await opened(house, channel="sms", contact={"phone": phone})).json()
        assert answer["customer"] is None
        body = {"client_message_id": "m-1", "text": "how much do I owe you?"}
        turn = (await house.call("channel", "POST", f"/v1/conversations/{answer['id']}/messages", body)).json()
        assert turn["pending"]["arguments"]["slot"] == "identity"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"metadata": {"long": "x" * 4096}}, "metadata"),
        ({"metadata": {"deep": {"er": 1}}}, "metadata"),
        ({"metadata": {"list": [1]}}, "metadata"),
        ({"metadata": ["not", "flat"]}, "metadata"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": "x" * 256}, "external_id"),
        ({"contact": {}}, "contact"),
        ({"contact": {"phone": "555 0100", "email": "a@b.example"}}, "contact"),
        ({"contact": {"phone": "call me"}}, "contact.phone"),
        ({"contact": {"email": "nobody"}}, "contact.email"),
        ({"contact": {"email": "a@b.example"}, "customer": {"id": "C-1001"}}, "body"),
    ],
)
def test_what_cannot_be_taken_is_named(service: Service, fields: dict[str, Any], named: str) -> None:
    answer = service.call("POST", "/v1/conversations", {"channel": "email", **fields})
    assert answer.status_code == 422
    assert named in answer.json()["errors"][0]["field"]


def test_metadata_of_4096_bytes_is_taken_and_card_numbers_in_it_are_not(service: Service) -> None:
    room = 4096 - len(json.dumps({"card": "4111 1111 1111 1111", "long": ""}))
    metadata = {"card": "4111 1111 1111 1111", "long": "é" * (room // 2)}
    answer = service.call("POST", "/v1/conversations", {"channel": "email", "metadata": metadata})
    assert answer.status_code == 201
    assert "4111" not in answer.text


async def stored(house: Guest) -> str:
    found = await house.house.control.transactions.read(lambda c: c.execute(select(conversations)).all())
    return repr(found)


async def test_the_address_lies_in_no_column_in_plain_and_leaves_with_the_customer(house: Guest) -> None:
    point, who = details(house, "C-1002")["email"], {"id": "C-1001", "auth_level": "authenticated"}
    await opened(house, external_id=ADDRESS, customer=who, metadata={"of": "zanzibar"})
    await opened(house, contact={"email": point})
    assert [word for word in (ADDRESS, "zanzibar", point) if word.lower() in (await stored(house)).lower()] == []

    async with open_privacy_service(house.house.settings) as office:
        exported = await office.export.collect(TenantId("northwind-fibre"), "C-1001")
        origin = exported["conversations"][0]["origin"]
        assert (origin["external_id"], origin["metadata"]) == (ADDRESS, {"of": "zanzibar"})
        await office.erasures.erase(ErasureRequest(TenantId("northwind-fibre"), "C-1001", "asked", "operator"))
    assert "hmac:" not in await stored(house)
    assert (await opened(house, external_id=ADDRESS)).status_code == 201


async def test_a_new_encryption_key_changes_no_external_id(open_house: OpenHouse) -> None:
    house = await open_house()
    first = await opened(house, external_id=ADDRESS)
    for _ in range(2):  # the first key is forgotten with the second rotation
        async with open_privacy_service(house.house.settings) as office:
            await rotate(house.house.settings, office.transactions, office.vault)
    again = await (await open_house()).call(
        "channel", "POST", "/v1/conversations", {"channel": "email", "external_id": ADDRESS}
    )
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
