"""Partners see their own tasks alone, and nobody but partners comes in."""

from typing import Any

import pytest
from a2a.utils.errors import TaskNotFoundError

from tests.channels.a2a.partner_agent import OTHER_PARTNERS, PartnerAgent, call_raw, connect, facts, state
from tests.channels.http_service import Service

HELLO = {"message": {"messageId": "role-1", "role": "ROLE_USER", "parts": [{"text": "hello"}]}}


@pytest.mark.parametrize("stranger", OTHER_PARTNERS)
async def test_another_partners_task_does_not_exist(partners: Service, partner: PartnerAgent, stranger: str) -> None:
    task = await partner.say("my bill")
    async with connect(partners, stranger, streaming=True) as other:
        for attempt in (
            other.get(task.id),
            other.cancel(task.id),
            other.say("never mind", task_id=task.id),
            anext(other.subscribe(task.id)),
        ):
            with pytest.raises(TaskNotFoundError):
                await attempt
        assert task.id not in [each.id for each in (await other.list()).tasks]
        assert not (await other.list(context_id=task.context_id)).tasks
    assert state(await partner.get(task.id)) == "input_required"


@pytest.mark.parametrize("stranger", OTHER_PARTNERS)
async def test_the_same_context_and_message_id_of_another_partner_are_another_conversation(
    partners: Service, partner: PartnerAgent, stranger: str
) -> None:
    fields = {"message_id": f"shared-{stranger}", "context_id": f"shared-{stranger}"}
    mine = await partner.say("please pause my contract", **fields)
    async with connect(partners, stranger) as other:
        theirs = await other.say("please pause my contract", **fields)
    assert theirs.id != mine.id
    assert facts(theirs)["conversation"] != facts(mine)["conversation"]


async def test_another_tenants_customer_is_not_found_behind_a_partners_token(partners: Service) -> None:
    async with connect(partners, "foreign_partner") as foreign:
        task = await foreign.say("I was charged twice, please refund one of them", "C-1001")
    assert state(task) in ("rejected", "working")
    assert not [action for action in facts(task)["actions"] if action["outcome"] == "succeeded"]


@pytest.mark.parametrize("role", ["channel", "representative", "supervisor", "auditor", "admin", "other_channel"])
@pytest.mark.parametrize("path", ["/a2a", "/a2a/"])
def test_only_partners_may_call(partners: Service, role: str, path: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "SendMessage", "params": HELLO}
    answer = partners.call("POST", path, body, role)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:switchboard:problem:not-permitted")


def test_without_a_valid_token_nobody_comes_in(partners: Service) -> None:
    answer = partners.call("POST", "/a2a", {"jsonrpc": "2.0", "id": 1, "method": "ListTasks"}, "")
    assert answer.status_code == 401
    assert "bearer" in answer.headers["www-authenticate"].lower()


@pytest.mark.parametrize("path", ["/v1/conversations", "/v1/desk/queue", "/v1/approvals", "/v1/journal/verify"])
def test_a_partners_token_opens_no_other_door(partners: Service, path: str) -> None:
    body = {"channel": "chat", "customer": None, "locale": "en"}
    method = "POST" if path == "/v1/conversations" else "GET"
    assert partners.call(method, path, body, "partner").status_code == 403


def test_the_path_with_a_slash_at_its_end_is_the_same_door(partners: Service) -> None:
    body: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "ListTasks", "params": {}}
    with partners.client("partner") as client:
        answer = client.post("/a2a/", json=body, headers={"A2A-Version": "1.0"})
    assert answer.json()["result"]["totalSize"] == call_raw(partners, "ListTasks", {})["result"]["totalSize"]
