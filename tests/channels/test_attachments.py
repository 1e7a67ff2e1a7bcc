"""Files that customers send: taken by their content, sealed, looked at by people, given back as files."""

import json

import httpx
import pytest
from sqlalchemy import select

from app.privacy.erasure import ErasureRequest
from app.privacy.service import open_privacy_service
from domain.errors import BadRequest
from domain.ids import TenantId
from router.attachments import type_of
from storage.tables.conversations import attachments
from tests.house_guest import Guest, Json, Talk

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"the meter reads 4711" * 40
BROKEN = {
    "html": b"<html><script>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "program": b"MZ" + b"\0" * 90,
    "archive": b"PK\3\4" + b"\0" * 90,
    "bytes": bytes(range(256)),
}


async def upload(
    house: Guest, talk: Talk, content: bytes = PNG, name: str = "meter.png", role: str = "channel"
) -> httpx.Response:
    token, files = house.tokens[role], {"file": (name, content, "image/png")}
    path = f"/v1/conversations/{talk.id}/attachments"
    return await house.http.post(path, files=files, headers={"Authorization": f"Bearer {token}"})


async def send(
    house: Guest, talk: Talk, *names: str, text: str = "here is a photo", message: str = "m-1"
) -> httpx.Response:
    body = {"client_message_id": message, "text": text, "attachments": list(names)}
    return await house.call("channel", "POST", f"/v1/conversations/{talk.id}/messages", body)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01" + b"\0" * 50, "image/jpeg"),
        (b"GIF89a" + b"\0" * 40, "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 40, "image/webp"),
        (b"%PDF-1.7\n%abc\n", "application/pdf"),
        ("Zählerstand: 4711\n".encode(), "text/plain"),
        *((content, "") for content in BROKEN.values()),
    ],
)
def test_a_file_is_what_its_content_is(content: bytes, kind: str) -> None:
    if kind:
        assert type_of(content) == kind
    else:
        with pytest.raises(BadRequest, match="only images"):
            type_of(content)


async def test_a_person_looks_at_what_was_sent_and_gets_it_as_a_file(house: Guest) -> None:
    talk = await house.customer("C-1002")
    uploaded = await upload(house, talk, name="../../meter <b>.png")
    assert uploaded.status_code == 201
    described = uploaded.json()
    assert (described["name"], described["media_type"], described["size"]) == ("meter <b>.png", "image/png", len(PNG))
    path = f"/v1/conversations/{talk.id}/attachments/{described['id']}"
    assert (await house.call("representative", "GET", path)).status_code == 404  # nothing was handed over yet

    turn = (await send(house, talk, described["id"])).json()
    assert turn["status"] == "with_representative"
    assert "someone on our team will look at it" in json.dumps(turn["messages"])
    await house.call("representative", "POST", f"/v1/desk/{talk.id}/claim", {})
    seen: Json = await house.fetch("representative", f"/v1/desk/{talk.id}")
    assert [each["id"] for message in seen["messages"] for each in message.get("attachments", [])] == [described["id"]]

    for role in ("representative", "channel", "auditor"):
        answer = await house.call(role, "GET", path)
        assert answer.content == PNG
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
    assert (await house.call("other_channel", "GET", path)).status_code == 404
    assert (await house.call("partner", "GET", path)).status_code == 403


async def test_a_representative_sends_a_file_to_whom_they_have(house: Guest) -> None:
    talk, by_text = await house.customer("C-1002"), await house.customer("C-1003", channel="sms")
    for each in (talk, by_text):
        await each.says("I want to talk to a person")
    assert (await upload(house, talk, role="representative")).status_code == 409  # not claimed yet
    for each in (talk, by_text):
        await house.call("representative", "POST", f"/v1/desk/{each.id}/claim", {})
    file = (await upload(house, talk, name="form.png", role="representative")).json()
    refused = [
        (await upload(house, talk, role="representative_2")).status_code,
        (await upload(house, talk, BROKEN["html"], role="representative")).status_code,
        (await upload(house, talk, role="partner")).status_code,
    ]
    assert refused == [409, 400, 403]
    told = await upload(house, by_text, role="representative")
    assert (told.status_code, "no file reaches the customer on the channel sms" in told.text) == (409, True)

    path, body = f"/v1/desk/{talk.id}/messages", {"text": "the form", "attachments": [file["id"]]}
    unknown = await house.call("representative", "POST", path, {**body, "attachments": ["AT-unknown"]})
    assert (unknown.status_code, "was not uploaded" in unknown.text) == (400, True)
    said = (await house.call("representative", "POST", path, body)).json()
    assert [each["id"] for each in said["attachments"]] == [file["id"]]
    assert (await house.call("representative", "POST", path, body)).status_code == 400  # sent before
    last = (await talk.look())["messages"][-1]
    assert (last["text"], [each["name"] for each in last["attachments"]]) == ("the form", ["form.png"])
    got = await house.call("channel", "GET", f"/v1/conversations/{talk.id}/attachments/{file['id']}")
    assert got.content == PNG
    transcript = await house.call("channel", "GET", f"/v1/conversations/{talk.id}/transcript")
    assert "form.png" in transcript.text


async def test_a_message_names_only_what_was_uploaded_to_its_conversation_and_once(house: Guest) -> None:
    talk, other = await house.customer("C-1002"), await house.customer("C-1003")
    mine, theirs = [(await upload(house, each)).json()["id"] for each in (talk, other)]
    for name in (theirs, "AT-unknown"):
        assert (await send(house, talk, name, message=name)).status_code == 400
    first = await send(house, talk, mine)
    assert (await send(house, talk, mine)).json()["turn_id"] == first.json()["turn_id"]  # the same message again
    assert (await send(house, talk, message="m-1")).status_code == 409
    assert (await send(house, talk, mine, message="m-2")).status_code == 400


async def test_what_is_too_large_empty_or_no_file_is_refused(house: Guest) -> None:
    talk = await house.customer("C-1002")
    whole = await upload(house, talk, PNG + b"\0" * (10 * 1024 * 1024 - len(PNG)))
    statuses = [
        (await upload(house, talk, PNG + b"\0" * (10 * 1024 * 1024 + 8192))).status_code,
        (await upload(house, talk, b"")).status_code,
        (await upload(house, talk, BROKEN["html"])).status_code,
        (await house.call("channel", "POST", f"/v1/conversations/{talk.id}/attachments", {})).status_code,
        (await upload(house, talk, role="auditor")).status_code,
        (await upload(house, talk, role="other_channel")).status_code,
    ]
    assert (whole.status_code, statuses) == (201, [413, 400, 400, 415, 403, 404])


async def test_a_customers_files_are_sealed_exported_and_leave_with_them(house: Guest) -> None:
    talk = await house.customer("C-1002")
    await send(house, talk, (await upload(house, talk)).json()["id"])
    transactions = house.house.control.transactions

    async def stored() -> str:
        return repr(await transactions.read(lambda connection: connection.execute(select(attachments)).all()))

    assert [word for word in ("meter", "4711") if word in await stored()] == []
    tenant = TenantId("northwind-fibre")
    async with open_privacy_service(house.house.settings) as office:
        file = (await office.export.collect(tenant, "C-1002"))["conversations"][0]["attachments"][0]
        assert (file["name"], len(file["content_base64"]) > len(PNG)) == ("meter.png", True)
        await office.erasures.erase(ErasureRequest(tenant, "C-1002", "asked", "operator"))
    assert "b''" in await stored()
    path = f"/v1/conversations/{talk.id}/attachments/{file['id']}"
    assert (await house.call("auditor", "GET", path)).status_code == 404
