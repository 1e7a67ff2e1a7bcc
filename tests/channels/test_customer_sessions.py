"""A customer's own token: their own conversations and nothing else, from the pages that the company lists."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.company.profile import REFERENCE
from app.privacy.rotation import rotate
from app.privacy.service import open_privacy_service
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Json

SHOP, OTHER_SHOP, STRANGER = "https://shop.example", "https://other.example", "https://stranger.example"
SHOP_KEY = Ed25519PrivateKey.generate()
AMIRA = {"id": "C-1001", "auth_level": "authenticated"}
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
OWN = {
    ("POST", "/v1/conversations"),
    ("GET", "/v1/conversations"),
    ("GET", "/v1/conversations/{conversation_id}/transcript"),
    ("GET", "/v1/conversations/{conversation_id}/attachments/{attachment_id}"),
    ("GET", "/v1/conversations/{conversation_id}"),
    ("GET", "/v1/conversations/{conversation_id}/events"),
    *(
        ("POST", f"/v1/conversations/{{conversation_id}}/{act}")
        for act in ("messages", "attachments", "typing", "read", "handoff", "feedback", "close")
    ),
}
"""All that a customer may ask for, in a conversation of their own."""
PUBLIC = {("POST", "/v1/visitor-sessions"), ("GET", "/v1/sandbox/session")}
"""What needs no token at all: each judges who asks by other means."""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference company with two sites of two tenants, and a key of its own."""
    folder = tmp_path_factory.mktemp("company") / "northwind"
    shutil.copytree(REFERENCE, folder)
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (folder / "shop.pem").write_bytes(SHOP_KEY.public_key().public_bytes(*form))
    file = folder / "company.toml"
    file.write_text(
        f'{file.read_text()}\n[tenants.northwind-fibre.web]\norigins = ["{SHOP}"]\nissuer = "{SHOP}"\n'
        f'public_key = "shop.pem"\n[tenants.other-co.web]\norigins = ["{OTHER_SHOP}"]\n'
    )
    return folder


@pytest.fixture
async def shop(open_house: OpenHouse, company: Path) -> Guest:
    return await open_house(company=company)


async def session(house: Guest, role: str = "channel", **body: Any) -> Json:
    answer = await house.call(role, "POST", "/v1/customer-sessions", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def ask(house: Guest, token: str, method: str, path: str, body: Any = None, origin: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} | ({"Origin": origin} if origin else {})
    if method == "POST" and path.endswith("/attachments"):
        return await house.http.post(path, files={"file": b"plain words"}, headers=headers)
    return await house.http.request(method, path, json=body, headers=headers)


async def opened(house: Guest, token: str, **fields: Any) -> httpx.Response:
    return await ask(house, token, "POST", "/v1/conversations", {"channel": "chat", **fields})


def words(text: str) -> Json:
    return {"client_message_id": text[:40], "text": text}


async def test_a_customers_token_opens_their_own_conversation_and_finds_it_again(shop: Guest) -> None:
    token = (await session(shop, customer=AMIRA))["token"]
    first, again = await opened(shop, token), await opened(shop, (await session(shop, customer=AMIRA))["token"])
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 200, first.json()["id"])
    assert first.json()["customer"] == AMIRA

    path = f"/v1/conversations/{first.json()['id']}"
    turn = await ask(shop, token, "POST", f"{path}/messages", words("I was charged twice for my last bill"))
    assert turn.json()["pending"]["kind"] == "confirm"
    assert (await ask(shop, token, "POST", f"{path}/messages", words("yes"))).json()["status"] == "open"
    assert (await ask(shop, token, "POST", f"{path}/feedback", {"score": 5})).status_code == 200


async def test_who_a_customer_is_says_their_token_alone(shop: Guest) -> None:
    token = (await session(shop, customer={"id": "C-1002", "auth_level": "authenticated"}))["token"]
    claims = ({"customer": AMIRA}, {"contact": {"email": "a@b.example"}}, {"external_id": "x"}, {"channel": "email"})
    for claim in claims:
        answer = await ask(shop, token, "POST", "/v1/conversations", {"channel": "chat", **claim})
        assert answer.status_code == 403, claim


def filled(path: str, conversation_id: str) -> str:
    names = ("approval_id", "proposal_id", "decision_id", "attachment_id", "webhook_id", "delivery_id")
    path = path.replace("{conversation_id}", conversation_id)
    for name in names:
        path = path.replace(f"{{{name}}}", "XX-unknown")
    return path


def every_route(house: Guest) -> Iterator[tuple[str, str]]:
    """Every route of the document with every method, and what is outside of it."""
    paths = [*house.house.api.openapi()["paths"], "/a2a", "/a2a/", "/v1/nothing"]
    yield from ((method, path) for path in paths for method in ("GET", "POST", "PUT", "PATCH", "DELETE"))


async def test_a_customers_token_reaches_nothing_else_on_any_route_by_any_method(
    open_house: OpenHouse, company: Path
) -> None:
    """Pass: every route but their own conversation's is 403, 404 or (no such method) 405; another's is 404."""
    shop = await open_house("walk", company=company, limits={"customer_requests_per_minute": 100_000})
    token = (await session(shop, customer=AMIRA))["token"]
    visitor = (await session(shop, customer=None))["token"]
    ben = await shop.customer("C-1002")
    await ben.says("why is my bill so high?")
    own = (await opened(shop, token)).json()["id"]
    reached: list[str] = []
    for method, path in every_route(shop):
        if (method, path) in PUBLIC or not path.startswith(("/v1/", "/a2a")):
            continue
        for bearer, conversation_id in ((token, ben.id), (visitor, ben.id), (visitor, own), (token, own)):
            if (method, path) in OWN and ((conversation_id == own and bearer == token) or path == "/v1/conversations"):
                continue
            body = None if method == "GET" else words("hello")
            answer = await ask(shop, bearer, method, filled(path, conversation_id), body)
            wanted = (404, 422) if (method, path) in OWN else (403, 404, 405)
            if answer.status_code not in wanted:
                reached.append(f"{method} {path}: {answer.status_code}")
    assert reached == []


async def test_another_customers_conversation_is_not_found_and_stays_as_it_is(shop: Guest) -> None:
    token = (await session(shop, customer={"id": "C-1009", "auth_level": "strong"}))["token"]
    ben = await shop.customer("C-1002")
    before = await ben.look()
    for act, body in (("messages", words("hello")), ("handoff", {}), ("feedback", {"score": 1}), ("close", {})):
        assert (await ask(shop, token, "POST", f"/v1/conversations/{ben.id}/{act}", body)).status_code == 404, act
    assert await ben.look() == before


async def test_a_customer_goes_on_with_what_is_surely_theirs_on_any_channel(shop: Guest) -> None:
    token = (await session(shop, customer={"id": "C-1002", "auth_level": "authenticated"}))["token"]
    sure = await shop.customer("C-1002", channel="email")
    unsure = await shop.customer("C-1002", auth_level="anonymous")
    assert (await ask(shop, token, "GET", f"/v1/conversations/{sure.id}")).status_code == 200
    assert (await ask(shop, token, "GET", f"/v1/conversations/{unsure.id}")).status_code == 404


async def test_who_is_not_sure_is_a_visitor_whose_secret_finds_the_conversation(shop: Guest) -> None:
    """Pass: a second anonymous session with the same customer number does not read what the first one proved."""
    unsure = {"id": "C-1002", "auth_level": "anonymous"}
    mine = await session(shop, customer=unsure)
    first = (await opened(shop, mine["token"])).json()
    assert (first["customer"], len(mine["secret"]) >= 32) == (unsure, True)

    other = await session(shop, customer=unsure)
    assert (await opened(shop, other["token"])).json()["id"] != first["id"]
    assert (await ask(shop, other["token"], "GET", f"/v1/conversations/{first['id']}")).status_code == 404
    back = await session(shop, customer=None, secret=mine["secret"])
    assert (await opened(shop, back["token"])).json()["id"] == first["id"]


async def test_customers_see_what_was_said_and_not_how_it_was_decided(shop: Guest) -> None:
    token = (await session(shop, customer={"id": "C-1010", "auth_level": "authenticated"}))["token"]
    path = f"/v1/conversations/{(await opened(shop, token)).json()['id']}"
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    body = words("my line is down")
    told = (await shop.http.post(f"{path}/messages", json=body, headers=headers)).text
    seen = (await ask(shop, token, "GET", path)).json()
    assert seen["status"] == "with_representative"
    assert (seen["handoff"]["reason"], seen["handoff"]["queue"], seen["handoff"]["state"]) == ("", "", "queued")
    assert (seen["actions"], seen["intent"], seen["procedure"]) == ([], None, "")
    whole = (await shop.call("channel", "GET", path)).json()
    assert whole["handoff"]["reason"] in ("vulnerable_customer", "policy_limit")
    assert "event: message" in told
    assert [word for word in (whole["handoff"]["reason"], "event: action", '"rules"') if word in told] == []


async def test_a_customer_cannot_choose_how_urgent_they_are(shop: Guest) -> None:
    token = (await session(shop, customer=AMIRA))["token"]
    path = f"/v1/conversations/{(await opened(shop, token)).json()['id']}"
    await ask(shop, token, "POST", f"{path}/handoff", {"reason": "vulnerable_customer"})
    assert (await shop.call("channel", "GET", path)).json()["handoff"]["reason"] == "asked_for_person"


async def test_a_token_works_from_its_own_origin_and_from_listed_pages_alone(shop: Guest) -> None:
    bound = (await session(shop, customer=AMIRA, origin=SHOP))["token"]
    free = (await session(shop, customer=AMIRA))["token"]
    path = f"/v1/conversations/{(await opened(shop, bound)).json()['id']}"
    asked = [(bound, SHOP), (free, SHOP), (free, "http://127.0.0.1"), (bound, OTHER_SHOP), (bound, STRANGER)]
    asked += [(free, OTHER_SHOP), (free, STRANGER), (free, "null")]
    answers = [(await ask(shop, token, "GET", path, origin=origin)).status_code for token, origin in asked]
    assert answers == [200, 200, 200, 403, 403, 403, 403, 403]
    refused = await shop.call("channel", "POST", "/v1/customer-sessions", {"customer": AMIRA, "origin": STRANGER})
    assert refused.status_code == 400


async def test_browsers_are_told_which_pages_may_ask_what(shop: Guest) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    told: list[tuple[str, str]] = []
    for origin in (SHOP, STRANGER):
        for path in (
            "conversations",
            "conversations/CV-1/events",
            "visitor-sessions",
            "customer-sessions",
            "desk/queue",
        ):
            answer = await shop.http.options(f"/v1/{path}", headers={"Origin": origin, **asks})
            assert "access-control-allow-credentials" not in answer.headers
            if answer.headers.get("access-control-allow-origin") == origin:
                told.append((origin, path))
    assert told == [(SHOP, "conversations"), (SHOP, "conversations/CV-1/events"), (SHOP, "visitor-sessions")]


async def test_nothing_is_open_to_other_origins_by_default(house: Guest) -> None:
    asks = {"Origin": SHOP, "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in (await house.http.options("/v1/conversations", headers=asks)).headers
    asked = {"company": "northwind-fibre"}
    assert (await house.http.post("/v1/visitor-sessions", json=asked, headers={"Origin": SHOP})).status_code == 403


async def test_a_listed_page_asks_for_a_visitors_session_without_a_token(shop: Guest) -> None:
    statuses = {
        (origin, company): (
            await shop.http.post("/v1/visitor-sessions", json={"company": company}, headers={"Origin": origin})
        ).status_code
        for origin, company in [
            (SHOP, "northwind-fibre"),
            ("http://127.0.0.1", "northwind-fibre"),
            (SHOP, "other-co"),
            (STRANGER, "northwind-fibre"),
            (SHOP, "nobody"),
            ("", "northwind-fibre"),
        ]
    }
    assert list(statuses.values()) == [201, 201, 403, 403, 403, 403]


async def test_a_company_that_lets_its_pages_ask_for_no_visitors_lets_its_server_do_it(
    open_house: OpenHouse, company: Path, tmp_path: Path
) -> None:
    shutil.copytree(company, tmp_path / "strict")
    file = tmp_path / "strict" / "company.toml"
    file.write_text(file.read_text().replace(f'origins = ["{SHOP}"]', f'origins = ["{SHOP}"]\nvisitors = false'))
    shop = await open_house(company=file.parent)
    asked, page = {"company": "northwind-fibre"}, {"Origin": SHOP}
    assert (await shop.http.post("/v1/visitor-sessions", json=asked, headers=page)).status_code == 403
    first = await session(shop, customer=None, origin=SHOP)
    again = await session(shop, customer=None, origin=SHOP, secret=first["secret"])
    found = [
        await ask(shop, each["token"], "POST", "/v1/conversations", {"channel": "chat"}, SHOP)
        for each in (first, again)
    ]
    assert [each.status_code for each in found] == [201, 200]
    assert found[0].json()["id"] == found[1].json()["id"]
    elsewhere = await ask(shop, first["token"], "POST", "/v1/conversations", {"channel": "chat"}, STRANGER)
    assert elsewhere.status_code == 403


def signed(key: Ed25519PrivateKey = SHOP_KEY, **claims: Any) -> str:
    now = datetime.now(UTC)
    whole = {"iss": SHOP, "aud": "switchboard", "sub": "C-1001", "iat": now, "exp": now + timedelta(minutes=5)}
    return jwt.encode({name: value for name, value in (whole | claims).items() if value is not None}, key, "EdDSA")


async def test_a_token_that_the_company_signed_with_its_registered_key_is_as_good(shop: Guest) -> None:
    conversation = (await opened(shop, signed())).json()
    assert conversation["customer"] == AMIRA
    own = (await session(shop, customer=AMIRA))["token"]
    assert (await opened(shop, own)).json()["id"] == conversation["id"]
    strong = (await opened(shop, signed(sub="C-1009", auth_level="strong"))).json()
    assert strong["customer"]["auth_level"] == "strong"


async def test_a_companys_token_that_is_wrong_in_any_way_is_refused(shop: Guest) -> None:
    now = datetime.now(UTC)
    wrong = [
        signed(Ed25519PrivateKey.generate()),
        signed(iss="https://other.example"),
        signed(aud="somebody else"),
        signed(exp=now - timedelta(seconds=1)),
        signed(exp=now + timedelta(hours=2)),
        signed(exp=None),
        signed(iat=None),
        signed(sub=""),
        signed(sub="C-1001; DROP"),
        signed(auth_level="anonymous"),
        signed(auth_level="admin"),
        jwt.encode(jwt.decode(signed(), options={"verify_signature": False}), "", "none"),
        f"{signed()}x",
    ]
    assert [(await opened(shop, token)).status_code for token in wrong] == [401] * len(wrong)


async def test_our_own_tokens_cannot_be_forged_or_used_too_long(open_house: OpenHouse) -> None:
    moment = [NOW]
    house = await open_house(clock=lambda: moment[0])
    token = (await session(house, customer=AMIRA))["token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    header = jwt.get_unverified_header(token)
    forged = [
        jwt.encode(claims | {"sub": "C-1002"}, "k" * 32, "HS256", headers=header),
        jwt.encode(claims, "k" * 32, "HS256", headers=header | {"kid": "unknown"}),
        jwt.encode(claims, "", "none", headers=header | {"alg": "none"}),
    ]
    assert [(await opened(house, each)).status_code for each in forged] == [401, 401, 401]
    assert (await opened(house, token)).status_code == 201
    moment[0] = NOW + timedelta(minutes=15)
    assert (await opened(house, token)).status_code == 401


async def test_a_token_outlives_one_rotation_of_the_encryption_key_and_not_two(house: Guest) -> None:
    token, answers = (await session(house, customer=AMIRA))["token"], list[int]()
    for _ in range(2):
        async with open_privacy_service(house.house.settings) as office:
            await rotate(house.house.settings, office.transactions, office.vault)
        fresh = (await session(house, customer=AMIRA))["token"]
        answers += [(await opened(house, each)).status_code for each in (token, fresh)]
    assert [answer // 100 for answer in answers] == [2, 2, 4, 2]
