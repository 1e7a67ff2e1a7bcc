"""What the cards promise is kept: a partner is shown what it was granted, and asked nothing that would be refused."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest
from a2a.client import A2ACardResolver, Client, ClientConfig, ClientFactory
from a2a.types import AgentCard, GetExtendedAgentCardRequest, SendMessageRequest

from tests.channels.a2a.partner_agent import PartnerAgent, ask, connect, facts, state, words
from tests.channels.http_service import Service
from tests.channels.running_service import running

GRANTED = "agents/granted"


async def extended(partner: PartnerAgent) -> AgentCard:
    return await partner.client.get_extended_agent_card(GetExtendedAgentCardRequest())


@asynccontextmanager
async def over_http(service: Service) -> AsyncIterator[Client]:
    """The same partner over HTTP with JSON, by the card's second interface."""
    headers = {"Authorization": f"Bearer {service.tokens['partner']}"}
    async with httpx.AsyncClient(headers=headers, timeout=60, trust_env=False) as http:
        card = await A2ACardResolver(http, service.url).get_agent_card()
        config = ClientConfig(httpx_client=http, streaming=False, supported_protocol_bindings=["HTTP+JSON"])
        yield ClientFactory(config).create(card)


@pytest.mark.parametrize("name", ["partner", "partner_2"])
async def test_no_skill_of_a_partners_own_card_is_refused_for_lack_of_a_grant(partners: Service, name: str) -> None:
    async with connect(partners, name) as partner:
        card = await extended(partner)
        examples = {skill.id: skill.examples[0] for skill in card.skills if "." in skill.id and skill.examples}
        assert examples
        for skill, words_of_it in examples.items():
            task = await partner.say(words_of_it, "C-1005")
            assert state(task) != "rejected", (skill, words_of_it, words(task), facts(task)["actions"])


def test_the_examples_of_a_card_are_of_the_companys_own_business(partners: Service) -> None:
    skills = partners.call("GET", "/.well-known/agent-card.json", principal="").json()["skills"]
    said = {skill["id"]: skill.get("examples", []) for skill in skills}
    assert said["scheduling.book_visit"]
    assert all("technician" in text for text in said["scheduling.book_visit"])
    visits = [text for name in ("cancel_visit", "reschedule_visit") for text in said[f"scheduling.{name}"]]
    assert visits
    assert all("visit" in text for text in visits)


async def test_each_partner_sees_what_it_was_granted_and_anybody_what_could_be(partners: Service) -> None:
    async with connect(partners) as partner, connect(partners, "partner_2") as other:
        own, less = {s.id for s in (await extended(partner)).skills}, {s.id for s in (await extended(other)).skills}
    public = {
        skill["id"] for skill in partners.call("GET", "/.well-known/agent-card.json", principal="").json()["skills"]
    }
    assert {"billing.refund_duplicate_charge", "scheduling.book_visit"} <= own
    assert less < own <= public
    assert "retention.cancel_subscription" not in public, "no partner could be granted it as things are"


async def test_what_was_not_granted_is_refused_before_anything_is_asked_with_what_is_possible(
    partner: PartnerAgent,
) -> None:
    task = await partner.say("I want to cancel my contract", "C-1001")
    assert state(task) == "rejected"
    (action,) = facts(task)["actions"]
    assert (action["effect"], action["rules"]) == ("deny", [GRANTED])
    assert "the double charge" in words(task)
    assert "cancelling your contract" not in words(task)


async def test_a_customer_who_was_left_out_can_be_named_in_the_same_task(partner: PartnerAgent) -> None:
    task = await partner.say("what do I owe you")
    assert (state(task), facts(task)["pending"]["arguments"]["slot"]) == ("input_required", "identity")
    assert "send the customer's number along with its message" in words(task)
    named = await partner.say("here it is", "C-1005", task_id=task.id)
    assert (named.id, state(named)) == (task.id, "completed")
    assert [action["tool"] for action in facts(named)["actions"]] == ["erp.list_invoices"]


async def test_a_partner_is_served_over_http_with_json_too(partners: Service) -> None:
    async with over_http(partners) as client:
        (answer,) = [one async for one in client.send_message(SendMessageRequest(message=ask("hello")))]
    assert state(answer.task) == "completed"
    with partners.client("channel") as stranger:
        assert stranger.post("/a2a/http/message:send", json={}).status_code == 403
    with partners.client("partner") as partner:
        unread = partner.post("/a2a/http/message:send", content=b'{"a": 1, "a": 2}', headers={"A2A-Version": "1.0"})
    assert (unread.status_code, unread.headers["content-type"]) == (400, "application/json")
    assert unread.json()["error"]["code"] == 400


def test_a_body_of_another_kind_is_refused_by_its_kind(partners: Service) -> None:
    with partners.client("partner") as partner:
        sent = {"content": b"{}", "headers": {"Content-Type": "text/plain", "A2A-Version": "1.0"}}
        assert partner.post("/a2a", **sent).json()["error"]["code"] == -32005
        assert partner.post("/a2a/http/message:send", **sent).status_code == 415


async def test_a_cancelled_task_asks_nothing_any_more(partner: PartnerAgent) -> None:
    task = await partner.say("I was charged twice", "C-1001")
    assert "?" in words(task)
    cancelled = await partner.cancel(task.id)
    assert (state(cancelled), words(cancelled)) == ("canceled", "")


async def test_a_handoff_that_ends_without_words_leaves_no_empty_artifact(
    partners: Service, partner: PartnerAgent
) -> None:
    task = await partner.say("let me talk to a person please")
    task = await partner.say("are you there?", task_id=task.id)
    desk = f"/v1/desk/{facts(task)['conversation']}"
    partners.call("POST", f"{desk}/claim", {}, "representative")
    partners.call("POST", f"{desk}/resolve", {"disposition": "resolved", "note": ""}, "representative")
    done = await partner.get(task.id)
    assert state(done) == "completed"
    assert all(artifact.parts for artifact in done.artifacts)


async def test_a_listing_looks_again_only_at_tasks_whose_conversation_went_on(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        async with connect(service) as partner:
            task = await partner.say("I was charged twice", "C-1001")
            (listed,) = (await partner.list()).tasks
            assert state(listed) == "input_required"
            with closing(sqlite3.connect(tmp_path / "switchboard.db")) as database:
                query = "SELECT t.seen, c.events FROM a2a_tasks t JOIN conversations c ON c.id = t.conversation_id"
                ((seen, events),) = database.execute(query).fetchall()
                assert seen == events > 0
            await partner.say("never mind", task_id=task.id)
            (listed,) = (await partner.list()).tasks
    assert state(listed) == "completed"
