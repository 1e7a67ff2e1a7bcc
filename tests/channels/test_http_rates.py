"""Rate limits: per principal and per conversation, answered by a problem that says when to come back."""

from uuid import uuid4

import httpx

from tests.conftest import OpenHouse
from tests.house_guest import Guest


async def send(guest: Guest, conversation: str) -> httpx.Response:
    body = {"client_message_id": uuid4().hex, "text": "hello"}
    return await guest.call("channel", "POST", f"/v1/conversations/{conversation}/messages", body)


def assert_told_to_wait(answer: httpx.Response) -> None:
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.json()["title"] == "Too Many Requests"


async def test_who_asks_too_often_waits_and_nobody_else_does(open_house: OpenHouse) -> None:
    house = await open_house(limits={"requests_per_minute": 5})
    answers = [await house.call("auditor", "GET", "/v1/journal/verify") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [*5 * [200], 429]
    assert_told_to_wait(answers[-1])
    assert (await house.call("admin", "GET", "/v1/journal/verify")).status_code == 200
    other = await house.call("other_channel", "GET", "/v1/conversations/CV-unknown")
    assert other.status_code == 404
    assert (await house.http.get("/healthz")).status_code == 200


async def test_one_conversation_is_written_to_only_so_often(open_house: OpenHouse) -> None:
    house = await open_house(limits={"messages_per_minute": 2})
    first, second = await house.customer("C-1001"), await house.customer("C-1006")
    answers = [await send(house, first.id) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_told_to_wait(answers[-1])
    assert (await send(house, second.id)).status_code == 200
    assert len([message for message in (await first.look())["messages"] if message["role"] == "customer"]) == 2


async def test_partner_agents_are_counted_too(open_house: OpenHouse) -> None:
    house = await open_house(limits={"requests_per_minute": 3})
    body = {"jsonrpc": "2.0", "id": 1, "method": "ListTasks", "params": {}}
    answers = [await house.call("partner", "POST", "/a2a", body) for _ in range(4)]
    assert [answer.status_code for answer in answers][:3] == [200, 200, 200]
    assert_told_to_wait(answers[-1])


async def test_without_a_token_nothing_is_counted_against_anybody(open_house: OpenHouse) -> None:
    house = await open_house(limits={"requests_per_minute": 1})
    for _ in range(3):
        assert (await house.http.get("/v1/journal/verify")).status_code == 401
    assert (await house.call("auditor", "GET", "/v1/journal/verify")).status_code == 200


async def test_a_customer_by_their_own_token_may_do_far_less_than_a_channel(open_house: OpenHouse) -> None:
    house = await open_house(limits={"customer_requests_per_minute": 4, "customer_messages_per_minute": 2})
    body = {"customer": {"id": "C-1002", "auth_level": "authenticated"}}
    token = (await house.call("channel", "POST", "/v1/customer-sessions", body)).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    opened = await house.http.post("/v1/conversations", json={"channel": "chat"}, headers=headers)
    path = f"/v1/conversations/{opened.json()['id']}/messages"
    for number, status in enumerate((200, 200, 429, 429)):
        told = {"client_message_id": str(number), "text": "hello"}
        answer = await house.http.post(path, json=told, headers=headers)
        assert answer.status_code == status
    assert_told_to_wait(answer)
    assert (await house.customer("C-1002")).id != opened.json()["id"]


async def test_visitors_sessions_are_counted_by_the_address_that_asks(house: Guest) -> None:
    asked = [await house.http.post("/v1/visitor-sessions", json={"company": "northwind-fibre"}) for _ in range(61)]
    assert [answer.status_code for answer in asked] == [*60 * [403], 429]
    assert_told_to_wait(asked[-1])
