"""A system that is down ends in a clear answer: nothing lost, nothing done, and all of it when it is back."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.http_service import Service
from tests.channels.running_service import running


def nowhere() -> str:
    """An address of this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def without_policy(tmp_path: Path) -> Iterator[Service]:
    with running(tmp_path, policy={"engine": "opa", "opa_url": nowhere()}) as service:
        yield service


@pytest.fixture
def without_payments(tmp_path: Path) -> Iterator[Service]:
    with running(tmp_path, mcp_servers={"payments": {"url": f"{nowhere()}/mcp", "first_party": True}}) as service:
        yield service


def test_with_the_policy_engine_down_every_message_is_answered_and_nothing_is_executed(without_policy: Service) -> None:
    service = without_policy
    conversation = service.open("C-1001")
    first = service.send(conversation, "I was charged twice for my last bill, please refund one.", "m-1")
    again = service.send(conversation, "I was charged twice for my last bill, please refund one.", "m-1")

    assert first.status_code == 200
    assert first.json()["messages"]
    assert again.json() == first.json()
    assert [each for each in service.read(conversation)["actions"] if each["outcome"] == "succeeded"] == []
    said = [each["role"] for each in service.read(conversation)["messages"]]
    assert said.count("customer") == 1


def test_with_the_payment_system_down_the_customer_is_told_and_no_money_moves(without_payments: Service) -> None:
    service = without_payments
    conversation = service.open("C-1001")
    turn = service.send(conversation, "I was charged twice for my last bill, please refund one.").json()

    assert turn["messages"]
    assert not [
        each for each in turn["actions"] if each["outcome"] == "succeeded" and each["tool"].startswith("payments")
    ]
    other = service.send(service.open("C-1005"), "I need to move my technician visit").json()
    assert other["specialist"] == "scheduling"
    assert other["messages"]


def test_a_conversation_outlives_the_service(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        conversation = service.open("C-1001")
        turn = service.send(conversation, "I was charged twice for my last bill, please refund one.", "m-1").json()
        before = service.read(conversation)
    with running(tmp_path) as service:
        assert service.read(conversation) == before
        again = service.send(conversation, "I was charged twice for my last bill, please refund one.", "m-1")
        assert again.json() == turn
        done = service.send(conversation, "yes").json()

    assert [(each["tool"], each["outcome"]) for each in done["actions"]] == [("payments.refund_payment", "succeeded")]
